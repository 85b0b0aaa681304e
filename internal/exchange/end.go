package exchange

import (
	"context"
	"log/slog"
	"time"
)

// End says how a call ended.
type End struct {
	RequestID string
	Service   string // that the operation is of, as its router knows it; "" when none was named
	Operation string // "" when none was named that there is
	Exception string // the name of the error that was answered, "" on success
	Status    int    // of HTTP
	Address   string // the IP address of the connection's other end
	UserAgent string // what the client says it is, of any length
	Begun     time.Time
	Took      time.Duration
}

// Ended is told of the end of a call, after the answer was written: small ones
// leave the server only when it returns. ctx is the request's, as it was after
// authentication; it is done if the client has gone. nil tells nobody.
type Ended func(ctx context.Context, e End)

// End writes the request's one line to the log, in which no value of the request
// is, and tells ended. e says what the router knows: Service,
// Operation, Exception and Status. more are attributes of the line.
func (x *Exchange) End(e End, ended Ended, more ...slog.Attr) {
	ctx := x.Request.Context()
	e.RequestID, e.Address, e.UserAgent = x.ID, Address(x.Request), x.Request.UserAgent()
	e.Begun, e.Took = x.begun, time.Since(x.begun)
	attrs := append([]slog.Attr{slog.String("requestId", e.RequestID), slog.String("operation", e.Operation)}, more...)
	if e.Exception != "" {
		attrs = append(attrs, slog.String("exception", e.Exception))
	}
	if x.detail != "" {
		attrs = append(attrs, slog.String("detail", x.detail))
	}
	attrs = append(attrs, slog.Int("status", e.Status), slog.Duration("took", e.Took.Round(time.Microsecond)))
	x.log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
	if ended != nil {
		ended(ctx, e)
	}
}
