package sqlstore

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// writerLock admits one writer of this process at a time, first come, first served. SQLite itself
// would make writers poll. A released lock passes to the first writer in the queue, so that no
// other one can overtake it.
type writerLock struct {
	mu       sync.Mutex
	held     bool
	queue    []chan struct{} // one for each waiting writer, closed when it has the lock
	waiting  atomic.Int32    // urgent writers in the queue
	others   atomic.Int32    // other writers in the queue
	observer Observer
}

func newWriterLock(o Observer) *writerLock { return &writerLock{observer: o} }

// take waits for the lock. While an urgent writer waits, an import releases the lock soon.
func (l *writerLock) take(ctx context.Context, urgent bool) error {
	waiting := &l.others
	if urgent {
		waiting = &l.waiting
	}
	begun := time.Now()
	granted := l.enter(waiting)
	if granted != nil {
		defer waiting.Add(-1)
		select {
		case <-granted:
		case <-ctx.Done():
			l.leave(granted)
			return ctx.Err()
		}
	}
	l.observer.WriterWaited(urgent, time.Since(begun))
	return nil
}

// enter takes a free lock and returns nil, or joins the queue and counts the writer as waiting.
func (l *writerLock) enter(waiting *atomic.Int32) (granted chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.held {
		l.held = true
		return nil
	}
	granted = make(chan struct{})
	l.queue = append(l.queue, granted)
	waiting.Add(1)
	return granted
}

// leave removes a writer from the queue. If it was granted the lock meanwhile, it releases it.
func (l *writerLock) leave(granted chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.queue, granted); i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
		return
	}
	l.pass()
}

func (l *writerLock) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pass()
}

// pass gives the lock to the first writer in the queue. The caller holds mu.
func (l *writerLock) pass() {
	if len(l.queue) == 0 {
		l.held = false
		return
	}
	close(l.queue[0])
	l.queue = l.queue[1:]
}

// wanted reports whether an urgent writer waits.
func (l *writerLock) wanted() bool { return l.waiting.Load() > 0 }
