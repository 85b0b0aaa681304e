package sqlstore

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
)

// pair is rows that are settled in two halves side by side, where the
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

// errAlone says that the second half of a pair is not settled with its first.
var errAlone = errors.New("sqlstore: the second half of a pair has to wait")

// pairPatience is how long the second half, when it is ready, waits
// for the first. The server must have more patience with a transaction that
// does nothing. Another transaction may wait for a key that the second half has
// taken, and the first half for that transaction: of such a circle, which the server does not see,
// this is the end.
const pairPatience = idleTimeout - time.Second

// half is what became of the second half.
type half struct {
	part *part
	job  *importjob.Job
	err  error
}

// commitPair settles rows in two halves, of which at least the first is settled.
func (b *postgresImports) commitPair(ctx context.Context, c commitment, rows []importjob.Row) (*importjob.Job, error) {
	beside, giveUp := context.WithCancel(ctx)
	defer giveUp()
	middle := len(rows) / 2
	p := &pair{decided: make(chan *candidates, 1), in: make(chan struct{}), cancel: giveUp}
	first := &part{from: c.batch.From, rows: rows[:middle], first: p}
	second := &part{from: rows[middle-1].End, rows: rows[middle:]}
	ahead := make(chan half, 1)
	go func() {
		h, err := guard.Call(func() (half, error) { return b.follow(beside, c, p, *second), nil })
		h.err = errors.Join(h.err, err)
		ahead <- h
	}()

	j, err := b.commitPart(ctx, c, first)
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
		second.moved = h.part.moved
		return b.commitPart(ctx, c, second)
	case h.err != nil: // its rows are in the next batch again
		return j, nil
	}
	return h.job, nil
}

// follow tries once to settle the second half of a pair.
func (b *postgresImports) follow(ctx context.Context, c commitment, p *pair, second part) (h half) {
	second.second = p
	h.err = b.tryInImport(ctx, func(tx *importTransaction) (err error) {
		// The checkpoint is not yet where the second half begins.
		begun, err := c.begin(ctx, tx.transaction)
		if err != nil {
			return err
		}
		h.job, err = b.attempt(ctx, tx, c, &second, begun)
		return err
	})
	h.part = &second
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
