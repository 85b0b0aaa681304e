package cli

import (
	"context"
	"fmt"
	"io"
	"time"
)

// waiter makes calls to a server that may be unavailable for a while.
type waiter struct {
	out   io.Writer     // receives a message while it waits
	every time.Duration // interval between two tries, and between two looks at a job
	wait  time.Duration // longest wait for a server that does not answer
}

// patiently repeats a call until it is answered. While the server is unavailable, it waits
// and says so.
func (w *waiter) patiently(ctx context.Context, try func(ctx context.Context) error) error {
	var since time.Time // time since which the server has not answered
	for {
		err := try(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !isAway(err) {
			if !since.IsZero() {
				say(w.out, "          the server answers again\n")
			}
			return err
		}
		if since.IsZero() {
			since = time.Now()
			say(w.out, "          %v; waiting for it, for %v at most\n", refusal(err), w.wait)
		}
		if time.Since(since) >= w.wait {
			return fmt.Errorf("after %v: %w", w.wait, refusal(err))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(w.every):
		}
	}
}
