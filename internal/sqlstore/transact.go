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
	return d.again(ctx, func() error { return d.tryOnce(ctx, true, fn) })
}

// changeAside runs a write transaction that no import gives way to: a short one
// that no client waits for, or an import's own.
func (d *database) changeAside(ctx context.Context, fn func(tx *transaction) error) error {
	return d.again(ctx, func() error { return d.tryOnce(ctx, false, fn) })
}

// tryOnce runs a write transaction once.
func (d *database) tryOnce(ctx context.Context, urgent bool, fn func(tx *transaction) error) error {
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
	err = d.again(ctx, func() (err error) {
		out, err = read(reader{d.read})
		return err
	})
	return out, err
}

// again is the one place where acts are tried again: when another
// transaction holds a lock, when the database could not keep two of them apart, and, for a
// while, when it cannot be reached.
func (d *database) again(ctx context.Context, act func() error) error {
	begun, conflicts := time.Now(), 0
	for attempt := 1; ; attempt++ {
		err := act()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err() // what the driver says of it differs
		}
		pause := time.Duration(attempt) * time.Millisecond
		switch d.faultOf(err) {
		case faultLasting:
			return err
		case faultConflict:
			if conflicts++; conflicts == maxAttempts {
				return err
			}
		case faultLost:
			if pause = min(100*pause, time.Second); time.Since(begun) >= d.patience {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
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
