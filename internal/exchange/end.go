package exchange

import (
	"context"
	"log/slog"
	"time"
)

// End says how a call ended.
type End struct {
	Service   string // that the operation is of; "" when none was named
	Operation string // "" when none was named that there is
	Error     string // the name of the error that was answered, "" on success
	Status    int    // of HTTP
}

// claim is what is known of a caller whose signature is refused.
type claim struct{ address, key string }

// Claim notes of a call whose signature is refused from which address it came, and which
// access key it claimed to be of, for its line in the log.
func (x *Exchange) Claim(address, key string) { x.claimed = &claim{address, key} }

// maxAttrs is how many attributes the line of a call has at most.
const maxAttrs = 10

// End writes the one line of the call to the log, in which no value of its input
// is, and returns how long the call took.
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
