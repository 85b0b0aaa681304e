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
	// poll is how often an idle forwarder looks for more events.
	poll = 5 * time.Second
	// lease is how long a node keeps a job without renewal. It also bounds one call of the
	// destination.
	lease = time.Minute
	// refusedPause is how long a job is left alone if the destination refuses it or it cannot
	// be read, so that it does not block all others.
	refusedPause = 5 * time.Minute
	// asideAfter is how many times in a row a job may fail for any other reason. After that
	// it is left alone for asidePause, and other jobs come first.
	asideAfter = 3
	asidePause = 30 * time.Second
	// closingLimit bounds how long giving up a claim may take.
	closingLimit = 5 * time.Second
	// pageEvents is how many events are read at a time.
	pageEvents = 10_000
)

// Destination receives events.
type Destination interface {
	// Put sends the first of the events, at least one, to a stream of a log group. It creates
	// both if they do not exist. It returns how many events were sent, and how many of these
	// the destination rejected for good. An error that only a person can fix is a [*Refusal].
	// After any error, nothing is known of the events.
	Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error)
}

// Refusal is an error of a destination that recurs until a person changes something there.
type Refusal struct {
	Reason string // in plain words
	Err    error
}

func (e *Refusal) Error() string { return e.Reason + ": " + e.Err.Error() }

// Unwrap returns the destination's own error.
func (e *Refusal) Unwrap() error { return e.Err }

// Forwarder sends the results of import jobs to a destination, one job after the other. Any
// number of forwarders may share a store.
type Forwarder struct {
	store    Store
	to       Destination
	node     string
	log      *slog.Logger
	observer Observer

	looking, sending trouble

	failing importjob.Key // the job that failed last
	fails   int           // consecutive failures, with nothing sent in between
}

// New returns a forwarder. [Forwarder.Run] starts its work. node is the name of this node,
// unique in the store.
func New(store Store, to Destination, node string, log *slog.Logger) *Forwarder {
	return &Forwarder{
		store: store, to: to, node: node, log: log, observer: unobserved{},
		looking: trouble{log: log, failing: "could not look for import results to forward; will retry", again: "import results to forward can be found again"},
		sending: trouble{log: log, failing: "could not forward import results; they are kept; will retry", again: "import results are forwarded again"},
	}
}

// Run forwards results until ctx ends. Then it gives up its claim, so that another node goes
// on at once, and returns.
func (f *Forwarder) Run(ctx context.Context) {
	for ctx.Err() == nil {
		pause := f.next(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// next forwards the pending events of one job. It returns how long to wait before the next
// one.
func (f *Forwarder) next(ctx context.Context) time.Duration {
	var until time.Time
	claim, err := guard.Call(func() (claim *Claim, err error) { claim, until, err = f.claim(ctx); return claim, err })
	if err != nil {
		if ctx.Err() != nil {
			return 0
		}
		f.observer.ForwardFailed()
		return f.looking.failed(err)
	}
	f.looking.over()
	if claim == nil {
		return poll
	}
	r := &run{Forwarder: f, Claim: *claim, until: until, log: f.log.With("pool", claim.Key.PoolID, "job", claim.Key.JobID)}
	// After a panic the claim expires, and other jobs come before this one.
	if err := guard.Run(func() error { return r.forward(ctx) }); err != nil && ctx.Err() == nil {
		f.observer.ForwardFailed()
		return f.sending.failed(err, "pool", claim.Key.PoolID, "job", claim.Key.JobID)
	}
	return 0
}

// claim asks the store for a job. It gives up at the time at which the new claim would
// expire.
func (f *Forwarder) claim(ctx context.Context) (claim *Claim, until time.Time, err error) {
	now := time.Now()
	until = now.Add(lease)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	claim, err = f.store.ClaimForward(ctx, f.node, now, until)
	return claim, until, err
}
