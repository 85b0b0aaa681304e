package importjob

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/userpool"
)

// sweepUntil cleans up at each interval until ctx ends. Jobs that were never started expire.
// The rest of ended jobs is kept. Files whose removal was interrupted are removed. Kept rows
// are deleted when they expire.
func (e *Engine) sweepUntil(ctx context.Context) {
	tick := time.NewTicker(e.cfg.Sweep)
	defer tick.Stop()
	for {
		e.sweep(ctx)
		e.indexUsers(ctx)
		e.expireRows(ctx)
		select {
		case <-ctx.Done():
			return
		case <-e.tidy:
		case <-tick.C:
		}
	}
}

// sweepPage is how many jobs are read at a time.
const sweepPage = 100

// sweep tries once to clean up each job. A job that fails or takes long does not hold up the
// jobs behind it; it is left to the next sweep.
func (e *Engine) sweep(ctx context.Context) {
	now := wallClock()
	overdue := func(ctx context.Context, after Place) ([]*Job, error) {
		return e.store.Overdue(ctx, now.Add(-e.cfg.ExpireAfter), after, sweepPage)
	}
	withFiles := func(ctx context.Context, after Place) ([]*Job, error) {
		return e.store.WithFiles(ctx, after, sweepPage)
	}
	e.sweepAll(ctx, "import jobs not expired", overdue, func(ctx context.Context, j *Job) error { return e.expire(ctx, j, now) })
	e.sweepAll(ctx, "files of ended import jobs not removed", withFiles, e.conclude)
}

// expireRows deletes the kept rows of jobs that ended long ago.
func (e *Engine) expireRows(ctx context.Context) {
	before := wallClock().Add(-e.cfg.KeepRows)
	err := e.within(ctx, func(ctx context.Context) error { return e.store.ExpireRows(ctx, before) })
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("expired rows of import jobs not deleted; will retry", "error", err)
	}
}

// sweepAll cleans up the jobs of a list, page by page. It logs all jobs that failed in one
// line, which begins with failure.
func (e *Engine) sweepAll(ctx context.Context, failure string, list func(context.Context, Place) ([]*Job, error), tidy func(context.Context, *Job) error) {
	failed, example := 0, Key{}
	var problem error
	for after := (Place{}); ctx.Err() == nil; {
		var page []*Job
		err := e.within(ctx, func(ctx context.Context) (err error) { page, err = list(ctx, after); return err })
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("could not list import jobs to clean up", "error", err)
		}
		for _, j := range page {
			after = j.Place()
			err := e.within(ctx, func(ctx context.Context) error { return tidy(ctx, j) })
			if err != nil {
				if failed++; failed == 1 {
					example, problem = j.Key(), err
				}
			}
		}
		if len(page) < sweepPage {
			break
		}
	}
	if failed > 0 && ctx.Err() == nil {
		e.cfg.Log.Warn(failure+"; will retry", "jobs", failed, "pool", example.PoolID, "job", example.JobID, "error", problem)
	}
}

// within runs a part of a sweep. The part may take no longer than the time between sweeps.
func (e *Engine) within(ctx context.Context, act func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Sweep)
	defer cancel()
	return guard.Run(func() error { return act(ctx) })
}

// expire ends a job that was never started.
func (e *Engine) expire(ctx context.Context, j *Job, now time.Time) error {
	_, err := e.store.UpdateJob(ctx, j.Key(), func(j *Job) error { return j.Expire(now) })
	switch {
	case err == nil:
		e.cfg.Observer.JobEnded(Expired)
		e.cfg.Log.Info("import job expired", "pool", j.PoolID, "job", j.ID)
	case userpool.KindOf(err) == userpool.PreconditionNotMet: // started at the last moment, or expired by another node
		err = nil
	}
	return err
}

// indexUsers makes the store index the users that stopped jobs and interrupted servers left
// unindexed.
func (e *Engine) indexUsers(ctx context.Context) {
	pools, err := guard.Call(func() ([]string, error) { return e.store.Unindexed(ctx) })
	for _, pool := range pools {
		err = errors.Join(err, guard.Run(func() error { return e.store.IndexUsers(ctx, pool) }))
	}
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("could not index imported users; will retry", "error", err)
	}
}

// removeFiles deletes an ended job's file and records that it is gone.
func (e *Engine) removeFiles(ctx context.Context, key Key) error {
	err := e.files.Remove(ctx, key)
	if err == nil {
		_, err = e.store.UpdateJob(ctx, key, func(j *Job) error { j.Upload = j.Upload.removed(); return nil })
	}
	return err
}
