package logforward

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// run is the work of one node on one job, from its claim until there is nothing more to
// forward or something fails.
type run struct {
	*Forwarder
	Claim
	until    time.Time // when the claim expires
	rejected int       // events that were rejected in this run
	log      *slog.Logger
}

// readError is an error of reading what is to be forwarded.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// forward forwards the pending events and gives up the claim. It returns nil if the job
// belongs to another node or was deleted.
func (r *run) forward(ctx context.Context) error {
	err := r.forwardAll(ctx)
	if r.rejected > 0 {
		r.log.Warn("import results rejected by the destination for good, for instance because they are too old", "events", r.rejected)
	}
	switch {
	case errors.Is(err, ErrLost), userpool.KindOf(err) == userpool.ResourceNotFound && err != nil:
		return nil
	case err != nil:
		r.giveUp(ctx, err)
	}
	return err
}

func (r *run) forwardAll(ctx context.Context) error {
	pool, err := r.store.Pool(ctx, r.Key.PoolID)
	if err != nil {
		return &readError{err}
	}
	group := resultlog.Group(pool)
	for {
		job, events, done, err := r.read(ctx)
		if err != nil {
			return &readError{err}
		}
		for len(events) > 0 {
			taken, err := r.send(ctx, group, resultlog.Stream(job), events)
			if err != nil {
				return err
			}
			events = events[taken:]
		}
		switch {
		case done && job.State.Ended():
			return r.end(ctx, job)
		case done:
			return r.store.NoteForward(ctx, r.Claim, time.Time{})
		}
	}
}

// read returns the next events. done says that none follow so far. If the job has ended, none
// ever will.
func (r *run) read(ctx context.Context) (job *importjob.Job, events []resultlog.Event, done bool, err error) {
	ctx, cancel := context.WithDeadline(ctx, r.until)
	defer cancel()
	// The job is read first: one that has ended gets no more outcomes.
	if job, err = r.store.Job(ctx, r.Key); err != nil {
		return nil, nil, false, err
	}
	events, _, done, err = resultlog.Forward(ctx, r.store, job, r.Next, resultlog.Span{Limit: pageEvents})
	return job, events, done, err
}

// send sends the first of the events, at least one, and stores the progress.
func (r *run) send(ctx context.Context, group, stream string, events []resultlog.Event) (taken int, err error) {
	working, cancel := context.WithDeadline(ctx, r.until)
	defer cancel()
	taken, rejected, err := r.to.Put(working, group, stream, events)
	if err != nil {
		return 0, err
	}
	if taken < 1 || taken > len(events) {
		return 0, fmt.Errorf("logforward: the destination returned that it took %d of %d events", taken, len(events))
	}
	r.observer.EventsSent(taken, rejected)
	r.log.Debug("import results sent", "events", taken, "rejected", rejected)
	r.sending.over()
	r.fails = 0
	r.rejected += rejected
	r.Rejected += int64(rejected)
	for _, e := range events[:taken] {
		if e.Line > 0 {
			r.Lines++
		}
		r.Next = e.Place + 1
	}
	until := time.Now().Add(lease)
	if err := r.store.NoteForward(ctx, r.Claim, until); err != nil {
		return 0, err
	}
	r.until = until
	return taken, nil
}

// end stores that all events of an ended job are forwarded. Each row has one line, so a
// smaller number means that lines expired and were deleted before.
func (r *run) end(ctx context.Context, job *importjob.Job) error {
	if err := r.store.EndForward(ctx, r.Claim); err != nil {
		return err
	}
	if missing := job.Counts.Sum() - r.Lines; missing > 0 {
		r.log.Warn("import results deleted before they were forwarded", "lines", missing)
	}
	r.log.Info("import results forwarded", "lines", r.Lines, "rejectedEvents", r.Rejected)
	return nil
}

// failsAgain counts a failure of the job. It returns the number of consecutive failures.
func (r *run) failsAgain() int {
	if r.failing != r.Key {
		r.failing, r.fails = r.Key, 0
	}
	r.fails++
	return r.fails
}

// giveUp gives up the claim after an error, even while the node is shutting down. If that
// fails, the claim expires.
func (r *run) giveUp(ctx context.Context, problem error) {
	var until time.Time
	_, refused := errors.AsType[*Refusal](problem)
	_, unread := errors.AsType[*readError](problem)
	switch {
	case ctx.Err() != nil:
	case refused, unread:
		until = time.Now().Add(refusedPause)
	case r.failsAgain() >= asideAfter:
		until = time.Now().Add(asidePause)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingLimit)
	defer cancel()
	if err := r.store.NoteForward(ctx, r.Claim, until); err != nil && !errors.Is(err, ErrLost) {
		r.log.Warn("claim on import results to forward not given up; it will expire", "error", err)
	}
}
