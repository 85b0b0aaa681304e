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
}

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
