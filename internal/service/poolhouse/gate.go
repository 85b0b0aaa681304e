package poolhouseservice

import (
	"context"
	"time"
)

// gate has places for those who do something that may not be done by more at a time.
type gate chan struct{}

// newGate returns a gate with so many places.
func newGate(places int) gate { return make(gate, places) }

// within does something in a place, for which it waits until ctx ends.
func (g gate) within(ctx context.Context, do func() error) error {
	select {
	case g <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-g }()
	return do()
}

// soon does something in a place, for which it does not wait longer than patience. It
// reports false where there was none.
func (g gate) soon(ctx context.Context, patience time.Duration, do func() error) (done bool, err error) {
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
