package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// Names and subs are added at the end of a batch's transaction. Only then does it turn out if one
// is taken, because an optimistic batch does not look names up first. Such a conflict is resolved
// within the transaction: everything that the row added is removed, and its verdict becomes that
// the user exists already.
//
// This changes no other verdict. A later row with the same name has the same verdict either way. A
// row that was refused because of an alias is safe too, because the alias's holder cannot be
// removed any more: its name was added at once (freeAlias). And no other transaction writes until
// this one ends.

// deferredUsers are the users that a transaction adds, the names and subs to add at its end, and
// the verdicts of its rows.
type deferredUsers struct {
	coder
	tx      *transaction
	job     int64            // number of the job
	first   int64            // number of the first added user
	added   []addedUser      // in the order of their numbers
	places  map[string]int32 // index in added, by username key
	rows    []verdict        // in the order of the file
	counts  userCounts
	alias   *sql.Stmt
	waiting [2]statement // rows that are not inserted yet, without and with an id of another system
}

// addedUser is a user with an inserted or waiting table row.
type addedUser struct {
	key  string
	sub  userrow.Sub
	row  int32 // index in deferredUsers.rows
	name state
}

// state is the state of an added user's name.
type state byte

const (
	nameDeferred state = iota
	nameAdded
	nameTaken // by another user: the row was removed again
)

// statement collects rows for one INSERT statement.
type statement struct {
	stmt   *sql.Stmt // inserts usersAtOnce rows
	values []any
	room   []byte // buffer of their attributes
	n      int
}

// usersAtOnce is the number of users in one statement.
const usersAtOnce = 20

// verdict is the verdict of a row, with the parts of the row that its outcome needs.
type verdict struct {
	line    int64
	origin  int64
	offset  int64
	text    string
	end     usercsv.Position
	err     *usercsv.RowError
	refused *userpool.Error
	place   int32 // index in added, if the row has a user there
}

// newDeferredUsers prepares a transaction of about that many rows.
func newDeferredUsers(ctx context.Context, tx *transaction, c coder, job, first int64, rows int) (d *deferredUsers, err error) {
	d = &deferredUsers{coder: c, tx: tx, job: job, first: first, counts: userCounts{},
		added: make([]addedUser, 0, rows), places: make(map[string]int32, rows), rows: make([]verdict, 0, rows)}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{{&d.waiting[0].stmt, insertManyUsers}, {&d.waiting[1].stmt, insertManyExternal}, {&d.alias, insertAlias}} {
		if *p.stmt, err = tx.PrepareContext(ctx, p.text); err != nil {
			d.close()
			return nil, err
		}
	}
	return d, nil
}

// next returns the number of the next added user.
func (d *deferredUsers) next() int64 { return d.first + int64(len(d.added)) }

// numberAt returns the number of an added user.
func (d *deferredUsers) numberAt(place int32) int64 { return d.first + int64(place) }

var insertManyUsers, insertManyExternal = insertUsers(usersAtOnce, false), insertUsers(usersAtOnce, true)

func (d *deferredUsers) close() {
	for _, stmt := range []*sql.Stmt{d.waiting[0].stmt, d.waiting[1].stmt, d.alias} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// settleRow adds the user of a row. taken says that the user exists already.
func (d *deferredUsers) settleRow(ctx context.Context, row *importjob.Row, taken bool) error {
	var refused *userpool.Error
	switch {
	case row.User == nil:
	case taken:
		refused = userExists()
	default:
		var err error
		if refused, err = d.insert(ctx, row.User); err != nil {
			return err
		}
	}
	d.rows = append(d.rows, verdict{row.Line, row.Origin, row.Offset, row.Text, row.End, row.Err, refused, int32(len(d.added) - 1)})
	return nil
}

// verdicts adds the verdicts of all rows to the tally.
func (d *deferredUsers) verdicts(tally *importjob.Tally) {
	rejected := 0
	for i := range d.rows {
		if d.rows[i].err != nil || d.rows[i].refused != nil {
			rejected++
		}
	}
	tally.Kept.Rejected = make([]importjob.KeptRow, 0, rejected)
	for i := range d.rows {
		v := &d.rows[i]
		tally.Settle(&importjob.Row{Line: v.line, Origin: v.origin, Offset: v.offset, Text: v.text, End: v.end, Err: v.err}, v.refused, d.numberAt(v.place))
	}
}

// insert adds one user, or returns why it cannot be added. The aliases come first: they are usually
// free, and their insertion tells so in the same statement. A failed row removes what it added,
// since there are no savepoints.
func (d *deferredUsers) insert(ctx context.Context, u *userpool.User) (*userpool.Error, error) {
	key := d.pool.UsernameKey(u.Username)
	if _, ok := d.places[key]; ok {
		return userExists(), nil
	}
	aliases := storedAliases(d.pool, u)
	for i, a := range aliases {
		added, err := d.addAlias(ctx, a)
		if err != nil {
			return nil, err
		}
		if !added {
			return d.refuse(ctx, key, aliases[:i], a)
		}
	}
	if d.next() > maxUserNo {
		return nil, noNumbers(d.pool)
	}
	external := flag(u.ExternalID != "")
	w := &d.waiting[external]
	values, room, sub, err := appendUser(w.values, d.coder, u, d.next(), d.job, w.room)
	if err != nil {
		return nil, err
	}
	w.values, w.room = values, room
	d.places[key] = int32(len(d.added))
	d.added = append(d.added, addedUser{key, sub, int32(len(d.rows)), nameDeferred})
	if err := d.counts.add(u, 1); err != nil {
		return nil, err
	}
	if w.n++; w.n == usersAtOnce {
		return nil, d.flushSome(ctx, external)
	}
	return nil, nil
}

// flush inserts the rows that wait.
func (d *deferredUsers) flush(ctx context.Context) error {
	if err := d.flushSome(ctx, 0); err != nil {
		return err
	}
	return d.flushSome(ctx, 1)
}

// flushSome inserts the rows that wait for one of the two statements.
func (d *deferredUsers) flushSome(ctx context.Context, external int64) (err error) {
	w := &d.waiting[external]
	switch w.n {
	case 0:
		return nil
	case usersAtOnce:
		_, err = w.stmt.ExecContext(ctx, w.values...)
	default:
		_, err = d.tx.ExecContext(ctx, insertUsers(w.n, external == 1), w.values...)
	}
	w.values, w.room, w.n = w.values[:0], w.room[:0], 0
	return err
}

// addAlias gives an alias to the next user if it is free, or if freeAlias can free it.
func (d *deferredUsers) addAlias(ctx context.Context, a userpool.Alias) (bool, error) {
	add := func() (bool, error) {
		return anyChanged(d.alias.ExecContext(ctx, d.pool.Number, numberOf(a.Attribute), a.Key, d.next()))
	}
	if added, err := add(); err != nil || added {
		return added, err
	}
	if free, err := d.freeAlias(ctx, a); err != nil || !free {
		return false, err
	}
	return add()
}

// refuse removes the added aliases and returns why the user was not added. If the username exists,
// that is the reason, no matter which user has the alias.
func (d *deferredUsers) refuse(ctx context.Context, key string, added []userpool.Alias, conflict userpool.Alias) (*userpool.Error, error) {
	for _, a := range added {
		if err := dropAlias(ctx, d.tx, d.pool, a, d.next()); err != nil {
			return nil, err
		}
	}
	var no int64
	err := d.tx.QueryRowContext(ctx, selectUserNo, d.pool.Number, key).Scan(&no)
	switch {
	case err == nil:
		return userExists(), nil
	case errors.Is(err, sql.ErrNoRows):
		return aliasTaken(conflict), nil
	}
	return nil, err
}

const (
	selectHolder = "SELECT user_no FROM aliases WHERE pool_no = $1 AND attribute = $2 AND alias_key = $3"
	selectUserNo = "SELECT user_no FROM user_names WHERE pool_no = $1 AND user_key = $2"
	selectSubNo  = "SELECT user_no FROM user_subs WHERE pool_no = $1 AND sub = $2"
)

// freeAlias frees an alias if its holder is a user of this transaction whose name turns out to be
// taken. Otherwise it adds the holder's name at once.
func (d *deferredUsers) freeAlias(ctx context.Context, a userpool.Alias) (bool, error) {
	var holder int64
	if err := d.tx.QueryRowContext(ctx, selectHolder, d.pool.Number, numberOf(a.Attribute), a.Key).Scan(&holder); err != nil {
		return false, err
	}
	if holder < d.first || holder >= d.next() {
		return false, nil
	}
	place := int32(holder - d.first)
	held := &d.added[place]
	if held.name != nameDeferred {
		return false, nil
	}
	added, err := anyChanged(d.tx.ExecContext(ctx, insertName, d.pool.Number, held.key, holder))
	if err != nil {
		return false, err
	}
	if added {
		held.name = nameAdded
		return false, nil
	}
	return true, d.takeBack(ctx, place)
}

// takeBack resolves a conflict: it removes everything that a row added, because another user has
// its name or sub.
func (d *deferredUsers) takeBack(ctx context.Context, place int32) error {
	if err := d.flush(ctx); err != nil {
		return err
	}
	no := d.numberAt(place)
	var r liteRow
	if err := d.tx.QueryRowContext(ctx, liteByNo, userID(d.pool.Number, no)).Scan(r.dest()...); err != nil {
		return err
	}
	u, err := r.user(d.coder)
	if err != nil {
		return err
	}
	for _, a := range storedAliases(d.pool, u.User) {
		if err := dropAlias(ctx, d.tx, d.pool, a, no); err != nil {
			return err
		}
	}
	if _, err := d.tx.ExecContext(ctx, liteDelete, userID(d.pool.Number, no)); err != nil {
		return err
	}
	d.added[place].name = nameTaken
	d.rows[d.added[place].row].refused = userExists()
	return d.counts.add(u.User, -1)
}

// write inserts the waiting rows and the deferred names and subs, and resolves the conflicts.
func (d *deferredUsers) write(ctx context.Context) error {
	if err := d.flush(ctx); err != nil {
		return err
	}
	names := d.sorted(func(u *addedUser) bool { return u.name == nameDeferred },
		func(a, b *addedUser) int { return strings.Compare(a.key, b.key) })
	err := d.addKeys(ctx, "user_names (pool_no, user_key, user_no)", names, func(u *addedUser) any { return u.key }, d.resolveName)
	if err != nil {
		return err
	}
	subs := d.sorted(func(u *addedUser) bool { return u.name != nameTaken },
		func(a, b *addedUser) int { return bytes.Compare(a.sub[:], b.sub[:]) })
	return d.addKeys(ctx, "user_subs (pool_no, sub, user_no)", subs, func(u *addedUser) any { return u.sub[:] }, d.resolveSub)
}

// sorted returns the indexes of the added users that has selects, sorted by compare. The user's
// number is the tie-breaker.
func (d *deferredUsers) sorted(has func(*addedUser) bool, compare func(a, b *addedUser) int) []int32 {
	places := make([]int32, 0, len(d.added))
	for i := range d.added {
		if has(&d.added[i]) {
			places = append(places, int32(i))
		}
	}
	slices.SortFunc(places, func(a, b int32) int { return cmp.Or(compare(&d.added[a], &d.added[b]), cmp.Compare(a, b)) })
	return places
}

// keysAtOnce is the number of keys in one statement.
const keysAtOnce = 100

// insertKeys returns the statement that inserts n keys of a pool into a table.
func insertKeys(table string, n int) string {
	var text strings.Builder
	text.WriteString("INSERT OR IGNORE INTO " + table + " SELECT $1, column1, column2 FROM (VALUES ")
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, "($%d,$%d)", 2*i+2, 2*i+3)
	}
	return text.String() + ")"
}

// addKeys inserts users' keys into a table, in the given order. If a statement finds some of its
// keys taken, addKeys calls resolve for each user of the statement.
func (d *deferredUsers) addKeys(ctx context.Context, table string, places []int32, key func(*addedUser) any, resolve func(context.Context, int32) error) error {
	if len(places) == 0 {
		return nil
	}
	many, err := d.tx.PrepareContext(ctx, insertKeys(table, keysAtOnce))
	if err != nil {
		return err
	}
	defer many.Close()
	args := make([]any, 0, 1+2*keysAtOnce)
	for some := range slices.Chunk(places, keysAtOnce) {
		args = append(args[:0], d.pool.Number)
		for _, place := range some {
			args = append(args, key(&d.added[place]), d.numberAt(place))
		}
		var added int64
		if len(some) == keysAtOnce {
			added, err = affected(many.ExecContext(ctx, args...))
		} else {
			added, err = affected(d.tx.ExecContext(ctx, insertKeys(table, len(some)), args...))
		}
		for i := 0; err == nil && added < int64(len(some)) && i < len(some); i++ {
			err = resolve(ctx, some[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// affected returns the number of rows that a statement changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// resolveName takes a row back if another user has its name.
func (d *deferredUsers) resolveName(ctx context.Context, place int32) error {
	var no int64
	err := d.tx.QueryRowContext(ctx, selectUserNo, d.pool.Number, d.added[place].key).Scan(&no)
	if err == nil && no != d.numberAt(place) {
		err = d.takeBack(ctx, place)
	}
	return err
}

// resolveSub takes a row back if another user has its sub, and removes its name.
func (d *deferredUsers) resolveSub(ctx context.Context, place int32) error {
	u := &d.added[place]
	var no int64
	err := d.tx.QueryRowContext(ctx, selectSubNo, d.pool.Number, u.sub[:]).Scan(&no)
	if err != nil || no == d.numberAt(place) {
		return err
	}
	if _, err := d.tx.ExecContext(ctx, deleteName, d.pool.Number, u.key); err != nil {
		return err
	}
	return d.takeBack(ctx, place)
}
