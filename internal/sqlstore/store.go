package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Store is every store of the project on one database.
type Store struct {
	dialect
	write *sql.DB
	read  *sql.DB // the same where readers need no connections of their own
	bulk  *sql.DB // for the batches of imports; the same where they need none either
	// turn is held by who writes, where there is one writer at a time; else
	// nil. waiting counts who waits for it: a large import batch is cut short
	// when there are any.
	turn    chan struct{}
	waiting atomic.Int32

	enough atomic.Int64 // rows of a batch's next transaction, where they are many

	decoded decodedPools

	indexing *sql.DB // of catchUp, nil where there is nothing to catch up with
	catching catching

	checkpoints *checkpointer // nil where the database looks after its log itself
}

var (
	_ userpool.Store  = (*Store)(nil)
	_ importjob.Store = (*Store)(nil)
	_ importjob.Jobs  = (*Store)(nil)
)

// OpenSQLite opens the database file, which is made if it is not there, and
// brings its schema up to date. It refuses a file whose schema this program
// is too old for.
func OpenSQLite(ctx context.Context, path string) (*Store, error) {
	s := &Store{dialect: sqliteDialect(), turn: make(chan struct{}, 1)}
	if err := s.openSQLite(ctx, path); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, s.write); err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s: %w", path, err), s.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	var problems []error
	if s.checkpoints != nil {
		problems = append(problems, s.checkpoints.close())
	}
	closed := map[*sql.DB]bool{nil: true}
	for _, db := range []*sql.DB{s.write, s.read, s.bulk, s.indexing} {
		if !closed[db] {
			problems = append(problems, db.Close())
		}
		closed[db] = true
	}
	return errors.Join(problems...)
}

// Ping reports whether the database answers, by reading from it. It does not
// try again.
func (s *Store) Ping(ctx context.Context) error {
	var active int
	return s.read.QueryRowContext(ctx, "SELECT count(*) FROM active_imports").Scan(&active)
}

type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// list is collect outside a transaction.
func list[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	return look(ctx, s, func(q querier) ([]T, error) { return collect(ctx, q, scan, query, args...) })
}

// did reports whether a statement changed anything.
func did(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// must demands that a statement changed something.
func must(result sql.Result, err error, otherwise error) error {
	done, err := did(result, err)
	if err == nil && !done {
		return otherwise
	}
	return err
}

// millis and instant turn times into numbers and back; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
