package sqlstore

import (
	"context"
	"sync/atomic"
)

// writerLock lets one writer of this process in at a time, first come, first
// served: SQLite itself would have writers look again and again.
type writerLock struct {
	held    chan struct{}
	waiting atomic.Int32 // urgent writers that wait for it
}

func newWriterLock() *writerLock { return &writerLock{held: make(chan struct{}, 1)} }

// take waits for the lock. A writer that is urgent counts as waiting meanwhile:
// an import releases the lock soon then.
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
