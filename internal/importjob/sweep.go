package importjob

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/userpool"
)

// sweepUntil tidies what is left over, now and then, until ctx ends: jobs
// that were never started expire, and files whose removal was interrupted
// are removed.
func (e *Engine) sweepUntil(ctx context.Context) {
	tick := time.NewTicker(e.cfg.Sweep)
	defer tick.Stop()
	for {
		e.sweep(ctx)
		e.catchUp(ctx)
		select {
		case <-ctx.Done():
			return
		case <-e.tidy:
		case <-tick.C:
		}
	}
}

func (e *Engine) sweep(ctx context.Context) {
	const limit = 100
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Sweep)
	defer cancel()
	now := wallClock()
	jobs, err := e.store.Leftovers(ctx, now.Add(-e.cfg.ExpireAfter), limit)
	if err != nil {
		if ctx.Err() == nil {
			e.cfg.Log.Error("looking for leftover import jobs failed", "error", err)
		}
		return
	}
	for _, j := range jobs {
		if j.State == Created {
			_, err := e.store.UpdateJob(ctx, j.Key(), func(j *Job) error { return j.Expire(now) })
			if userpool.KindOf(err) == userpool.PreconditionNotMet {
				continue // started at the last moment, or expired by another node
			}
			if err != nil {
				e.cfg.Log.Warn("import job not expired", "pool", j.PoolID, "job", j.ID, "error", err)
				continue
			}
			e.cfg.Log.Info("import job expired", "pool", j.PoolID, "job", j.ID)
		}
		e.removeFiles(ctx, j.Key())
	}
}

// catchUp has the store do what stopped jobs, and those of servers that died
// at the wrong moment, left undone.
func (e *Engine) catchUp(ctx context.Context) {
	pools, err := e.store.Behind(ctx)
	for _, pool := range pools {
		err = errors.Join(err, e.store.CatchUp(ctx, pool))
	}
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("indexing imported users failed; it will be tried again", "error", err)
	}
}

// removeFiles deletes an ended job's file and notes that it is gone. What
// fails here is tried again by the next sweep.
func (e *Engine) removeFiles(ctx context.Context, key Key) {
	err := e.files.Remove(ctx, key)
	if err == nil {
		_, err = e.store.UpdateJob(ctx, key, func(j *Job) error { j.Upload = Upload{}; return nil })
	}
	if err != nil {
		e.cfg.Log.Warn("the file of an ended import job was not removed", "pool", key.PoolID, "job", key.JobID, "error", err)
	}
}
