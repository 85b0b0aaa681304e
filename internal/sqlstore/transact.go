package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// maxAttempts is how often a transaction is tried.
const maxAttempts = 10

// errRaced says that somebody else's transaction came between a look and a
// write of ours. It cannot happen where there is one writer at a time. The
// transaction is tried again, and sees what the other one wrote.
var errRaced = errors.New("sqlstore: another transaction came in between")

// change runs a write transaction that an import gives way to. It may run fn
// more than once.
func (s *Store) change(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return s.transact(ctx, func() (*sql.Tx, error) {
		s.waiting.Add(1)
		defer s.waiting.Add(-1)
		return s.write.BeginTx(ctx, nil)
	}, fn)
}

// changeInBulk runs a write transaction that others may cut short: it does
// not count as waiting.
func (s *Store) changeInBulk(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return s.transact(ctx, func() (*sql.Tx, error) { return s.write.BeginTx(ctx, nil) }, fn)
}

// transact is the one place where transactions begin, end and are tried
// again: when somebody else holds the lock, or when the database could not
// keep two of them apart.
func (s *Store) transact(ctx context.Context, begin func() (*sql.Tx, error), fn func(tx *sql.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := try(begin, fn)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err() // what the driver says of it differs
		case attempt == maxAttempts || !errors.Is(err, errRaced) && !s.retry(err):
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt) * time.Millisecond):
		}
	}
}

func try(begin func() (*sql.Tx, error), fn func(tx *sql.Tx) error) error {
	tx, err := begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}
