package poolhouseservice

import (
	"context"
	"time"
)

// gate bounds how many calls do something at a time.
type gate chan struct{}

// newGate returns a gate with that many places.
func newGate(places int) gate { return make(gate, places) }

// within waits for a place until ctx ends, and then calls do.
func (g gate) within(ctx context.Context, do func() error) error {
	select {
	case g <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-g }()
	return do()
}

// tryWithin waits for a place, for at most patience, and then calls do. It reports false if no place
// became free.
func (g gate) tryWithin(ctx context.Context, patience time.Duration, do func() error) (done bool, err error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case g <- struct{}{}:
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	defer func() { <-g }()
	return true, do()
}
