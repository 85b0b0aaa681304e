package apicore

// Error is an error of the API, which the JSON protocol calls an exception. It
// is ready to be written.
type Error struct {
	Name    string // on the wire, such as InvalidParameterException or NoSuchEntity
	Message string
	Status  int    // of HTTP; 0 stands for the one that the model gives the name, or 400
	Reason  string // reasonCode, "" to leave it out
	// Detail says more than Message, which is the real service's, may: in a
	// header and in the log. "" says nothing.
	Detail string
}

// Error returns name and message.
func (e *Error) Error() string { return e.Name + ": " + e.Message }
