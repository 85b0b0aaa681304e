package propertytest

import (
	"context"
	"errors"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// audit is a store that observes another one. It admits one call at a time and checks what
// each call changed against the rules and the model of the job.
type audit struct {
	importjob.Store
	*record
	world    *world
	models   map[importjob.Key]model
	mu       sync.Mutex
	unheeded map[importjob.Key]int // commits that took effect although the job was Stopping
}

// change describes what a call changed of a job.
type change struct {
	call          call
	key           importjob.Key
	lease         *importjob.Lease // the lease of the caller; nil for calls without one
	err           error
	answer        *importjob.Job
	from          usercsv.Position // where the rows that a call keeps begin
	before, after snapshot
}

func newAudit(store importjob.Store, w *world, models []model, r *record) *audit {
	a := &audit{Store: store, record: r, world: w, models: map[importjob.Key]model{}, unheeded: map[importjob.Key]int{}}
	for i, m := range models {
		a.models[jobKey(i)] = m
	}
	return a
}

func (a *audit) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := map[importjob.Key]snapshot{}
	for key := range a.models {
		before[key] = a.world.look(key)
	}
	j, err := a.Store.Claim(ctx, node, now, until)
	for key := range a.models {
		c := change{call: claimCall, key: key, err: err, before: before[key], after: a.world.look(key)}
		if j != nil && j.Key() == key {
			c.answer = j
			a.note("%s claims %s in epoch %d at row %d", node, key.JobID, j.Lease.Epoch, j.Checkpoint.Rows)
			a.checkClaim(c, now)
		}
		a.check(c)
	}
	return j, err
}

func (a *audit) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (j *importjob.Job, err error) {
	a.watch(change{call: commitCall, key: key, lease: &lease}, func() (*importjob.Job, error) {
		j, err = a.Store.Commit(ctx, p, key, lease, batch, now)
		a.note("%s/%d commits to %s from row %d: %d rows to row %d, %v",
			lease.Node, lease.Epoch, key.JobID, batch.From.Rows, len(batch.First()), rowsOf(j), err)
		return j, err
	})
	return j, err
}

func (a *audit) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (j *importjob.Job, err error) {
	a.watch(change{call: leasedCall, key: key, lease: &lease}, func() (*importjob.Job, error) {
		j, err = a.Store.UpdateLeased(ctx, key, lease, update)
		a.note("%s/%d updates %s: %s, %v", lease.Node, lease.Epoch, key.JobID, stateOf(j), err)
		return j, err
	})
	return j, err
}

func (a *audit) UpdateJob(ctx context.Context, key importjob.Key,
	update func(*importjob.Job) error) (j *importjob.Job, err error) {
	a.watch(change{call: updateCall, key: key}, func() (*importjob.Job, error) {
		j, err = a.Store.UpdateJob(ctx, key, update)
		a.note("update of %s: %s, %v", key.JobID, stateOf(j), err)
		return j, err
	})
	return j, err
}

func (a *audit) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) (err error) {
	c := change{call: keepRestCall, key: key, from: from}
	a.watch(c, func() (*importjob.Job, error) {
		err = a.Store.KeepRest(ctx, key, from, rows, end, done)
		a.note("rest of %s from row %d: %d rows to row %d, done: %v, %v", key.JobID, from.Rows, len(rows), end.Rows, done, err)
		return nil, err
	})
	return err
}

func rowsOf(j *importjob.Job) int64 {
	if j == nil {
		return 0
	}
	return j.Checkpoint.Rows
}

func stateOf(j *importjob.Job) importjob.State {
	if j == nil {
		return ""
	}
	return j.State
}

// watch makes a call and checks what it changed.
func (a *audit) watch(c change, do func() (*importjob.Job, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.before = a.world.look(c.key)
	c.answer, c.err = do()
	c.after = a.world.look(c.key)
	if errors.Is(c.err, importjob.ErrLeaseLost) {
		a.count("lease lost")
	}
	a.check(c)
}
