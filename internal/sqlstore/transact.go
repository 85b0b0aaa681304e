package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxAttempts is how often a transaction is tried that others are in the way
// of.
const maxAttempts = 10

// errConflict says that another transaction came between a look and a write of
// this one. It cannot happen where there is one writer at a time. The
// transaction is tried again, and sees what the other one wrote.
var errConflict = errors.New("sqlstore: another transaction came in between")

// errUncertain says that the database was lost while a transaction was being
// committed: whether it was is not known.
var errUncertain = errors.New("sqlstore: the database was lost during a commit, which may or may not have taken effect")

// change runs a write transaction that an import gives way to. It may run fn
// more than once.
func (d *database) change(ctx context.Context, fn func(tx *transaction) error) error {
	t := d.tries()
	for t.next(ctx) {
		t.err = d.tryOnce(ctx, true, fn)
	}
	return t.err
}

// changeAside runs a write transaction that no import gives way to: a short one
// that no client waits for, or an import's own.
func (d *database) changeAside(ctx context.Context, fn func(tx *transaction) error) error {
	t := d.tries()
	for t.next(ctx) {
		t.err = d.tryOnce(ctx, false, fn)
	}
	return t.err
}

// tryOnce runs a write transaction once, and notes if the database refuses it.
func (d *database) tryOnce(ctx context.Context, urgent bool, fn func(tx *transaction) error) error {
	return d.noted(d.run(ctx, urgent, fn))
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

// end commits a transaction, or undoes it when fn failed.
func (d *database) end(tx *transaction, err error) error {
	defer tx.Rollback() // does nothing after a commit
	if err != nil {
		return err
	}
	if err = tx.Commit(); err != nil && d.fault(err) == faultLost {
		return fmt.Errorf("%w: %w", errUncertain, err)
	}
	return err
}

// giveTime gives a transaction the time that long ones need.
func (d *database) giveTime(ctx context.Context, tx *transaction) error {
	if d.lengthen == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, d.lengthen)
	return err
}

// look runs a read.
func look[T any](ctx context.Context, d *database, read func(q querier) (T, error)) (out T, err error) {
	t := d.tries()
	for t.next(ctx) {
		out, t.err = read(reader{d.read})
	}
	return out, t.err
}

// tries is the one place where acts are tried again: when another transaction holds
// a lock, when the database could not keep two of them apart, and, for a while,
// when it cannot be reached.
type tries struct {
	d         *database
	begun     time.Time
	made      int
	conflicts int
	err       error // of the last try
}

func (d *database) tries() tries { return tries{d: d, begun: time.Now()} }

// next reports whether the act is to be tried, the first time or again, and waits
// before. err is what came of it in the end.
func (t *tries) next(ctx context.Context) bool {
	if t.made++; t.made == 1 {
		return true
	}
	if t.err == nil {
		return false
	}
	if ctx.Err() != nil {
		t.err = ctx.Err() // what the driver says of it differs
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
	case faultLost:
		if pause = min(100*pause, time.Second); time.Since(t.begun) >= t.d.patience {
			return false
		}
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
