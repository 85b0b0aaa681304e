package dispatch

import (
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
)

// Call is what is known of a call. The steps fill it in; handlers read it.
type Call struct {
	ID        string                // of the request: x-amzn-RequestId, and the log
	Operation apicore.OperationInfo // zero until it is found
	// From is who calls, from where, and for which region and account. Of a caller
	// who is not known yet, only address and agent are.
	From access.Request
	// About is what the call turned out to be about, as the authorizer saw it.
	About access.About
	// Begun is when the call began, Deadline by when it must have ended: zero
	// without a limit.
	Begun, Deadline time.Time
	// Input is the call's input, nil before it is decoded, and Output what the handler
	// answered, nil unless it succeeded: values of the operation's types.
	Input, Output any
	notes         []Note
}

// Note is something that a handler knows of a call and that its input and output do not
// tell: by the sub, which user a name stands for.
type Note struct{ Name, Value string }

// Notes returns what handlers noted.
func (c *Call) Notes() []Note { return c.notes }

// Note notes something of the call.
func (c *Call) Note(name, value string) { c.notes = append(c.notes, Note{name, value}) }

// Service returns the service of the call's operation as the actions of
// policies begin, "" until the operation is found.
func (c *Call) Service() string {
	if c.Operation.API == nil {
		return ""
	}
	return c.Operation.API.Service
}

// End says how a call ended.
type End struct {
	Error  string // the name of the error that was answered, "" on success
	Status int    // of HTTP, also of a call from inside of the process
	Took   time.Duration
}
