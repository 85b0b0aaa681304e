package importfile

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Config configures a reader. The zero value of a field selects its default.
type Config struct {
	Node   string         // the name of this node, unique in its store; required
	Limits usercsv.Limits // the limits of import files
	Strict bool           // read files as Amazon Cognito does, without format detection
	// Checker tells which users exist in the pool. If it is nil, rows are judged by the rules
	// alone.
	Checker  importjob.Checker
	Parallel int           // maximum number of files that this node reads at a time; default 2
	Lease    time.Duration // how long a node keeps a file without renewal; default 15 s
	Poll     time.Duration // interval of polling for files; default 1 s
	Sweep    time.Duration // interval of cleanups; default 1 min
	Log      *slog.Logger  // default slog.Default()
}

func (c Config) withDefaults() Config {
	if c.Parallel == 0 {
		c.Parallel = 2
	}
	if c.Lease == 0 {
		c.Lease = 15 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Sweep == 0 {
		c.Sweep = time.Minute
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Reader surveys the files of uploads, and deletes uploads that no job was made of. Any
// number of readers may share a store.
type Reader struct {
	cfg   Config
	store Store
	files importjob.Files
	wake  chan struct{}
	tidy  chan struct{}
}

// NewReader returns a reader. [Reader.Run] starts its work.
func NewReader(store Store, files importjob.Files, cfg Config) *Reader {
	return &Reader{cfg: cfg.withDefaults(), store: store, files: files, wake: make(chan struct{}, 1), tidy: make(chan struct{}, 1)}
}

// Wake tells the reader that a file was uploaded.
func (r *Reader) Wake() { nudge(r.wake) }

// WakeSweep tells the reader that an upload is to be deleted.
func (r *Reader) WakeSweep() { nudge(r.tidy) }

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // a signal is pending already
	}
}

// Run works until ctx ends. Another node reads again what this one was reading then.
func (r *Reader) Run(ctx context.Context) {
	done := make(chan struct{})
	for range r.cfg.Parallel {
		go func() { defer func() { done <- struct{}{} }(); r.readUntil(ctx) }()
	}
	r.sweepUntil(ctx)
	for range r.cfg.Parallel {
		<-done
	}
}

// readUntil reads one file after the other until ctx ends.
func (r *Reader) readUntil(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Poll)
	defer tick.Stop()
	for {
		u, err := guard.Call(func() (*Upload, error) { return r.claim(ctx) })
		switch {
		case err != nil && ctx.Err() == nil:
			r.cfg.Log.Error("could not claim an uploaded file; will retry", "error", err)
		case u != nil:
			r.carryOn(ctx, u)
			if ctx.Err() == nil {
				continue
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-tick.C:
		}
	}
}

// claim asks the store for a file. It gives up at the time at which the new lease would
// expire.
func (r *Reader) claim(ctx context.Context) (*Upload, error) {
	now := time.Now()
	until := now.Add(r.cfg.Lease)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return r.store.ClaimUpload(ctx, r.cfg.Node, now, until)
}

// carryOn reads one file under its lease and stores the result. If the file could not be
// read, the node that claims it next tries again.
func (r *Reader) carryOn(ctx context.Context, u *Upload) {
	log := r.cfg.Log.With("pool", u.PoolID, "upload", u.ID, "node", r.cfg.Node, "epoch", u.Lease.Epoch)
	working, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() { defer close(renewed); r.renewUntil(working, u, cancel) }()
	seen, err := guard.Call(func() (seen, error) { return r.look(working, u) })
	cause := context.Cause(working)
	cancel(nil)
	<-renewed
	end := func(u *Upload) error { u.Finish(seen.look, seen.modified); return nil }
	switch gone, isGone := errors.AsType[importjob.FileGone](err); {
	case errors.Is(cause, importjob.ErrLeaseLost):
		return // the file was replaced, or another node reads it
	case userpool.KindOf(err) == userpool.ResourceNotFound && err != nil:
		return // the pool was deleted, and the upload with it
	case ctx.Err() != nil:
		end = func(u *Upload) error { u.LeaseUntil = time.Time{}; return nil }
	case isGone:
		end = func(u *Upload) error { u.Fail(string(gone)); return nil }
	case err != nil && u.Tries() >= MaxTries:
		log.Error("uploaded file not read; giving up", "tries", u.Tries(), "error", err)
		end = func(u *Upload) error { u.Fail("The file could not be read. Upload it again."); return nil }
	case err != nil:
		log.Warn("uploaded file not read; will retry", "error", err)
		return // the pause before the retry is the rest of the lease
	}
	closing, cancelClosing := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease)
	defer cancelClosing()
	if _, err := r.store.UpdateLeasedUpload(closing, u.Key(), u.Lease, end); err != nil && !errors.Is(err, importjob.ErrLeaseLost) {
		log.Error("could not store the survey of an uploaded file", "error", err)
	}
}

// seen is the result for a file and a version of its pool.
type seen struct {
	look     *usercsv.Report
	modified time.Time
}

// look surveys the upload's file.
func (r *Reader) look(ctx context.Context, u *Upload) (seen, error) {
	pool, err := r.store.Pool(ctx, u.PoolID)
	if err != nil {
		return seen{}, err
	}
	want := usercsv.Import{Pool: pool, Algorithm: u.Algorithm, Asked: usercsv.Asked{Strict: r.cfg.Strict}}
	if r.cfg.Checker != nil {
		want.Add = importjob.AddFunc(ctx, r.cfg.Checker, pool)
	}
	look, err := Check(ctx, r.files, u.File, r.cfg.Limits, want)
	return seen{look, pool.Modified}, err
}

// renewUntil renews the lease until ctx ends. It cancels the work when the lease is lost.
func (r *Reader) renewUntil(ctx context.Context, u *Upload, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(r.cfg.Lease / 3)
	defer tick.Stop()
	deadline := u.LeaseUntil
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		until := time.Now().Add(r.cfg.Lease)
		err := guard.Run(func() error {
			ctx, cancel := context.WithDeadline(ctx, deadline)
			defer cancel()
			_, err := r.store.UpdateLeasedUpload(ctx, u.Key(), u.Lease, func(u *Upload) error { u.LeaseUntil = until; return nil })
			return err
		})
		switch {
		case err == nil:
			deadline = until
		case errors.Is(err, importjob.ErrLeaseLost) || !time.Now().Before(deadline):
			cancel(importjob.ErrLeaseLost)
			return
		case ctx.Err() == nil:
			r.cfg.Log.Warn("lease on an uploaded file not renewed; will retry", "pool", u.PoolID, "upload", u.ID, "error", err)
		}
	}
}
