package sqlstore

import (
	"context"
	"sync/atomic"
)

// writerLock admits one writer of this process at a time, first come, first served. SQLite itself
// would make writers poll.
type writerLock struct {
	held    chan struct{}
	waiting atomic.Int32 // urgent writers that wait for the lock
}

func newWriterLock() *writerLock { return &writerLock{held: make(chan struct{}, 1)} }

// take waits for the lock. While an urgent writer waits, an import releases the lock soon.
func (l *writerLock) take(ctx context.Context, urgent bool) error {
	if urgent {
		l.waiting.Add(1)
		defer l.waiting.Add(-1)
	}
	select {
	case l.held <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *writerLock) release() { <-l.held }

// wanted reports whether an urgent writer waits.
func (l *writerLock) wanted() bool { return l.waiting.Load() > 0 }
