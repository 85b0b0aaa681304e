package importjob

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/userpool"
)

// sweepUntil tidies what is left over, now and then, until ctx ends: jobs
// that were never started expire, the rows that ended jobs did not reach are kept,
// files whose removal was interrupted are removed, and what is kept of rows is deleted
// when its time is over.
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

// sweepPage is how many leftovers are read at a time.
const sweepPage = 100

// sweep tidies each leftover once. One that cannot be tidied, or takes long,
// holds up none behind it: it is left to the next sweep.
func (e *Engine) sweep(ctx context.Context) {
	now := wallClock()
	overdue := func(ctx context.Context, after Place) ([]*Job, error) {
		return e.store.Overdue(ctx, now.Add(-e.cfg.ExpireAfter), after, sweepPage)
	}
	withFiles := func(ctx context.Context, after Place) ([]*Job, error) {
		return e.store.WithFiles(ctx, after, sweepPage)
	}
	e.sweepAll(ctx, "import jobs were not expired", overdue, func(ctx context.Context, j *Job) error { return e.expire(ctx, j, now) })
	e.sweepAll(ctx, "the files of ended import jobs were not removed", withFiles, e.conclude)
}

// expireRows deletes what is kept of the rows of jobs that ended long ago.
func (e *Engine) expireRows(ctx context.Context) {
	before := wallClock().Add(-e.cfg.KeepRows)
	err := e.within(ctx, func(ctx context.Context) error { return e.store.ExpireRows(ctx, before) })
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("rows of import jobs whose time is over were not deleted; this is tried again", "error", err)
	}
}

// sweepAll tidies the jobs of a list, page after page. failure says what did
// not happen to those that could not be tidied, in one line for all of them.
func (e *Engine) sweepAll(ctx context.Context, failure string, list func(context.Context, Place) ([]*Job, error), tidy func(context.Context, *Job) error) {
	failed, example := 0, Key{}
	var problem error
	for after := (Place{}); ctx.Err() == nil; {
		var page []*Job
		err := e.within(ctx, func(ctx context.Context) (err error) { page, err = list(ctx, after); return err })
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("looking for leftover import jobs failed", "error", err)
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
		e.cfg.Log.Warn(failure+"; this is tried again", "jobs", failed, "pool", example.PoolID, "job", example.JobID, "error", problem)
	}
}

// within runs a part of a sweep, which may take no longer than the time between
// sweeps.
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
		e.cfg.Log.Info("import job expired", "pool", j.PoolID, "job", j.ID)
	case userpool.KindOf(err) == userpool.PreconditionNotMet: // started at the last moment, or expired by another node
		err = nil
	}
	return err
}

// indexUsers has the store bring the indexes up to date that stopped jobs, and those
// of servers that died at the wrong moment, left deferred.
func (e *Engine) indexUsers(ctx context.Context) {
	pools, err := guard.Call(func() ([]string, error) { return e.store.Unindexed(ctx) })
	for _, pool := range pools {
		err = errors.Join(err, guard.Run(func() error { return e.store.IndexUsers(ctx, pool) }))
	}
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("indexing imported users failed; it will be tried again", "error", err)
	}
}

// removeFiles deletes an ended job's file and notes that it is gone.
func (e *Engine) removeFiles(ctx context.Context, key Key) error {
	err := e.files.Remove(ctx, key)
	if err == nil {
		_, err = e.store.UpdateJob(ctx, key, func(j *Job) error { j.Upload = j.Upload.removed(); return nil })
	}
	return err
}
