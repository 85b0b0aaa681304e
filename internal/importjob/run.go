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

// run is the work of one node on one job, from the claim until the job ends or the node lets
// go of it.
type run struct {
	*Engine
	key   Key
	lease Lease
	job   *Job // as last read; only the goroutine of carryOn uses it
	log   *slog.Logger

	done chan struct{} // closed when the node has let go of the job
	stop stopRequest
}

func newRun(e *Engine, job *Job) *run {
	return &run{
		Engine: e, key: job.Key(), lease: job.Lease, job: job, done: make(chan struct{}),
		log: e.cfg.Log.With("pool", job.PoolID, "job", job.ID, "node", job.Lease.Node, "epoch", job.Lease.Epoch),
	}
}

// errEnded says that the job has ended in the meantime, because a pending job was stopped.
var errEnded = errors.New("importjob: the job has ended")

// carryOn works on the job and reports whether the job has ended. If the job comes to its
// end, it stores that end. If anything else stops the work, it leaves the job to the next
// claim.
func (r *run) carryOn(ctx context.Context) (ended bool) {
	working, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	deadline := r.job.LeaseUntil
	go func() {
		defer close(renewed)
		if err := guard.Run(func() error { r.renewUntil(working, deadline, cancel); return nil }); err != nil {
			r.log.Error("import job lease renewal panicked; the job is released", "error", err)
			cancel(ErrLeaseLost)
		}
	}()
	err := guard.Run(func() error { return r.importFile(working) })
	cause := context.Cause(working)
	cancel(nil)
	<-renewed

	// Endings and hand-overs are stored even if the node is shutting down.
	closing, cancelClosing := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease)
	defer cancelClosing()
	if end, ok := errors.AsType[*ending](err); ok {
		err = r.finish(closing, end)
	}
	switch {
	case err == nil, errors.Is(err, errEnded):
		return true
	case errors.Is(err, ErrLeaseLost), errors.Is(cause, ErrLeaseLost):
		r.cfg.Observer.LeaseLost()
		r.log.Warn("import job released: its lease was lost")
	case ctx.Err() != nil:
		r.handOver(closing)
	default:
		// The lease is left to expire. That is the pause before the next attempt.
		r.log.Error("import job interrupted; it will be claimed again", "error", err)
	}
	return false
}

// conclude cleans up after the job, which has ended. If no rows are left to keep, it removes
// the file even if the node is shutting down.
func (r *run) conclude(ctx context.Context) {
	defer nudge(r.tidy) // a stopped job may have left users unindexed
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Lease)
	defer cancel()
	job, err := r.reload(closing, r.key)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return // the pool was deleted, and the job with it
	}
	switch {
	case err != nil || !job.State.Ended():
	case job.LeavesRest():
		err = r.within(ctx, func(ctx context.Context) error { return r.Engine.conclude(ctx, job) })
	default:
		err = r.Engine.conclude(closing, job)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Warn("file of an ended import job not removed; will retry", "error", err)
	}
}

// ending is the error that tells carryOn how the job ends.
type ending struct {
	state   State
	message string
	detail  string // the full text; "" if message says all
}

func (e *ending) Error() string { return fmt.Sprintf("the job ends %s: %s", e.state, e.message) }

// importFile imports the rows after the checkpoint. It always returns an error: an *ending if
// the job has come to its end.
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
	return r.completion()
}

// indexUsers makes the store add the deferred index entries. It returns early for a stop;
// then the sweep adds them.
func (r *run) indexUsers(ctx context.Context) error {
	for {
		if err := r.checkStop(ctx); err != nil {
			return err
		}
		working, err := r.beginCommit(ctx)
		if err == nil {
			err = r.endCommit(ctx, r.store.IndexUsers(working, r.key.PoolID))
		}
		if !errors.Is(err, errStopAsked) {
			return err
		}
	}
}

// checkProgress checks the checkpoint and the counts of a job that goes on. A database that
// something else has changed, or that was restored after a disaster, must not give a row two
// verdicts or none.
func (r *run) checkProgress(ctx context.Context) error {
	fits, err := r.checkCheckpoint(ctx, r.job)
	if err == nil && !fits {
		err = r.damaged()
	}
	return err
}

// checkCheckpoint reports whether a job's checkpoint is a place in its file and its counts
// are those of the rows before.
func (e *Engine) checkCheckpoint(ctx context.Context, j *Job) (fits bool, err error) {
	at := j.Checkpoint
	if at.Rows != j.Counts.Sum() {
		return false, nil
	}
	if at == (usercsv.Position{}) {
		return true, nil // no row is settled yet
	}
	text, err := e.openText(ctx, j, 0)
	if err != nil {
		return false, err
	}
	defer text.Close()
	return j.Format.Reaches(text, at, j.Limits(e.cfg.Limits))
}

func (r *run) damaged() error {
	r.log.Error("import job progress does not fit its file", "checkpoint", r.job.Checkpoint, "counts", r.job.Counts, "rows", r.job.TotalRows)
	return &ending{state: Failed, message: MessageDamaged}
}

// asEnding turns an error of the file, the job or the pool into the end of the job. It
// returns other errors unchanged.
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

// begin asks for permission, surveys the file and moves the job to InProgress. So a job that
// may not begin, or whose file cannot be imported, ends before any user is created.
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
		j.noteFormat(seen.Format)
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

// survey surveys the job's file. It returns what it found, and the upload as it was read.
func (e *Engine) survey(ctx context.Context, j *Job, pool *userpool.UserPool) (*usercsv.Surveyed, Upload, error) {
	open := func() (io.ReadCloser, error) {
		file, err := e.files.Open(ctx, j.Upload, 0)
		if err != nil {
			return nil, err
		}
		return &contextReader{ctx: ctx, ReadCloser: file}, nil
	}
	seen, err := usercsv.Survey(open, j.Limits(e.cfg.Limits), usercsv.Import{
		Pool: pool, Algorithm: j.HashAlgorithm, Again: j.ParentID != "", Asked: e.askedOf(j), Format: j.Format,
	})
	if seen == nil || err != nil && seen.SHA256 == "" {
		return nil, Upload{}, err
	}
	read := Upload{Name: j.Upload.Name, Size: seen.Size, ETag: j.Upload.ETag, SHA256: seen.SHA256}
	if changed := j.Upload.differs(read); changed != nil { // the file is another one: other findings do not concern the upload
		err = changed
	}
	return seen, read, err
}

// noteFormat stores the format that a survey found. The file of a child is in Cognito's
// format, and what is known of its values came with its rows.
func (j *Job) noteFormat(f *usercsv.Format) {
	if j.ParentID == "" {
		j.Format = f
	}
}

// askedOf returns how a job's file is to be read: as its creator asked, and strictly if the
// server reads all files strictly.
func (e *Engine) askedOf(j *Job) (asked usercsv.Asked) {
	if j.Asked != nil {
		asked = *j.Asked
	}
	asked.Strict = asked.Strict || e.cfg.Strict
	return asked
}

// importRows imports the rows after the checkpoint batch by batch until the file ends, a stop
// is seen, or the error budget is exceeded.
func (r *run) importRows(ctx context.Context, pool *userpool.UserPool) error {
	rows := newSource(r, pool)
	defer rows.close()
	for {
		if err := r.checkStop(ctx); err != nil {
			return err
		}
		if err := r.overBudget(); err != nil {
			return err
		}
		if more, err := rows.fill(ctx, r.job.Checkpoint); err != nil || !more {
			return err
		}
		if err := r.commit(ctx, pool, rows); err != nil && !errors.Is(err, errStopAsked) {
			return err
		}
	}
}

// commit commits a batch of the rows after the checkpoint.
func (r *run) commit(ctx context.Context, pool *userpool.UserPool, rows *source) error {
	now := wallClock()
	committing, err := r.beginCommit(ctx)
	if err != nil {
		return err
	}
	batch := Batch{From: r.job.Checkpoint, Rows: rows.portions(committing, now)}
	begun, before := time.Now(), r.job.Counts.Sum()
	job, err := r.store.Commit(committing, pool, r.key, r.lease, batch, now)
	took := time.Since(begun)
	err = r.endCommit(ctx, err)
	r.cfg.Observer.CommitEnded(took, err != nil && !errors.Is(err, errStopAsked))
	if err != nil {
		return err
	}
	r.noteJob(job)
	r.log.Debug("import batch committed", "rows", job.Counts.Sum()-before, "checkpoint", job.Checkpoint.Rows, "took", took.Round(time.Microsecond))
	return nil
}

// completion decides how a job ends that reached the end of its file. The job is Failed if too many
// rows were not imported, unless its budget ignores their number. The real service publishes
// no number; a majority fits every observation.
func (r *run) completion() error {
	c := r.job.Counts
	if c.Sum() != r.job.TotalRows {
		return r.damaged()
	}
	if tooMany(c, r.cfg.FailedShare, r.job.Budget) {
		return &ending{state: Failed, message: MessageTooMany}
	}
	return &ending{state: Succeeded, message: MessageSucceeded}
}

// finish stores the end of the job. A stop that came at the last moment takes precedence.
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
		r.cfg.Observer.JobEnded(r.job.State)
		c := r.job.Counts
		r.log.Info("import job ended", "status", r.job.State, "message", r.job.Explanation(),
			"imported", c.Imported, "skipped", c.Skipped, "failed", c.Failed)
	}
	return err
}

// handOver gives up the lease so that another node can claim the job at once.
func (r *run) handOver(ctx context.Context) {
	if err := r.update(ctx, func(j *Job) error { j.LeaseUntil = time.Time{}; return nil }); err != nil {
		r.log.Warn("import job not handed over; its lease will run out", "error", err)
		return
	}
	r.cfg.Observer.JobHandedOver()
	r.log.Info("import job handed over", "rows", r.job.Counts.Sum())
}

func (r *run) update(ctx context.Context, change func(*Job) error) error {
	job, err := r.store.UpdateLeased(ctx, r.key, r.lease, change)
	if err == nil {
		r.noteJob(job)
	}
	return err
}

// wallClock returns the current time in the precision of the API.
func wallClock() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// contextReader ends a long read when its context ends.
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
