package propertytest

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

// brokenCommit is a store whose commits go through a function.
type brokenCommit struct {
	*world
	commit commitFunc
}

// commitFunc commits the batch to the store.
type commitFunc func(w *world, c commitment) (*importjob.Job, error)

// commitment has the arguments of Commit.
type commitment struct {
	ctx   context.Context
	pool  *userpool.UserPool
	key   importjob.Key
	lease importjob.Lease
	batch importjob.Batch
	now   time.Time
}

func (c commitment) to(s importjob.Store) (*importjob.Job, error) {
	return s.Commit(c.ctx, c.pool, c.key, c.lease, c.batch, c.now)
}

func (b brokenCommit) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	return b.commit(b.world, commitment{ctx, p, key, lease, batch, now})
}

// afterCommit is a store that changes the pool after each commit.
func afterCommit(do func(m *memstore.Store, j *importjob.Job)) func(*world) importjob.Store {
	return func(w *world) importjob.Store {
		return brokenCommit{w, func(w *world, c commitment) (*importjob.Job, error) {
			j, err := c.to(w)
			if err == nil {
				m := w.pool(c.key.PoolID)
				m.Mu.Lock()
				defer m.Mu.Unlock()
				do(m, m.Jobs[c.key])
				copied := *m.Jobs[c.key]
				j = &copied
			}
			return j, err
		}}
	}
}

var (
	dropsOutcome = afterCommit(func(m *memstore.Store, _ *importjob.Job) {
		last := &m.Segments[len(m.Segments)-1]
		if n := len(last.Outcomes); n > 1 {
			last.Outcomes = last.Outcomes[:n-1]
		}
	})
	countsTwice = afterCommit(func(_ *memstore.Store, j *importjob.Job) {
		if j.Counts.Skipped > 0 {
			j.Counts.Skipped++
		}
	})
	talliesTwice = afterCommit(func(m *memstore.Store, j *importjob.Job) {
		for i := range m.Tallies[j.Key()] {
			m.Tallies[j.Key()][i].Rows++
		}
	})
	forgetsTally = afterCommit(func(m *memstore.Store, j *importjob.Job) {
		if all := m.Tallies[j.Key()]; len(all) > 1 {
			m.Tallies[j.Key()] = all[:len(all)-1]
		}
	})
	dropsUser = afterCommit(func(m *memstore.Store, _ *importjob.Job) {
		for name := range m.Users {
			delete(m.Users, name)
			return
		}
	})
	overwritesStop = afterCommit(func(_ *memstore.Store, j *importjob.Job) { j.State = importjob.InProgress })
)

// forgetsEpoch is a store that takes every node for the holder of the lease.
func forgetsEpoch(w *world) importjob.Store {
	return brokenCommit{w, func(w *world, c commitment) (*importjob.Job, error) {
		c.lease = w.look(c.key).job.Lease
		return c.to(w)
	}}
}

// forgetsEnd is a store that checks neither the lease, nor where the batch begins, nor the
// state.
func forgetsEnd(w *world) importjob.Store {
	return brokenCommit{w, func(w *world, c commitment) (*importjob.Job, error) {
		j := w.look(c.key).job
		c.lease, c.batch.From = j.Lease, j.Checkpoint
		setState := func(s importjob.State) {
			_, _ = w.UpdateJob(c.ctx, c.key, func(j *importjob.Job) error { j.State = s; return nil })
		}
		setState(importjob.InProgress)
		done, err := c.to(w)
		setState(j.State)
		return done, err
	}}
}

// halfDone is a store whose third commit inserts its users and does nothing else.
func halfDone(w *world) importjob.Store {
	commits := 0
	return brokenCommit{w, func(w *world, c commitment) (*importjob.Job, error) {
		m, before := w.pool(c.key.PoolID), w.look(c.key)
		j, err := c.to(w)
		if commits++; commits != 3 || err != nil {
			return j, err
		}
		m.Mu.Lock()
		defer m.Mu.Unlock()
		m.Segments = m.Segments[:before.segments]
		*m.Jobs[c.key] = before.job
		return nil, errRefused
	}}
}

// answersStale is a store whose commits return the job as it was before.
func answersStale(w *world) importjob.Store {
	return brokenCommit{w, func(w *world, c commitment) (*importjob.Job, error) {
		before := w.look(c.key).job
		j, err := c.to(w)
		if err == nil {
			j = &before
		}
		return j, err
	}}
}

// saysAll is a store that settles some rows and says that it settled all.
func saysAll(w *world) importjob.Store {
	return brokenCommit{w, func(_ *world, c commitment) (*importjob.Job, error) {
		j, err := c.to(w)
		if rows := c.batch.First(); err == nil && j.Checkpoint != rows[len(rows)-1].End {
			said := *j
			said.Checkpoint = rows[len(rows)-1].End
			j = &said
		}
		return j, err
	}}
}

// brokenClaim is a store whose claims have a defect.
type brokenClaim struct {
	*world
	ahead   time.Duration // how far its clock is ahead
	lowered int64         // subtracted from the epoch
}

func givesLeasedOut(w *world) importjob.Store { return brokenClaim{world: w, ahead: time.Hour} }
func keepsEpoch(w *world) importjob.Store     { return brokenClaim{world: w, lowered: 1} }

func (b brokenClaim) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	j, err := b.world.Claim(ctx, node, now.Add(b.ahead), until)
	if j != nil {
		return b.UpdateJob(ctx, j.Key(), func(j *importjob.Job) error { j.Lease.Epoch -= b.lowered; return nil })
	}
	return j, err
}

// blind is a store that finds nothing to clean up.
type blind struct{ *world }

func findsNothing(w *world) importjob.Store { return blind{w} }

func (blind) Overdue(context.Context, time.Time, importjob.Place, int) ([]*importjob.Job, error) {
	return nil, nil
}

func (blind) WithFiles(context.Context, importjob.Place, int) ([]*importjob.Job, error) {
	return nil, nil
}

// hasty is a store that takes active jobs for ended ones.
type hasty struct{ *world }

func findsTooSoon(w *world) importjob.Store { return hasty{w} }

func (h hasty) WithFiles(_ context.Context, after importjob.Place, _ int) (jobs []*importjob.Job, err error) {
	for i := range h.pools {
		if s := h.look(jobKey(i)); s.exists && s.job.Upload.Name != "" && after == (importjob.Place{}) {
			s.job.State = importjob.Succeeded
			jobs = append(jobs, &s.job)
		}
	}
	return jobs, nil
}
