package apicore

// Reason is why a call is refused on its way to the handler, or ends without
// one of the errors of its operation. Each protocol has a name for it.
type Reason uint8

// The reasons, in the order of the steps of a call.
const (
	Internal            Reason = iota // an unexpected error or a panic, of which no more is told
	Busy                              // the server has no room for the call now
	Limited                           // the caller calls more often than it may
	TooLarge                          // the request's body has more bytes than it may
	TooSlow                           // the body did not arrive in time
	BrokenOff                         // the body did not come to its end
	NotSigned                         // the signature is missing
	IncompleteSignature               // the signature lacks a part
	UnknownKey                        // no access key is known that signed, or its token is not good
	ExpiredToken                      // the session has ended
	WrongSignature                    // the signature is another one than the request's
	NotServed                         // the operation is declared and has no handler
	Malformed                         // the input cannot be read
	Invalid                           // the input breaks a constraint of the model
	Denied                            // policies do not allow it
)

// Refusal is the refusal of a call, before a protocol has named it.
type Refusal struct {
	Reason  Reason
	Message string
	Status  int // of HTTP; 0 stands for the one that the protocol gives the name
	// Hint is for the log alone: what may be wrong on the way between the client and
	// the server, "" for nothing.
	Hint string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }
