package sqlstore

import (
	"context"
	"iter"
	"time"

	"github.com/pressly/goose/v3"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// dialect is what differs between databases. The text of queries does not,
// save where it says so.
type dialect struct {
	goose goose.Dialect
	// migrations is the directory of the schema. The schemas have the same
	// tables and columns, declared in other words; what SQLite has in tables of
	// its own, names and what filters look for, PostgreSQL has in indexes.
	migrations string
	// poolTables are all tables that hold something of a pool.
	poolTables []string
	// forUpdate ends a query whose rows the same transaction may write, so
	// that nobody else writes them in between.
	forUpdate string
	// forKeyShare ends a query whose rows may be changed but not deleted until
	// the transaction ends.
	forKeyShare string
	// fault tells what a failed transaction or query calls for.
	fault func(err error) fault
	// patience is how long an act is tried again while the database cannot
	// be reached.
	patience time.Duration
	// lengthen gives a transaction the time that long ones need.
	lengthen func(ctx context.Context, tx *transaction) error
	// insertRows settles rows of a batch, at least the first.
	insertRows func(ctx context.Context, s *Store, tx *transaction, b bulk, tally *importjob.Tally) error
	// sideBySide is the fewest rows of a batch that are settled in two
	// transactions at a time; 0 where there is one writer at a time.
	sideBySide int
	// probe returns which of the rows' users are there already, by row; nil
	// where one look for many costs as much as many looks.
	probe func(ctx context.Context, s *Store, tx *transaction, p *userpool.UserPool, rows []importjob.Row) ([]bool, error)
	// rowContext is the context of a statement for one row of a batch.
	rowContext func(ctx context.Context) context.Context
	userTexts  // they differ
	// addUser adds a user's row, and reports whether it did; if not, the
	// transaction must be undone.
	addUser func(ctx context.Context, tx *transaction, values []any) (added bool, err error)
	// userSource is where the users of a range are looked for by an index.
	userSource func(r userRange) source
	// usersIn returns up to limit users of a range, in its order.
	usersIn func(ctx context.Context, s *Store, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error)
	// tie is the column by which that orders users who have the same in
	// another.
	tie func(column string) string
	// index makes a user found by filters, whom unindex, before the user was
	// written or deleted, had made not found.
	index   func(ctx context.Context, tx *transaction, poolID, userKey string) error
	unindex func(ctx context.Context, s *Store, tx *transaction, poolID, userKey string) error
	// catchUp does for the users of a pool what batches put off, and behind
	// returns the pools that have such users and no import.
	catchUp func(ctx context.Context, s *Store, poolID string) error
	behind  func(ctx context.Context, s *Store) (poolIDs []string, err error)
	// begun is called when a job's first batch is in: the tables may have had
	// no rows before.
	begun func(ctx context.Context, s *Store)
	// expel ends what an earlier holder of the job's lease may have left
	// open in the database.
	expel func(ctx context.Context, s *Store, key importjob.Key, epoch int64) error
}

// fault is what an error calls for.
type fault int

const (
	faultLasting  fault = iota // nothing: it would come again
	faultConflict              // another try: somebody else was in the way
	faultLost                  // another try later: the database could not be reached
)

// bulk is rows on their way into the database, in one transaction.
type bulk struct {
	pool      *userpool.UserPool
	key       importjob.Key
	epoch     int64
	portions  iter.Seq[[]importjob.Row] // see [importjob.Batch]
	stopping  bool                      // a stop of the job was asked for
	conflicts int                       // how many tries failed because another transaction came in between
	// optimistic says that nothing that the job has seen of its file speaks of
	// users who are there already: their names are not looked up.
	optimistic bool
	// Of which pair the rows are the first or the second half, nil when they
	// are not.
	first, second *pair
}

// rows returns the first portion.
func (b bulk) rows() []importjob.Row { return importjob.Batch{Rows: b.portions}.First() }
