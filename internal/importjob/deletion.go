package importjob

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
)

// Deletions is what is left of user pools and log streams that were deleted: a
// deletion itself is short, and what it leaves is cleared beside the calls. Several
// servers may clear the same at a time, and what was interrupted can be begun again.
type Deletions interface {
	// DeletedPools returns the pools of which something is left.
	DeletedPools(ctx context.Context) ([]DeletedPool, error)
	// LeftFiles returns the jobs of a deleted pool that may have files.
	LeftFiles(ctx context.Context, d DeletedPool) ([]Key, error)
	// ClearPool deletes all that is kept of a deleted pool, in many short
	// transactions between which others write, and at last that it was deleted.
	ClearPool(ctx context.Context, d DeletedPool) error
	// ClearStreams deletes the outcomes of deleted log streams, in the same way.
	ClearStreams(ctx context.Context) error
}

// DeletedPool is a pool of which something is left. Another one may have its id by
// now.
type DeletedPool struct {
	Number int64 // what the store knows it by
	ID     string
}

// clearUntil clears what deletions left, when it is woken and now and then, until
// ctx ends.
func (e *Engine) clearUntil(ctx context.Context) {
	tick := time.NewTicker(e.cfg.Sweep)
	defer tick.Stop()
	for {
		if err := guard.Run(func() error { return e.clear(ctx) }); err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("what is left of deleted user pools or log streams was not cleared; this is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-e.deleted:
		case <-tick.C:
		}
	}
}

// clear clears each leftover once. A pool that cannot be cleared holds up no other.
func (e *Engine) clear(ctx context.Context) error {
	pools, err := e.cfg.Deletions.DeletedPools(ctx)
	problems := []error{err}
	for _, d := range pools {
		problems = append(problems, guard.Run(func() error { return e.clearPool(ctx, d) }))
	}
	return errors.Join(append(problems, e.cfg.Deletions.ClearStreams(ctx))...)
}

// clearPool removes the files of a deleted pool's jobs, and then what is kept of it.
// As long as a file is left, so are the jobs, by which it is found. Files are
// removed job by job: a pool that has the id now has jobs of its own.
func (e *Engine) clearPool(ctx context.Context, d DeletedPool) error {
	keys, err := e.cfg.Deletions.LeftFiles(ctx, d)
	problems := []error{err}
	for _, key := range keys {
		problems = append(problems, e.within(ctx, func(ctx context.Context) error { return e.files.Remove(ctx, key) }))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return e.cfg.Deletions.ClearPool(ctx, d)
}
