package propertytest

import (
	"context"
	"errors"
	"io"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// brokenEngine is a store as an engine with a defect uses it.
type brokenEngine struct {
	importjob.Store
	world  *world
	commit func(e brokenEngine, c commitment) (*importjob.Job, error)
	update func(e brokenEngine, j *importjob.Job) // replaces an update
	claim  func(j *importjob.Job) *importjob.Job  // replaces a claimed job
	leased func(j *importjob.Job)                 // changes the job that an update returns
}

func (e brokenEngine) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	c := commitment{ctx, p, key, lease, batch, now}
	if e.commit == nil {
		return c.to(e.Store)
	}
	return e.commit(e, c)
}

func (e brokenEngine) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (*importjob.Job, error) {
	j, err := e.Store.UpdateLeased(ctx, key, lease, func(j *importjob.Job) error {
		before := *j
		if err := update(j); err != nil {
			return err
		}
		if e.update != nil && j.State.Ended() && !before.State.Ended() {
			e.update(e, j)
		}
		return nil
	})
	if err == nil && e.leased != nil {
		e.leased(j)
	}
	return j, err
}

func (e brokenEngine) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	j, err := e.Store.Claim(ctx, node, now, until)
	if j != nil && e.claim != nil {
		j = e.claim(j)
	}
	return j, err
}

// goesOn commits under the lease of another node when its own is lost.
func goesOn(s importjob.Store, w *world) importjob.Store {
	return brokenEngine{Store: s, world: w, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		j, err := c.to(e.Store)
		if errors.Is(err, importjob.ErrLeaseLost) {
			return e.anyhow(c)
		}
		return j, err
	}}
}

// commitsAgain commits a batch a second time if the first commit failed.
func commitsAgain(s importjob.Store, w *world) importjob.Store {
	return brokenEngine{Store: s, world: w, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		j, err := c.to(e.Store)
		if err != nil && !errors.Is(err, importjob.ErrLeaseLost) {
			return e.anyhow(c)
		}
		return j, err
	}}
}

// anyhow commits the batch without regard to the job's lease and checkpoint.
func (e brokenEngine) anyhow(c commitment) (*importjob.Job, error) {
	j := e.world.look(c.key).job
	c.lease, c.batch.From = j.Lease, j.Checkpoint
	return c.to(e.Store)
}

func leavesOut(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		if rows := c.batch.First(); len(rows) > 2 {
			c.batch.Rows = together(append(rows[:1:1], rows[2:]...))
		}
		return c.to(e.Store)
	}}
}

func swapsRows(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		if rows := c.batch.First(); len(rows) > 2 {
			rows[0], rows[1] = rows[1], rows[0]
		}
		return c.to(e.Store)
	}}
}

func heedsNoStop(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		j, err := c.to(e.Store)
		if err == nil {
			j.State = importjob.InProgress
		}
		return j, err
	}}
}

func endsNothing(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, update: func(_ brokenEngine, j *importjob.Job) { j.State = importjob.Stopping }}
}

func failsStopped(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, update: func(_ brokenEngine, j *importjob.Job) {
		if j.State == importjob.Stopped {
			j.State = importjob.Failed
		}
	}}
}

func beginsAgain(s importjob.Store, _ *world) importjob.Store {
	none := importjob.Job{}.Checkpoint
	return brokenEngine{Store: s, claim: func(j *importjob.Job) *importjob.Job {
		j.Checkpoint = none
		return j
	}}
}

func forgetsFormat(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, claim: func(j *importjob.Job) *importjob.Job {
		if j.State == importjob.InProgress {
			j.Format = nil
		}
		return j
	}}
}

// withoutFormat makes a child ignore the format of its parent.
func withoutFormat(j importjob.Job) importjob.Job {
	j.Format = nil
	return j
}

func leavesStopping(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, claim: func(j *importjob.Job) *importjob.Job {
		if j.State == importjob.Stopping {
			return nil
		}
		return j
	}}
}

// lazy is a store as an engine that never calls IndexUsers uses it.
type lazy struct{ importjob.Store }

func indexesNothing(s importjob.Store, _ *world) importjob.Store { return lazy{s} }

func (lazy) IndexUsers(context.Context, string) error { return nil }

// brokenFiles is a file store with a defect.
type brokenFiles struct {
	importjob.Files
	forgetful bool // ignores the offset
	short     bool // reports the end of the file where reading breaks off
}

func forgetsOffset(f importjob.Files) importjob.Files { return brokenFiles{Files: f, forgetful: true} }
func endsEarly(f importjob.Files) importjob.Files     { return brokenFiles{Files: f, short: true} }

func (b brokenFiles) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	if b.forgetful {
		offset = 0
	}
	f, err := b.Files.Open(ctx, u, offset)
	if err == nil && b.short {
		f = shortFile{f}
	}
	return f, err
}

type shortFile struct{ io.ReadCloser }

func (s shortFile) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}
