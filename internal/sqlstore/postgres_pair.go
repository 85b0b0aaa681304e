package sqlstore

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
)

// pair is the rows of a batch, settled in two concurrent transactions, because the database can
// insert in two at a time. The second half is committed after the first, and only if the first half
// went as the second one assumed. Otherwise only the first half is settled. So a row never has its
// verdict before an earlier row has one. No key is in both halves, so neither waits for the other's
// keys.
type pair struct {
	decided chan *candidates // receives the first half's candidates after their verdicts are decided
	in      chan struct{}    // closed when the first half is committed as decided
	cancel  context.CancelFunc
}

// errAlone means that the second half of a pair is not settled together with the first.
var errAlone = errors.New("sqlstore: the second half of a pair was not settled")

// pairPatience is how long the finished second half waits for the first. It must be shorter than
// idleTimeout, the server's limit for an idle transaction. It also ends a deadlock that the server
// cannot see: another transaction waits for a key of the second half, and the first half waits for
// that transaction.
const pairPatience = idleTimeout - time.Second

// half is the result of the second half.
type half struct {
	part *part
	job  *importjob.Job
	err  error
}

// commitPair settles rows in two halves. At least the first half is settled.
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
	case ctx.Err() != nil: // the job's checkpoint tells whether the second half was committed
		return nil, ctx.Err()
	case errors.Is(h.err, errUncertain):
		second.moved = h.part.moved
		return b.commitPart(ctx, c, second)
	case h.err != nil: // its rows come again in the next batch
		return j, nil
	}
	return h.job, nil
}

// follow tries once to settle the second half of a pair.
func (b *postgresImports) follow(ctx context.Context, c commitment, p *pair, second part) (h half) {
	second.second = p
	h.err = b.tryInImport(ctx, func(tx *importTransaction) (err error) {
		// The checkpoint is not at the beginning of the second half yet.
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

// decide sends the first half's candidates to the second half.
func (p *pair) decide(c *candidates) {
	if p != nil {
		p.decided <- c
	}
}

// giveUp tells the second half that it cannot follow the first.
func (p *pair) giveUp() {
	if p != nil {
		p.cancel()
	}
}

// awaitDecision returns the first half's candidates after their verdicts are decided, nil if there
// is no first half.
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

// awaitFirst waits until the first half is committed.
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
