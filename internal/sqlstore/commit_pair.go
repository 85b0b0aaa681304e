package sqlstore

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// pair is a batch that is settled in two halves side by side, where the
// database can insert in two transactions at a time. The second half is
// committed after the first, and only if that went as the second one took it
// to go; if it cannot be, it is as if only the first had been asked for. So
// there is no moment at which a row has its verdict and one before it has
// none. No key is in both halves, so that neither waits for the other's.
type pair struct {
	decided chan *candidates // gets the first half's, once it is decided what becomes of them
	in      chan struct{}    // closed when the first half is in, as it was decided
	cancel  context.CancelFunc
}

// errAlone says that the second half of a batch is not settled with its first.
var errAlone = errors.New("sqlstore: the second half of a batch has to wait")

// pairPatience is how long the second half of a batch, when it is ready, waits
// for the first. The server must have more patience with a transaction that
// does nothing. Somebody may wait for a key that the second half has taken,
// and the first half for him: of such a circle, which the server does not see,
// this is the end.
const pairPatience = idleTimeout - time.Second

// half is what became of the second half.
type half struct {
	job *importjob.Job
	err error
}

// commitPair settles rows in two halves, of which at least the first is settled.
func (c committer) commitPair(ctx context.Context, from usercsv.Position, rows []importjob.Row) (*importjob.Job, error) {
	beside, giveUp := context.WithCancel(ctx)
	defer giveUp()
	middle := len(rows) / 2
	p := &pair{decided: make(chan *candidates, 1), in: make(chan struct{}), cancel: giveUp}
	first := &part{from: from, rows: together(rows[:middle]), pair: p}
	second := &part{from: rows[middle-1].End, rows: together(rows[middle:])}
	ahead := make(chan half, 1)
	go func() {
		h, err := guard.Call(func() (half, error) { return c.follow(beside, p, second), nil })
		h.err = errors.Join(h.err, err)
		ahead <- h
	}()

	j, err := c.commitPart(ctx, first)
	if err == nil && j.Checkpoint == second.from && first.tries == 1 {
		close(p.in)
	} else {
		giveUp()
	}
	h := <-ahead
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil: // the job says what became of the second half
		return nil, ctx.Err()
	case errors.Is(h.err, errUncertain):
		return c.commitPart(ctx, second)
	case h.err != nil: // its rows are in the next batch again
		return j, nil
	}
	return h.job, nil
}

// together yields the rows in one portion.
func together(rows []importjob.Row) iter.Seq[[]importjob.Row] {
	return slices.Values([][]importjob.Row{rows})
}

// follow tries once to settle the second half of a pair.
func (c committer) follow(ctx context.Context, p *pair, second *part) (h half) {
	h.err = c.tryInBulk(ctx, func(tx *transaction) (err error) {
		// The checkpoint is not yet where the second half begins.
		if h.job, err = workedOn(ctx, tx.unlocked(), c.key, c.lease); err != nil {
			return err
		}
		b := bulk{pool: c.pool, key: c.key, epoch: c.lease.Epoch, portions: second.rows, second: p}
		h.job, err = c.attempt(ctx, tx, b.of(h.job), second)
		return err
	})
	return h
}

// decide tells the second half what the first one takes.
func (p *pair) decide(c *candidates) {
	if p != nil {
		p.decided <- c
	}
}

// giveUp says that the second half cannot follow the first.
func (p *pair) giveUp() {
	if p != nil {
		p.cancel()
	}
}

// awaitDecision returns the first half's candidates once it is decided what
// becomes of them, nil when there is no first half.
func (p *pair) awaitDecision(ctx context.Context) (*candidates, error) {
	if p == nil {
		return nil, nil
	}
	select {
	case c := <-p.decided:
		return c, nil
	case <-time.After(pairPatience):
		return nil, errAlone
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// awaitFirst waits until the first half is in.
func (p *pair) awaitFirst(ctx context.Context) error {
	if p == nil {
		return nil
	}
	select {
	case <-p.in:
		return nil
	case <-time.After(pairPatience):
		return errAlone
	case <-ctx.Done():
		return ctx.Err()
	}
}
