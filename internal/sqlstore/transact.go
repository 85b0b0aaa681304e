package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxAttempts bounds retries after a conflict.
const maxAttempts = 10

// errConflict means that another transaction changed the data between a read and a write of this
// one. It cannot happen with one writer at a time. The transaction is retried, and sees what the
// other one wrote.
var errConflict = errors.New("sqlstore: conflict with another transaction")

// errUncertain means that the connection was lost during a commit. The commit may or may not have
// taken effect.
var errUncertain = errors.New("sqlstore: the connection to the database was lost during a commit, which may or may not have taken effect")

// change runs a write transaction that imports yield to. It may run fn more than once.
func (d *database) change(ctx context.Context, fn func(tx *transaction) error) error {
	t := d.tries()
	for t.next(ctx) {
		t.err = d.tryOnce(ctx, true, fn)
	}
	return t.err
}

// changeAside runs a write transaction that imports do not yield to: a short one that no client
// waits for, or one of an import.
func (d *database) changeAside(ctx context.Context, fn func(tx *transaction) error) error {
	t := d.tries()
	for t.next(ctx) {
		t.err = d.tryOnce(ctx, false, fn)
	}
	return t.err
}

// tryOnce runs a write transaction once, and records if the database refuses it.
func (d *database) tryOnce(ctx context.Context, urgent bool, fn func(tx *transaction) error) error {
	return d.noteRefused(d.run(ctx, urgent, fn))
}

// run runs a write transaction.
func (d *database) run(ctx context.Context, urgent bool, fn func(tx *transaction) error) error {
	end, err := d.beginWrite(ctx, urgent)
	if err != nil {
		return err
	}
	defer end()
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // if fn panics
	t := &transaction{Tx: tx, lock: d.rowLock}
	return d.end(t, fn(t))
}

// end commits a transaction, or rolls it back if fn failed.
func (d *database) end(tx *transaction, err error) error {
	defer tx.Rollback() // no effect after a commit
	if err != nil {
		return err
	}
	if err = tx.Commit(); err != nil && d.fault(err) == faultLost {
		return fmt.Errorf("%w: %w", errUncertain, err)
	}
	return err
}

// giveTime raises the time limit of a long transaction.
func (d *database) giveTime(ctx context.Context, tx *transaction) error {
	if d.lengthen == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, d.lengthen)
	return err
}

// retryRead runs a read outside of a transaction.
func retryRead[T any](ctx context.Context, d *database, read func(q querier) (T, error)) (out T, err error) {
	t := d.tries()
	for t.next(ctx) {
		out, t.err = read(reader{d.read})
	}
	return out, t.err
}

// tries retries an act; nothing else does. It retries after a conflict and, for a while, while the
// database is unreachable.
type tries struct {
	d         *database
	begun     time.Time
	made      int
	conflicts int
	err       error // of the last try
}

func (d *database) tries() tries { return tries{d: d, begun: time.Now()} }

// next reports whether to try, for the first time or again, and waits before a retry. In the end,
// err is the result of the act.
func (t *tries) next(ctx context.Context) bool {
	if t.made++; t.made == 1 {
		return true
	}
	if t.err == nil {
		return false
	}
	if ctx.Err() != nil {
		t.err = ctx.Err() // the driver's own error differs
		return false
	}
	pause := time.Duration(t.made-1) * time.Millisecond
	switch t.d.faultOf(t.err) {
	case faultLasting, faultUnwritable:
		return false
	case faultConflict:
		if t.conflicts++; t.conflicts == maxAttempts {
			return false
		}
		t.d.observer.TransactionRetried(true)
	case faultLost:
		if pause = min(100*pause, time.Second); time.Since(t.begun) >= t.d.patience {
			return false
		}
		t.d.observer.TransactionRetried(false)
	}
	select {
	case <-ctx.Done():
		t.err = ctx.Err()
		return false
	case <-time.After(pause):
		return true
	}
}

func (d *database) faultOf(err error) fault {
	switch {
	case errors.Is(err, errUncertain):
		return faultLasting
	case errors.Is(err, errConflict):
		return faultConflict
	}
	return d.fault(err)
}
