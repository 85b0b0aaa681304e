package apicore

// Error is an error of the API (in the JSON protocol, an exception), ready to be written.
type Error struct {
	Name    string // on the wire, such as InvalidParameterException or NoSuchEntity
	Message string
	Status  int    // HTTP status; 0 means the model's status for the name, or 400
	Reason  string // reasonCode, "" to leave it out
	// Detail adds to Message, whose words are the real service's. It goes into a header and the
	// log. "" means no detail.
	Detail string
}

// Error returns name and message.
func (e *Error) Error() string { return e.Name + ": " + e.Message }
