package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
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

// How many rows a transaction settles: fewer after somebody had to wait for
// one, since it cannot be ended at once, more and more when nobody does.
const (
	leastRows = 5_000
	mostRows  = 50_000
)

// insertNamed settles the rows of a batch, and those that follow, until there
// are none, they are enough or somebody waits. Then it adds the names.
func insertNamed(ctx context.Context, s *Store, tx *transaction, b bulk, tally *importjob.Tally) (settled int, err error) {
	in, err := prepareInserter(ctx, s, tx, b.pool)
	if err != nil {
		return 0, err
	}
	defer in.close()
	in.names = newNames()
	enough := max(leastRows, int(s.enough.Load()))
	for next := enough; len(b.rows) > 0; s.enough.Store(int64(next)) {
		n, err := in.settle(ctx, s, tx, b, tally, settled)
		if err != nil {
			return 0, err
		}
		switch settled += n; {
		case n < len(b.rows): // somebody waits
			next, b.rows = max(enough/2, leastRows), nil
		case settled >= enough:
			next, b.rows = min(2*enough, mostRows), nil
		case b.more == nil:
			b.rows = nil
		default:
			b.rows = b.more(ctx)
		}
	}
	return settled, in.names.write(ctx, tx, b.pool, b.hopeful)
}

// names are those that a batch is to add.
type names struct {
	taken map[string]bool // by key
	list  []name
}

type name struct {
	key string
	no  int64 // of the user's row
}

func newNames() *names { return &names{taken: map[string]bool{}} }

func (n *names) add(key string, added sql.Result) error {
	no, err := added.LastInsertId()
	n.taken[key] = true
	n.list = append(n.list, name{key, no})
	return err
}

// namesAtOnce is how many names one statement adds.
const namesAtOnce = 100

// addNames returns the statement that adds n names of a pool.
func addNames(n int) string {
	var text strings.Builder
	text.WriteString("INSERT OR IGNORE INTO user_names (pool_id, user_key, user_no) SELECT $1, column1, column2 FROM (VALUES ")
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, "($%d,$%d)", 2*i+2, 2*i+3)
	}
	return text.String() + ")"
}

var addManyNames = addNames(namesAtOnce)

// errNameTaken says that a name which was free when it was looked for is not.
var errNameTaken = errors.New("sqlstore: a name is taken that was free in the same transaction")

// write adds the names. It returns importjob.ErrMet when some are taken, which
// is a defect unless the batch was hopeful.
func (n *names) write(ctx context.Context, tx *transaction, p *userpool.UserPool, hopeful bool) error {
	slices.SortFunc(n.list, func(a, b name) int { return cmp.Compare(a.key, b.key) })
	args := make([]any, 0, 1+2*namesAtOnce)
	for some := range slices.Chunk(n.list, namesAtOnce) {
		text := addManyNames
		if len(some) < namesAtOnce {
			text = addNames(len(some))
		}
		args = append(args[:0], p.ID)
		for _, name := range some {
			args = append(args, name.key, name.no)
		}
		result, err := tx.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		switch added, err := result.RowsAffected(); {
		case err != nil:
			return err
		case added == int64(len(some)):
		case hopeful:
			return importjob.ErrMet
		default:
			return errNameTaken
		}
	}
	return nil
}
