package logforward

import (
	"context"
	"log/slog"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
)

const (
	// poll is how often a forwarder that has nothing to do looks for more.
	poll = 5 * time.Second
	// lease is how long a node that went silent keeps a job. It is also the
	// most that one call of the destination may take.
	lease = time.Minute
	// refusedPause is how long a job is left alone that the destination
	// refused, or that cannot be read, so that it does not stand before all
	// others.
	refusedPause = 5 * time.Minute
	// asideAfter is how often in a row a job fails, for whatever other reason,
	// before it is left alone for asidePause and others come first.
	asideAfter = 3
	asidePause = 30 * time.Second
	// closingLimit is how long giving a job up may take.
	closingLimit = 5 * time.Second
	// pageEvents is how many events are read at a time.
	pageEvents = 10_000
)

// Destination is where events go.
type Destination interface {
	// Put sends the first of the events, at least one, to a stream of a log
	// group, and makes both if they are not there. It returns how many the
	// destination has dealt with, and how many of these it rejected for good.
	// An error that only a person can mend is a [*Refusal]; after any error,
	// nothing is known of the events.
	Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error)
}

// Refusal is an error of a destination that comes again until somebody changes
// something there.
type Refusal struct {
	Reason string // in plain words
	Err    error
}

func (e *Refusal) Error() string { return e.Reason + ": " + e.Err.Error() }

// Unwrap returns the destination's own error.
func (e *Refusal) Unwrap() error { return e.Err }

// Forwarder sends what import jobs have to tell to a destination, one job
// after the other. Any number of forwarders may share a store.
type Forwarder struct {
	store Store
	to    Destination
	node  string
	log   *slog.Logger

	looking, sending trouble

	failing importjob.Key // the job that failed last
	fails   int           // in a row, with nothing sent in between
}

// New returns a forwarder; [Forwarder.Run] sets it to work. node is this
// node's name, unique among those that share the store.
func New(store Store, to Destination, node string, log *slog.Logger) *Forwarder {
	return &Forwarder{
		store: store, to: to, node: node, log: log,
		looking: trouble{log: log, failing: "looking for import results to forward failed; it is tried again", again: "looking for import results to forward works again"},
		sending: trouble{log: log, failing: "import results cannot be forwarded; they are kept, and it is tried again", again: "import results are forwarded again"},
	}
}

// Run forwards until ctx ends. Then it gives up what it has claimed, so that
// another node goes on at once, and returns.
func (f *Forwarder) Run(ctx context.Context) {
	for ctx.Err() == nil {
		pause := f.next(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// next forwards what there is of one job, and returns how long to wait before
// the next one.
func (f *Forwarder) next(ctx context.Context) time.Duration {
	var until time.Time
	claim, err := guard.Call(func() (claim *Claim, err error) { claim, until, err = f.claim(ctx); return claim, err })
	if err != nil {
		if ctx.Err() != nil {
			return 0
		}
		return f.looking.failed(err)
	}
	f.looking.over()
	if claim == nil {
		return poll
	}
	r := &run{Forwarder: f, Claim: *claim, until: until, log: f.log.With("pool", claim.Key.PoolID, "job", claim.Key.JobID)}
	// After a panic the claim runs out, and other jobs come before this one.
	if err := guard.Run(func() error { return r.forward(ctx) }); err != nil && ctx.Err() == nil {
		return f.sending.failed(err, "pool", claim.Key.PoolID, "job", claim.Key.JobID)
	}
	return 0
}

// claim asks for a job. It gives up when the claim on it would have run out.
func (f *Forwarder) claim(ctx context.Context) (claim *Claim, until time.Time, err error) {
	now := time.Now()
	until = now.Add(lease)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	claim, err = f.store.ClaimForward(ctx, f.node, now, until)
	return claim, until, err
}
