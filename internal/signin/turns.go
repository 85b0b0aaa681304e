package signin

import (
	"context"
	"sync"
)

// turns admits one check of a password or a code at a time for each subject. So concurrent
// guesses are counted one after the other. Each server has its own.
type turns struct {
	mu    sync.Mutex
	taken map[Subject]*turn
}

// turn is the lock of one subject: a channel that has one value while the lock is free, and
// the number of waiting checks.
type turn struct {
	free    chan struct{}
	wanters int
}

// take waits for the lock of a subject until ctx ends. done releases it.
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
