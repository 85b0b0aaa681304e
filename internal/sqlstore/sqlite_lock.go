package sqlstore

import (
	"context"
	"sync/atomic"
	"time"
)

// writerLock admits one writer of this process at a time, first come, first served. SQLite itself
// would make writers poll.
type writerLock struct {
	held     chan struct{}
	waiting  atomic.Int32 // urgent writers that wait for the lock
	others   atomic.Int32 // other writers that wait for it
	observer Observer
}

func newWriterLock(o Observer) *writerLock {
	return &writerLock{held: make(chan struct{}, 1), observer: o}
}

// take waits for the lock. While an urgent writer waits, an import releases the lock soon.
func (l *writerLock) take(ctx context.Context, urgent bool) error {
	waiting := &l.others
	if urgent {
		waiting = &l.waiting
	}
	waiting.Add(1)
	defer waiting.Add(-1)
	begun := time.Now()
	select {
	case l.held <- struct{}{}:
		l.observer.WriterWaited(urgent, time.Since(begun))
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *writerLock) release() { <-l.held }

// wanted reports whether an urgent writer waits.
func (l *writerLock) wanted() bool { return l.waiting.Load() > 0 }
