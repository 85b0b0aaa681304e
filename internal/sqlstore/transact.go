package sqlstore

import (
	"context"
	"database/sql"
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

// querier is a transaction, or the database without one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	// forUpdate ends the text of a query for rows that may be written next.
	forUpdate() string
}

// database is a querier without a transaction.
type database struct{ *sql.DB }

func (database) forUpdate() string { return "" }

// transaction is one that writes.
type transaction struct {
	*sql.Tx
	lock string
	conn *sql.Conn // that it is on; nil where nobody needs to know
}

func (tx *transaction) forUpdate() string { return tx.lock }

// unlocked returns the transaction for reading what others may write.
func (tx *transaction) unlocked() querier { return &transaction{Tx: tx.Tx, conn: tx.conn} }

// change runs a write transaction that an import gives way to. It may run fn
// more than once.
func (s *Store) change(ctx context.Context, fn func(tx *transaction) error) error {
	return s.again(ctx, func() error {
		if err := s.awaitTurn(ctx); err != nil {
			return err
		}
		defer s.giveTurn()
		return s.tryOnce(ctx, fn)
	})
}

// changeAside runs a short write transaction that no import gives way to: it
// waits for its turn, but does not count as waiting.
func (s *Store) changeAside(ctx context.Context, fn func(tx *transaction) error) error {
	return s.again(ctx, func() error {
		if err := s.takeTurn(ctx); err != nil {
			return err
		}
		defer s.giveTurn()
		return s.tryOnce(ctx, fn)
	})
}

// tryOnce runs a transaction once, with the turn to write.
func (s *Store) tryOnce(ctx context.Context, fn func(tx *transaction) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer s.wrote(pagesPerWrite)
	defer tx.Rollback() // if fn panics
	t := &transaction{Tx: tx, lock: s.dialect.forUpdate}
	return s.end(t, fn(t))
}

// awaitTurn takes the turn to write, which an import gives up for it.
func (s *Store) awaitTurn(ctx context.Context) error {
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	return s.takeTurn(ctx)
}

// takeTurn waits for the turn to write, first come, first served, where the
// database has one writer at a time: it itself would have writers look again
// and again.
func (s *Store) takeTurn(ctx context.Context) error {
	if s.turn == nil {
		return nil
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) giveTurn() {
	if s.turn != nil {
		<-s.turn
	}
}

// changeInBulk runs a write transaction that others may cut short: it does
// not count as waiting. fn must see for itself what it did before: it is run
// again also when it is not known whether it took effect.
func (s *Store) changeInBulk(ctx context.Context, fn func(tx *transaction) error) error {
	return s.again(ctx, func() error {
		if err := s.takeTurn(ctx); err != nil {
			return err
		}
		defer s.giveTurn()
		err := s.tryInBulk(ctx, fn)
		if errors.Is(err, errUncertain) {
			return errConflict
		}
		return err
	})
}

// tryInBulk runs a transaction once, on a connection of those for batches.
func (s *Store) tryInBulk(ctx context.Context, fn func(tx *transaction) error) error {
	conn, err := s.bulk.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // if fn panics
	t := &transaction{Tx: tx, lock: s.dialect.forUpdate, conn: conn}
	return s.end(t, fn(t))
}

// end commits a transaction, or undoes it when fn failed.
func (s *Store) end(tx *transaction, err error) error {
	defer tx.Rollback() // does nothing after a commit
	if err != nil {
		return err
	}
	if err = tx.Commit(); err != nil && s.fault(err) == faultLost {
		return fmt.Errorf("%w: %w", errUncertain, err)
	}
	return err
}

// look runs a read.
func look[T any](ctx context.Context, s *Store, read func(q querier) (T, error)) (out T, err error) {
	err = s.again(ctx, func() (err error) {
		out, err = read(database{s.read})
		return err
	})
	return out, err
}

// again is the one place where acts are tried again: when somebody else holds
// a lock, when the database could not keep two of them apart, and, for a
// while, when it cannot be reached.
func (s *Store) again(ctx context.Context, act func() error) error {
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
		switch s.faultOf(err) {
		case faultLasting:
			return err
		case faultConflict:
			if conflicts++; conflicts == maxAttempts {
				return err
			}
		case faultLost:
			if pause = min(100*pause, time.Second); time.Since(begun) >= s.patience {
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

func (s *Store) faultOf(err error) fault {
	switch {
	case errors.Is(err, errUncertain):
		return faultLasting
	case errors.Is(err, errConflict):
		return faultConflict
	}
	return s.fault(err)
}
