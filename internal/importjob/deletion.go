package importjob

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
)

// Deletions has what is left of deleted user pools and log streams. A deletion is a short
// transaction; what it leaves is cleared in the background. Several servers may clear the
// same pool at a time. A clearing that was interrupted can be started again.
type Deletions interface {
	// DeletedPools returns the deleted pools that are not cleared yet.
	DeletedPools(ctx context.Context) ([]DeletedPool, error)
	// LeftFiles returns the jobs of a deleted pool that may have files.
	LeftFiles(ctx context.Context, d DeletedPool) ([]Key, error)
	// ClearPool deletes everything that is stored of a deleted pool, in many short
	// transactions, so that others can write in between. Last, it deletes the record of the
	// deletion.
	ClearPool(ctx context.Context, d DeletedPool) error
	// ClearStreams deletes the outcomes of deleted log streams in the same way.
	ClearStreams(ctx context.Context) error
}

// DeletedPool is a deleted pool that is not cleared yet. A new pool may have its ID by now.
type DeletedPool struct {
	Number int64 // identifies it in the store
	ID     string
}

// clearUntil clears what deletions left until ctx ends: whenever it is woken, and at each
// interval of a sweep.
func (e *Engine) clearUntil(ctx context.Context) {
	tick := time.NewTicker(e.cfg.Sweep)
	defer tick.Stop()
	for {
		if err := guard.Run(func() error { return e.clear(ctx) }); err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("deleted user pools or log streams not cleared; will retry", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-e.deleted:
		case <-tick.C:
		}
	}
}

// clear tries once to clear everything that is left. A pool that fails does not hold up the
// others.
func (e *Engine) clear(ctx context.Context) error {
	pools, err := e.cfg.Deletions.DeletedPools(ctx)
	problems := []error{err}
	for _, d := range pools {
		problems = append(problems, guard.Run(func() error { return e.clearPool(ctx, d) }))
	}
	return errors.Join(append(problems, e.cfg.Deletions.ClearStreams(ctx))...)
}

// clearPool removes the files of a deleted pool's jobs, and then everything that is stored of
// the pool. The table rows of the jobs name the files, so they stay as long as a file is
// left. Files are removed job by job, because a new pool with the same ID has jobs of its
// own.
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
