package sqlstore

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// TestWriterLockQueue: writers get the lock in the order in which they came, one that gives up
// leaves the queue, and a released lock passes on although another writer asks at once.
func TestWriterLockQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWriterLock(orUnobserved(nil))
		if err := l.take(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		var order []int
		gone, leave := context.WithCancel(t.Context())
		for n := range 4 {
			ctx := t.Context()
			if n == 1 {
				ctx = gone
			}
			go func() {
				if l.take(ctx, true) == nil {
					order = append(order, n)
					l.release()
				}
			}()
			synctest.Wait()
		}
		leave()
		synctest.Wait()
		if l.waiting.Load() != 3 || !l.wanted() {
			t.Errorf("%d writers wait, want 3", l.waiting.Load())
		}
		l.release()
		if err := l.take(t.Context(), false); err != nil { // behind the three
			t.Fatal(err)
		}
		if !slices.Equal(order, []int{0, 2, 3}) || l.wanted() {
			t.Errorf("the order is %v, and a writer waits: %v", order, l.wanted())
		}
		l.release()
		if l.held {
			t.Error("the lock is held by no writer")
		}
	})
}
