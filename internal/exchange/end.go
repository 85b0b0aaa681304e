package exchange

import (
	"context"
	"log/slog"
	"time"
)

// End says how a call ended.
type End struct {
	Service   string // the service of the operation; "" if none was named
	Operation string // "" if no existing operation was named
	Error     string // the name of the error in the answer, "" on success
	Status    int    // the HTTP status
}

// claim is what is known of a caller with a refused signature.
type claim struct{ address, key string }

// Claim records the address of a call with a refused signature, and the access key that it
// claimed, for its log line.
func (x *Exchange) Claim(address, key string) { x.claimed = &claim{address, key} }

// maxAttrs is the maximum number of attributes of a call's log line.
const maxAttrs = 10

// End writes the log line of the call, which has no value of its input. It returns how long
// the call took.
func (x *Exchange) End(ctx context.Context, e End) (took time.Duration) {
	took = time.Since(x.Begun)
	attrs := append(make([]slog.Attr, 0, maxAttrs), slog.String("requestId", x.ID), slog.String("operation", e.Operation))
	if e.Service != "" {
		attrs = append(attrs, slog.String("service", e.Service))
	}
	if e.Error != "" {
		attrs = append(attrs, slog.String("exception", e.Error))
	}
	if x.detail != "" {
		attrs = append(attrs, slog.String("detail", x.detail))
	}
	if x.hint != "" {
		attrs = append(attrs, slog.String("hint", x.hint))
	}
	if x.claimed != nil {
		attrs = append(attrs, slog.String("address", x.claimed.address), slog.String("accessKeyId", x.claimed.key))
	}
	attrs = append(attrs, slog.Int("status", e.Status), slog.Duration("took", took.Round(time.Microsecond)))
	x.log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
	return took
}
