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

// run is one node's work on one job, from its claim until there is nothing
// more to forward or something fails.
type run struct {
	*Forwarder
	Claim
	until    time.Time // the claim's end
	rejected int       // events, in this run
	log      *slog.Logger
}

// readError is an error of reading what is to be forwarded.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// forward forwards what there is, and gives the claim up. It returns nil also
// when the job is another node's or gone.
func (r *run) forward(ctx context.Context) error {
	err := r.forwardAll(ctx)
	if r.rejected > 0 {
		r.log.Warn("the destination rejected import results, as it does with those that are too old; it will not have them", "events", r.rejected)
	}
	switch {
	case errors.Is(err, ErrLost), userpool.KindOf(err) == userpool.ResourceNotFound && err != nil:
		return nil
	case err != nil:
		r.letGo(ctx, err)
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

// read returns the next events. done says that none come after them so far;
// if the job has ended, none ever will.
func (r *run) read(ctx context.Context) (job *importjob.Job, events []resultlog.Event, done bool, err error) {
	ctx, cancel := context.WithDeadline(ctx, r.until)
	defer cancel()
	// The job first: one that has ended gets no more outcomes.
	if job, err = r.store.Job(ctx, r.Key); err != nil {
		return nil, nil, false, err
	}
	events, _, done, err = resultlog.Forward(ctx, r.store, job, r.Next, resultlog.Span{Limit: pageEvents})
	return job, events, done, err
}

// send sends the first of the events, at least one, and notes how far it is.
func (r *run) send(ctx context.Context, group, stream string, events []resultlog.Event) (taken int, err error) {
	working, cancel := context.WithDeadline(ctx, r.until)
	defer cancel()
	taken, rejected, err := r.to.Put(working, group, stream, events)
	if err != nil {
		return 0, err
	}
	if taken < 1 || taken > len(events) {
		return 0, fmt.Errorf("logforward: the destination says that it took %d of %d events", taken, len(events))
	}
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

// end notes that all of an ended job is forwarded. What was deleted before,
// because its time was over, is missed here: each row has one line.
func (r *run) end(ctx context.Context, job *importjob.Job) error {
	if err := r.store.EndForward(ctx, r.Claim); err != nil {
		return err
	}
	if missing := job.Counts.Sum() - r.Lines; missing > 0 {
		r.log.Warn("import results were deleted before they were forwarded", "lines", missing)
	}
	r.log.Info("import results forwarded", "lines", r.Lines, "rejectedEvents", r.Rejected)
	return nil
}

// failsAgain counts a failure of the job, and returns how many there are in a
// row.
func (r *run) failsAgain() int {
	if r.failing != r.Key {
		r.failing, r.fails = r.Key, 0
	}
	r.fails++
	return r.fails
}

// letGo gives the claim up after an error, also when the node is shutting
// down. If that fails, the claim runs out by itself.
func (r *run) letGo(ctx context.Context, problem error) {
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
		r.log.Warn("import results that are to be forwarded are not given up; the claim on them will run out", "error", err)
	}
}
