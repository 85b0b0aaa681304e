package importjob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// run is one node's work on one job, from its claim until the job ends or the
// node lets go.
type run struct {
	*Engine
	key   Key
	lease Lease
	job   *Job // as last read; only carryOn's goroutine touches it
	log   *slog.Logger

	done chan struct{} // closed when the node has let go
	stop stopRequest
}

func newRun(e *Engine, job *Job) *run {
	return &run{
		Engine: e, key: job.Key(), lease: job.Lease, job: job, done: make(chan struct{}),
		log: e.cfg.Log.With("pool", job.PoolID, "job", job.ID, "node", job.Lease.Node, "epoch", job.Lease.Epoch),
	}
}

// errEnded says that the job has ended meanwhile: a stop of a pending job.
var errEnded = errors.New("importjob: the job has ended")

// carryOn works on the job and accounts for how that went: an end of the job
// is written down; whatever else stopped the work leaves the job for the next
// claim. It reports whether the job has ended.
func (r *run) carryOn(ctx context.Context) (ended bool) {
	working, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	deadline := r.job.LeaseUntil
	go func() {
		defer close(renewed)
		if err := guard.Run(func() error { r.renewUntil(working, deadline, cancel); return nil }); err != nil {
			r.log.Error("the lease is not renewed any more", "error", err)
			cancel(ErrLeaseLost)
		}
	}()
	err := guard.Run(func() error { return r.importFile(working) })
	cause := context.Cause(working)
	cancel(nil)
	<-renewed

	// Endings and hand-overs are written although the node is shutting down.
	closing, cancelClosing := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease)
	defer cancelClosing()
	if end, ok := errors.AsType[*ending](err); ok {
		err = r.finish(closing, end)
	}
	switch {
	case err == nil, errors.Is(err, errEnded):
		return true
	case errors.Is(err, ErrLeaseLost), errors.Is(cause, ErrLeaseLost):
		r.log.Warn("import job let go: its lease is lost")
	case ctx.Err() != nil:
		r.handOver(closing)
	default:
		// The lease runs out by itself: that is the pause before the next try.
		r.log.Error("import job interrupted; it will be claimed again", "error", err)
	}
	return false
}

// conclude does what is left to do for the job, which has ended. A file of which nothing
// is to be kept is removed although the node is shutting down.
func (r *run) conclude(ctx context.Context) {
	defer nudge(r.tidy) // a job that was stopped may have left indexes deferred
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease)
	defer cancel()
	job, err := r.lookAt(closing, r.key)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return // the job went with its pool
	}
	switch {
	case err != nil || !job.State.Ended():
	case job.LeavesRest():
		err = r.within(ctx, func(ctx context.Context) error { return r.Engine.conclude(ctx, job) })
	default:
		err = r.Engine.conclude(closing, job)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Warn("the file of an ended import job was not removed; this is tried again", "error", err)
	}
}

// ending is the error that carries a job's end up to carryOn.
type ending struct {
	state   State
	message string
	detail  string // the whole text, "" where message says all
}

func (e *ending) Error() string { return fmt.Sprintf("the job ends %s: %s", e.state, e.message) }

// importFile imports what is left of the job's file. It always returns an
// error: an *ending when the job has come to one.
func (r *run) importFile(ctx context.Context) error {
	if r.job.State == Stopping {
		return &ending{state: Stopped, message: MessageStopped}
	}
	pool, err := r.store.Pool(ctx, r.job.PoolID)
	if err != nil {
		return err
	}
	if r.job.State == Pending {
		if err := r.begin(ctx, pool); err != nil {
			return asEnding(err)
		}
	}
	if err := r.checkProgress(ctx); err != nil {
		return asEnding(err)
	}
	if err := r.importRows(ctx, pool); err != nil {
		return asEnding(err)
	}
	if err := r.indexUsers(ctx); err != nil {
		return err
	}
	return r.verdict()
}

// indexUsers has the store bring its deferred indexes up to date, until that is done or a stop is
// seen; then the sweep does the rest.
func (r *run) indexUsers(ctx context.Context) error {
	for {
		if err := r.lookIfAsked(ctx); err != nil {
			return err
		}
		working, err := r.beginCommit(ctx)
		if err == nil {
			err = r.endCommit(ctx, r.store.IndexUsers(working, r.key.PoolID))
		}
		if !errors.Is(err, errAsked) {
			return err
		}
	}
}

// checkProgress looks whether the checkpoint that a job goes on from is a
// place in its file, and what the counts speak of. What others wrote into the
// database, or what is left of it after a disaster, must not give a row two
// verdicts or none.
func (r *run) checkProgress(ctx context.Context) error {
	fits, err := r.checkCheckpoint(ctx, r.job)
	if err == nil && !fits {
		err = r.damaged()
	}
	return err
}

// checkCheckpoint reports whether a job's checkpoint is a place in its file, and what the
// counts speak of.
func (e *Engine) checkCheckpoint(ctx context.Context, j *Job) (fits bool, err error) {
	at := j.Checkpoint
	if at.Rows != j.Counts.Sum() {
		return false, nil
	}
	if at == (usercsv.Position{}) {
		return true, nil // nothing is done yet
	}
	text, err := e.openText(ctx, j, 0)
	if err != nil {
		return false, err
	}
	defer text.Close()
	return j.Format.Passes(text, at, j.Limits(e.cfg.Limits))
}

func (r *run) damaged() error {
	r.log.Error("import job has a damaged record of its progress", "checkpoint", r.job.Checkpoint, "counts", r.job.Counts, "rows", r.job.TotalRows)
	return &ending{state: Failed, message: MessageDamaged}
}

// asEnding turns what is wrong with the file, with the job itself, or with the pool,
// into the end of the job.
func asEnding(err error) error {
	if all := usercsv.FileProblems(err); len(all) == 1 {
		return &ending{state: Failed, message: all[0].Reason, detail: all[0].Detail}
	} else if len(all) > 1 {
		return &ending{state: Failed, message: all[0].Reason, detail: usercsv.FileErrors(all).Error()}
	}
	if gone, ok := errors.AsType[FileGone](err); ok {
		return &ending{state: Failed, message: string(gone)}
	}
	if forbidden, ok := errors.AsType[Forbidden](err); ok {
		return &ending{state: Failed, message: string(forbidden)}
	}
	if full, ok := errors.AsType[*userpool.Error](err); ok && full.Kind == userpool.LimitExceeded {
		return &ending{state: Failed, message: MessagePoolFull, detail: full.Message}
	}
	return err
}

// begin asks for permission and looks the whole file over, so that a job that
// may not begin and a file that cannot be imported end the job before any user
// is created, and moves the job to InProgress.
func (r *run) begin(ctx context.Context, pool *userpool.UserPool) error {
	warning, err := r.permit(ctx, pool)
	if err != nil {
		return err
	}
	seen, read, err := r.survey(ctx, r.job, pool)
	if err != nil {
		return err
	}
	settings := settingsOf(pool, r.job, r.cfg).String()
	if warning != "" {
		r.log.Warn("import job begins with a warning", "warning", warning)
	}
	err = r.update(ctx, func(j *Job) error {
		if !j.State.MayBecome(InProgress) {
			return errEnded
		}
		j.State, j.Started, j.TotalRows, j.Warning, j.Upload = InProgress, wallClock(), seen.Rows, warning, read
		j.Header, j.Settings = usercsv.FormatRow(seen.Header), settings
		j.found(seen.Format)
		return nil
	})
	if err == nil {
		r.log.Info("import job begins", "rows", seen.Rows, "size", read.Size, "etag", read.ETag, "sha256", read.SHA256)
		if r.cfg.Began != nil {
			r.cfg.Began(ctx, r.job)
		}
	}
	return err
}

// survey looks the whole file of a job over. It returns what was seen, and the upload as
// it was read.
func (e *Engine) survey(ctx context.Context, j *Job, pool *userpool.UserPool) (*usercsv.Surveyed, Upload, error) {
	open := func() (io.ReadCloser, error) {
		file, err := e.files.Open(ctx, j.Upload, 0)
		if err != nil {
			return nil, err
		}
		return &contextReader{ctx: ctx, ReadCloser: file}, nil
	}
	seen, err := usercsv.Survey(open, j.Limits(e.cfg.Limits), usercsv.Import{
		Pool: pool, Algorithm: j.HashAlgorithm, Again: j.ParentID != "", Asked: e.asked(j), Format: j.Format,
	})
	if seen == nil || err != nil && seen.SHA256 == "" {
		return nil, Upload{}, err
	}
	read := Upload{Name: j.Upload.Name, Size: seen.Size, ETag: j.Upload.ETag, SHA256: seen.SHA256}
	if changed := j.Upload.differs(read); changed != nil { // then nothing else that is wrong was uploaded
		err = changed
	}
	return seen, read, err
}

// found notes how the file is written, as a survey found it. The file of a child is in
// Cognito's form, and what is known of its values came with its rows.
func (j *Job) found(f *usercsv.Format) {
	if j.ParentID == "" {
		j.Format = f
	}
}

// asked is how a job's file is to be read: as its creator asked, or strictly on a server
// that reads all files so.
func (e *Engine) asked(j *Job) (asked usercsv.Asked) {
	if j.Asked != nil {
		asked = *j.Asked
	}
	asked.Strict = asked.Strict || e.cfg.Strict
	return asked
}

// importRows imports what is left of the file, batch after batch, until the file
// ends, a stop is seen, or more rows have failed than may.
func (r *run) importRows(ctx context.Context, pool *userpool.UserPool) error {
	rows := newSource(r, pool)
	defer rows.close()
	for {
		if err := r.lookIfAsked(ctx); err != nil {
			return err
		}
		if err := r.overBudget(); err != nil {
			return err
		}
		if more, err := rows.fill(ctx, r.job.Checkpoint); err != nil || !more {
			return err
		}
		if err := r.commit(ctx, pool, rows); err != nil && !errors.Is(err, errAsked) {
			return err
		}
	}
}

// commit commits a batch of the rows from the checkpoint on.
func (r *run) commit(ctx context.Context, pool *userpool.UserPool, rows *source) error {
	now := wallClock()
	committing, err := r.beginCommit(ctx)
	if err != nil {
		return err
	}
	batch := Batch{From: r.job.Checkpoint, Rows: rows.portions(committing, now)}
	job, err := r.store.Commit(committing, pool, r.key, r.lease, batch, now)
	if err = r.endCommit(ctx, err); err != nil {
		return err
	}
	r.job = job
	return nil
}

// verdict decides how a job ends whose file is done: Failed when too many
// rows were not imported, unless their number is not to count. The real service
// publishes no number; a majority fits every observation.
func (r *run) verdict() error {
	c := r.job.Counts
	if c.Sum() != r.job.TotalRows {
		return r.damaged()
	}
	if tooMany(c, r.cfg.FailedShare, r.job.Budget) {
		return &ending{state: Failed, message: MessageTooMany}
	}
	return &ending{state: Succeeded, message: MessageSucceeded}
}

// finish writes the job's end down. A stop that came at the last moment wins.
func (r *run) finish(ctx context.Context, end *ending) error {
	err := r.update(ctx, func(j *Job) error {
		switch {
		case j.State == Stopping:
			j.end(Stopped, MessageStopped, wallClock())
		case j.State.MayBecome(end.state):
			j.end(end.state, end.message, wallClock())
			j.Detail = end.detail
		default:
			return errEnded
		}
		return nil
	})
	if err == nil {
		c := r.job.Counts
		r.log.Info("import job ended", "status", r.job.State, "message", r.job.Explanation(),
			"imported", c.Imported, "skipped", c.Skipped, "failed", c.Failed)
	}
	return err
}

// handOver gives the lease up so that another node can claim the job at once.
func (r *run) handOver(ctx context.Context) {
	if err := r.update(ctx, func(j *Job) error { j.LeaseUntil = time.Time{}; return nil }); err != nil {
		r.log.Warn("import job not handed over; its lease will run out", "error", err)
		return
	}
	r.log.Info("import job handed over", "rows", r.job.Counts.Sum())
}

func (r *run) update(ctx context.Context, change func(*Job) error) error {
	job, err := r.store.UpdateLeased(ctx, r.key, r.lease, change)
	if err == nil {
		r.job = job
	}
	return err
}

// wallClock is now in the precision in which the API tells times.
func wallClock() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// contextReader makes a long read end with its context.
type contextReader struct {
	io.ReadCloser
	ctx context.Context
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.ReadCloser.Read(p)
}
