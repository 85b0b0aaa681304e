package bounds

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// Budget is a number of bytes that requests share. A nil Budget is unlimited.
type Budget struct {
	size int64
	left *semaphore.Weighted
}

// NewBudget returns a budget of size bytes.
func NewBudget(size int64) *Budget { return &Budget{size, semaphore.NewWeighted(size)} }

// Take takes n bytes if as many are left. release returns them; further calls do nothing.
func (b *Budget) Take(n int64) (release func(), ok bool) {
	if b == nil || n <= 0 {
		return func() {}, true
	}
	n = min(n, b.size)
	if !b.left.TryAcquire(n) {
		return func() {}, false
	}
	return b.giver(n), true
}

// Wait takes n bytes as soon as as many are left, in the order of the calls. If n is larger
// than the budget, it takes the whole budget. The error is that of ctx.
func (b *Budget) Wait(ctx context.Context, n int64) (release func(), err error) {
	if b == nil || n <= 0 {
		return func() {}, nil
	}
	n = min(n, b.size)
	if err := b.left.Acquire(ctx, n); err != nil {
		return func() {}, err
	}
	return b.giver(n), nil
}

func (b *Budget) giver(n int64) func() { return sync.OnceFunc(func() { b.left.Release(n) }) }
