package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"poolhouse/internal/importjob"
)

// On SQLite, user_names says which row of users has a name. Names come in no
// order: each touches another page, and a page that a transaction touches has
// to be written. So a batch adds its names last, sorted, and is the larger the
// fewer wait for it: then many of its names share a page.

// sqliteUserTexts find a user by its name.
var sqliteUserTexts = newUserTexts(func(pool, key string) string {
	return fmt.Sprintf("user_no = (SELECT user_no FROM user_names WHERE pool_id = %s AND user_key = %s)", pool, key)
}, "user_names", "DELETE FROM user_names WHERE pool_id = $1 AND user_key = $2")

const insertName = "INSERT INTO user_names (pool_id, user_key, user_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"

// addNamedUser adds a user and its name. It reports false when the name is
// taken; then the transaction must be undone.
func addNamedUser(ctx context.Context, tx *transaction, values []any) (added bool, err error) {
	result, err := tx.ExecContext(ctx, insertUser, values...)
	if added, err = did(result, err); err != nil || !added {
		return false, err
	}
	no, err := result.LastInsertId()
	if err != nil {
		return false, err
	}
	return did(tx.ExecContext(ctx, insertName, values[0], values[1], no))
}

// usersByName looks for users in the order of their names by user_names, else
// in the table of users itself.
func usersByName(r userRange) source {
	if r.column == "user_key" && r.where != whereDisabled { // of whom there is an index
		return source{"user_names CROSS JOIN users USING (user_no, pool_id, user_key)", "pool_id = $1", "user_key", "user_key"}
	}
	return usersByColumn(r)
}

// How many rows a transaction settles: fewer after another writer had to wait for
// one, since it cannot be ended at once, more and more when none does.
const (
	leastRows = 5_000
	mostRows  = 50_000
)

// errDrawn says that a transaction failed that cannot be tried again, because it
// had drawn rows that its batch no longer has.
var errDrawn = errors.New("sqlstore: a transaction failed whose rows are no longer at hand")

// insertNamed settles the rows of a batch, portion after portion, until there are
// none, they are enough or another writer waits. Then it adds the names.
func insertNamed(ctx context.Context, s *Store, tx *transaction, b bulk, tally *importjob.Tally) error {
	in, err := prepareInserter(ctx, s, tx, b.pool)
	if err != nil {
		return err
	}
	defer in.close()
	enough := max(leastRows, int(s.enough.Load()))
	in.names = newNames(tx, b.pool, enough)
	next := enough
	for rows := range b.portions {
		n, err := in.insertRows(ctx, s, tx, b, rows, len(in.names.rows), in.names.tell)
		if err != nil {
			return err
		}
		if n < len(rows) { // another writer waits
			next = max(enough/2, leastRows)
			break
		}
		if len(in.names.rows) >= enough {
			next = min(2*enough, mostRows)
			break
		}
	}
	if len(in.names.rows) == 0 {
		return errDrawn
	}
	if err := in.names.write(ctx); err != nil {
		return err
	}
	s.enough.Store(int64(next))
	in.names.settle(tally)
	return nil
}
