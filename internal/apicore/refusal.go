package apicore

// Reason is why a call is refused before its handler, or ends without one of its operation's
// errors. Each protocol has its own name for it.
type Reason uint8

// The reasons, in the order of a call's steps.
const (
	Internal            Reason = iota // an unexpected error or a panic; the client learns no more
	Busy                              // the server has no room for the call now
	Limited                           // the caller exceeds its rate
	TooLarge                          // the request's body is too large
	TooSlow                           // the body did not arrive in time
	BrokenOff                         // the body ended early
	NotSigned                         // the signature is missing
	IncompleteSignature               // the signature lacks a part
	UnknownKey                        // the access key is unknown, or its token is invalid
	ExpiredToken                      // the session has ended
	WrongSignature                    // the signature does not match the request
	NotServed                         // the operation is declared and has no handler
	Malformed                         // the input cannot be read
	Invalid                           // the input breaks a constraint of the model
	Denied                            // policies do not allow it
)

// Refusal is the refusal of a call, before a protocol names it.
type Refusal struct {
	Reason  Reason
	Message string
	Status  int // HTTP status; 0 means the protocol's status for the name
	// Hint is for the log only: what may be wrong between the client and the server, "" for
	// nothing.
	Hint string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }
