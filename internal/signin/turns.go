package signin

import (
	"context"
	"sync"
)

// turns lets one at a time check a password or a code of the same subject, so that guesses at the
// same moment are counted one after the other. Each server has its own.
type turns struct {
	mu    sync.Mutex
	taken map[Subject]*turn
}

// turn is one subject's: a channel that holds one value while it is free, and how many want it.
type turn struct {
	free    chan struct{}
	wanters int
}

// take waits for the turn of a subject until ctx ends. done gives it back.
func (t *turns) take(ctx context.Context, of Subject) (done func(), err error) {
	t.mu.Lock()
	if t.taken == nil {
		t.taken = map[Subject]*turn{}
	}
	mine := t.taken[of]
	if mine == nil {
		mine = &turn{free: make(chan struct{}, 1)}
		mine.free <- struct{}{}
		t.taken[of] = mine
	}
	mine.wanters++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.wanters--; mine.wanters == 0 {
			delete(t.taken, of)
		}
	}
	select {
	case <-mine.free:
		return func() { mine.free <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
