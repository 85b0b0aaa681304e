package dispatch

import (
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
)

// Call is what is known of a call. The steps fill it in, and handlers read it.
type Call struct {
	ID        string                // the ID of the request: in x-amzn-RequestId and in the log
	Operation apicore.OperationInfo // zero until it is found
	// From is the caller, its address, and the region and account of the call. Until the
	// caller is known, only address and agent are set.
	From access.Request
	// About is what the call is about, as the authorizer found.
	About access.About
	// Begun is when the call began. Deadline is when it must have ended, or zero without a
	// limit.
	Begun, Deadline time.Time
	// Input is the call's input, nil before it is decoded. Output is the handler's result,
	// nil unless it succeeded. Both have the operation's types.
	Input, Output any
	notes         []Note
}

// Note is something that a handler knows of a call and that input and output do not show. An
// example is the sub of the user that a name stands for.
type Note struct{ Name, Value string }

// Notes returns the notes of handlers.
func (c *Call) Notes() []Note { return c.notes }

// Note adds a note to the call.
func (c *Call) Note(name, value string) { c.notes = append(c.notes, Note{name, value}) }

// Service returns the service of the call's operation, as in the actions of policies. It is
// "" until the operation is found.
func (c *Call) Service() string {
	if c.Operation.API == nil {
		return ""
	}
	return c.Operation.API.Service
}

// End says how a call ended.
type End struct {
	Error  string // the name of the error in the answer, "" on success
	Status int    // the HTTP status, also for a call from inside the process
	Took   time.Duration
}
