package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Names are deferred to the end of a transaction that settles a batch, and may turn
// out to be taken then: an optimistic batch does not look them up before. Such a
// conflict is resolved within the transaction. The row is taken back, with what it
// added, and is one whose user is there already.
//
// That changes no other verdict. A row of the same name is one whose user is there
// already, either way. A row that was refused because of an alias has made sure
// that the alias's holder stays: its name was added at once (freeAlias). And
// no other transaction writes until this one ends.

// names are those that a transaction is to add, and what becomes of its rows.
type names struct {
	tx   *transaction
	pool *userpool.UserPool

	places map[string]int32 // of keys, in list, until the names are written
	list   []name
	rows   []verdict // in the order of the file
}

// name is the name of a user whose row was added.
type name struct {
	key string
	no  int64 // of the user's row, 0 once the name needs not be added
	row int   // in names.rows
}

// verdict is what is to be said of a row. Its user is no longer kept.
type verdict struct {
	line    int64
	end     usercsv.Position
	err     *usercsv.RowError
	refused *userpool.Error
}

// newNames is for a transaction of about so many rows.
func newNames(tx *transaction, p *userpool.UserPool, rows int) *names {
	return &names{tx: tx, pool: p, places: make(map[string]int32, rows), list: make([]name, 0, rows), rows: make([]verdict, 0, rows)}
}

// taken reports whether a row of this transaction has the name, or has found out
// that another user has it.
func (n *names) taken(key string) bool {
	_, ok := n.places[key]
	return ok
}

// add defers the name of the row that is told of next.
func (n *names) add(key string, added sql.Result) error {
	no, err := added.LastInsertId()
	n.places[key] = int32(len(n.list))
	n.list = append(n.list, name{key, no, len(n.rows)})
	return err
}

// tell keeps what becomes of a row.
func (n *names) tell(row *importjob.Row, refused *userpool.Error) {
	n.rows = append(n.rows, verdict{row.Line, row.End, row.Err, refused})
}

// verdicts gives the rows their verdicts.
func (n *names) verdicts(tally *importjob.Tally) {
	for _, v := range n.rows {
		tally.Settle(&importjob.Row{Line: v.line, End: v.end, Err: v.err}, v.refused)
	}
}

const (
	selectHolder = "SELECT user_key FROM aliases WHERE pool_no = $1 AND attribute = $2 AND alias_key = $3"
	selectUserNo = "SELECT user_no FROM user_names WHERE pool_no = $1 AND user_key = $2"
	selectByNo   = selectUser + " WHERE user_no = $1"
	deleteByNo   = "DELETE FROM users WHERE user_no = $1"
)

// freeAlias gives an alias that has a holder to the user with a key, if the holder
// is a row of this transaction that turns out to be one whose user is there
// already.
func (n *names) freeAlias(ctx context.Context, in *inserter, a userpool.Alias, key string) (given bool, err error) {
	var holder string
	if err := n.tx.QueryRowContext(ctx, selectHolder, n.pool.Number, a.Attribute, a.Key).Scan(&holder); err != nil {
		return false, err
	}
	place, ok := n.places[holder]
	if !ok || n.list[place].no == 0 {
		return false, nil
	}
	held := &n.list[place]
	added, err := did(n.tx.ExecContext(ctx, insertName, n.pool.Number, holder, held.no))
	if err != nil {
		return false, err
	}
	if added {
		held.no = 0
		return false, nil
	}
	if err := n.takeBack(ctx, held); err != nil {
		return false, err
	}
	return did(in.alias.ExecContext(ctx, n.pool.Number, a.Attribute, a.Key, key))
}

// takeBack resolves a conflict: it undoes what the row with a name added that is
// another user's.
func (n *names) takeBack(ctx context.Context, held *name) error {
	u, err := scanUser(n.pool)(n.tx.QueryRowContext(ctx, selectByNo, held.no))
	if err != nil {
		return err
	}
	for _, a := range storedAliases(n.pool, u.User) {
		if err := dropAlias(ctx, n.tx, n.pool, a, held.key); err != nil {
			return err
		}
	}
	if _, err := n.tx.ExecContext(ctx, deleteByNo, held.no); err != nil {
		return err
	}
	held.no = 0
	n.rows[held.row].refused = userExists()
	return nil
}

// namesAtOnce is how many names one statement adds.
const namesAtOnce = 100

// addNames returns the statement that adds n names of a pool.
func addNames(n int) string {
	var text strings.Builder
	text.WriteString("INSERT OR IGNORE INTO user_names (pool_no, user_key, user_no) SELECT $1, column1, column2 FROM (VALUES ")
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, "($%d,$%d)", 2*i+2, 2*i+3)
	}
	return text.String() + ")"
}

var addManyNames = addNames(namesAtOnce)

// write adds the deferred names, sorted, and resolves the conflicts.
func (n *names) write(ctx context.Context) error {
	n.list = slices.DeleteFunc(n.list, func(name name) bool { return name.no == 0 })
	slices.SortFunc(n.list, func(a, b name) int { return cmp.Compare(a.key, b.key) })
	args := make([]any, 0, 1+2*namesAtOnce)
	for some := range slices.Chunk(n.list, namesAtOnce) {
		text := addManyNames
		if len(some) < namesAtOnce {
			text = addNames(len(some))
		}
		args = append(args[:0], n.pool.Number)
		for _, name := range some {
			args = append(args, name.key, name.no)
		}
		result, err := n.tx.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		added, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if added < int64(len(some)) {
			if err := n.resolve(ctx, some); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolve takes those rows back whose names are another user's.
func (n *names) resolve(ctx context.Context, list []name) error {
	for i := range list {
		name := &list[i]
		var no int64
		err := n.tx.QueryRowContext(ctx, selectUserNo, n.pool.Number, name.key).Scan(&no)
		if err != nil {
			return err
		}
		if no != name.no {
			if err := n.takeBack(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}
