package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// On SQLite, the table users is keyed by number alone: a row's id combines the pool's number and
// the user's. Other keys of users are in tables of their own, user_names and user_subs, and lookups
// are in user_lookups. Entries of these tables come in random order. Each may touch another page,
// and every touched page must be written. So an import adds these entries last, sorted, and its
// transactions grow while no other writer waits: then many entries share a page.

// userID returns the id of a user's table row.
func userID(poolNo, no int64) int64 { return poolNo<<32 | no }

// lastUserID returns the greatest id that a user of the pool can have.
func lastUserID(poolNo int64) int64 { return userID(poolNo, 1<<32-1) }

const userNoOf = 1<<32 - 1 // the bits of a row's id with the user's number

const (
	liteUserColumns = "u.user_id, u.username, u.sub, u.status, u.enabled, u.sms_mfa, u.created_ms, u.modified_ms, u.attributes, u.credential, u.factors, u.external_id"
	selectLite      = "SELECT " + liteUserColumns + " FROM "

	liteByNo    = selectLite + "users u WHERE u.user_id = $1"
	liteByKey   = selectLite + "user_names n CROSS JOIN users u ON u.user_id = (n.pool_no << 32) | n.user_no WHERE n.pool_no = " + livePool + " AND n.user_key = $2"
	liteBySub   = selectLite + "user_subs n CROSS JOIN users u ON u.user_id = (n.pool_no << 32) | n.user_no WHERE n.pool_no = " + livePool + " AND n.sub = $2"
	liteByAlias = selectLite + `aliases a CROSS JOIN users u ON u.user_id = (a.pool_no << 32) | a.user_no
		WHERE a.pool_no = ` + livePool + ` AND a.attribute = $2 AND a.alias_key = $3`
	liteWithPool = "SELECT " + poolColumns + ", " + liteUserColumns + ` FROM user_pools p LEFT JOIN user_names n ON n.pool_no = p.pool_no AND n.user_key = $1
		LEFT JOIN users u ON u.user_id = (n.pool_no << 32) | n.user_no WHERE p.pool_id = $2`

	liteUpdate = `UPDATE users SET status = $1, enabled = $2, sms_mfa = $3, created_ms = $4, modified_ms = $5, attributes = $6, credential = $7,
		factors = $8, external_id = $9 WHERE user_id = $10`
	liteDelete = "DELETE FROM users WHERE user_id = $1"

	insertName = "INSERT INTO user_names (pool_no, user_key, user_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	deleteName = "DELETE FROM user_names WHERE pool_no = $1 AND user_key = $2"
	insertSub  = "INSERT INTO user_subs (pool_no, sub, user_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	deleteSub  = "DELETE FROM user_subs WHERE pool_no = $1 AND sub = $2"

	// Numbers are taken in the transaction that adds the users, because there is one writer at a
	// time.
	selectNextNo = "SELECT next_user_no FROM user_pool_counters WHERE pool_no = $1"
	updateNextNo = "UPDATE user_pool_counters SET next_user_no = $1 WHERE pool_no = $2"
)

// sqliteUsers implements [userTables] on SQLite.
type sqliteUsers struct {
	*database
	*coders
	indexRuns *indexRuns
}

// liteRow is a user's table row. All fields are NULL if a query found no user.
type liteRow struct {
	id, status, created                  sql.NullInt64
	modified                             *int64
	enabled, mfa                         sql.NullBool
	username, external                   sql.NullString
	sub, attributes, credential, factors []byte
}

// dest returns the destinations of liteUserColumns.
func (r *liteRow) dest() []any {
	return []any{&r.id, &r.username, &r.sub, &r.status, &r.enabled, &r.mfa, &r.created, &r.modified, &r.attributes, &r.credential, &r.factors, &r.external}
}

// user converts a table row to a user.
func (r *liteRow) user(c coder) (storedUser, error) {
	u := storedUser{&userpool.User{Username: r.username.String, Enabled: r.enabled.Bool, SMSMFA: r.mfa.Bool, ExternalID: r.external.String}, r.id.Int64 & userNoOf}
	var sub userrow.Sub
	if copy(sub[:], r.sub) != len(sub) || len(r.sub) != len(sub) {
		return u, fmt.Errorf("sqlstore: the stored sub of a user has %d bytes; it must have %d", len(r.sub), len(sub))
	}
	if u.Sub = sub.String(); !r.username.Valid {
		u.Username = u.Sub
	}
	return u, c.user(u.User, keptRow{r.status.Int64, r.created.Int64, r.modified, r.attributes, r.credential, r.factors}, nil)
}

// scan returns the function that reads users of a pool.
func (s sqliteUsers) scan(p *userpool.UserPool) func(scanner) (storedUser, error) {
	c := s.coderOf(p)
	return func(row scanner) (storedUser, error) {
		var r liteRow
		if err := row.Scan(r.dest()...); err != nil {
			return storedUser{}, err
		}
		return r.user(c)
	}
}

func (s sqliteUsers) byNo(ctx context.Context, q querier, p *userpool.UserPool, no int64) (storedUser, error) {
	return s.scan(p)(q.QueryRowContext(ctx, liteByNo, userID(p.Number, no)))
}

func (s sqliteUsers) byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error) {
	return s.scan(p)(q.QueryRowContext(ctx, liteByKey, p.Number, key))
}

func (s sqliteUsers) byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	return s.scan(p)(q.QueryRowContext(ctx, liteByAlias, p.Number, numberOf(a.Attribute), a.Key))
}

func (s sqliteUsers) bySub(ctx context.Context, q querier, p *userpool.UserPool, sub userrow.Sub) (storedUser, error) {
	return s.scan(p)(q.QueryRowContext(ctx, liteBySub, p.Number, sub[:]))
}

// withPool reads a pool and a user. See [userTables].
func (s sqliteUsers) withPool(ctx context.Context, q querier, id, key string, scan poolScan) (*userpool.UserPool, storedUser, error) {
	var r liteRow
	p, err := scan(joinedRow{q.QueryRowContext(ctx, liteWithPool, key, id), r.dest()})
	if err != nil {
		return nil, storedUser{}, err
	}
	if !r.id.Valid {
		return p, storedUser{}, sql.ErrNoRows
	}
	u, err := r.user(s.coderOf(p))
	return p, u, err
}

// numberBefore takes no number: see [userTables].
func (s sqliteUsers) numberBefore(context.Context, *userpool.UserPool) (int64, error) {
	return 0, nil
}

// nextNo returns the number of the pool's next user.
func nextNo(ctx context.Context, tx *transaction, p *userpool.UserPool) (no int64, err error) {
	err = tx.QueryRowContext(ctx, selectNextNo, p.Number).Scan(&no)
	switch {
	case err == sql.ErrNoRows:
		return 0, noPool(p.ID)
	case err == nil && no > maxUserNo:
		return 0, noNumbers(p)
	}
	return no, err
}

// setNextNo stores the number of the pool's next user.
func setNextNo(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64) error {
	if no-1 > maxUserNo {
		return noNumbers(p)
	}
	result, err := tx.ExecContext(ctx, updateNextNo, no, p.Number)
	return requireChange(result, err, noPool(p.ID))
}

// insertUsers returns the statement that inserts n users, with or without ids of another system.
// Most files have no such ids, and each value costs time.
func insertUsers(n int, external bool) string {
	columns, values := "user_id, username, sub, status, enabled, sms_mfa, created_ms, modified_ms, job_no, attributes, credential", userValues
	if external {
		columns, values = columns+", external_id", values+1
	}
	var text strings.Builder
	text.WriteString("INSERT INTO users (" + columns + ") VALUES ")
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		for j := range values {
			text.WriteByte("(,"[min(j, 1)])
			fmt.Fprintf(&text, "$%d", values*i+j+1)
		}
		text.WriteByte(')')
	}
	return text.String()
}

// userValues is the number of values of a user without an id of another system.
const userValues = 11

// appendUser appends a user's row. job is the job that creates the user, nil for none. The
// attributes are appended to room, which is returned.
func appendUser(values []any, c coder, u *userpool.User, no int64, job any, room []byte) (_ []any, _ []byte, sub userrow.Sub, err error) {
	begin := len(room)
	f, err := c.form(u, nil, room)
	if err != nil {
		return values, room, sub, err
	}
	var username any
	if u.Username != u.Sub {
		username = u.Username
	}
	values = append(values, userID(c.pool.Number, no), username, f.sub[:], f.status, flag(u.Enabled), flag(u.SMSMFA),
		f.created, f.modified, job, f.attributes[begin:len(f.attributes):len(f.attributes)], f.credential)
	if u.ExternalID != "" {
		values = append(values, u.ExternalID)
	}
	return values, f.attributes, f.sub, nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// addUser adds a user, its name, its sub and its lookups. See [userTables].
func (s sqliteUsers) addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User, _ int64) (int64, error) {
	no, err := nextNo(ctx, tx, p)
	if err != nil {
		return 0, err
	}
	values, _, sub, err := appendUser(nil, s.coderOf(p), u, no, nil, nil)
	if err != nil {
		return 0, err
	}
	for _, key := range []struct {
		insert string
		key    any
	}{{insertName, p.UsernameKey(u.Username)}, {insertSub, sub[:]}} {
		if added, err := anyChanged(tx.ExecContext(ctx, key.insert, p.Number, key.key, no)); err != nil || !added {
			return 0, err
		}
	}
	if _, err := tx.ExecContext(ctx, insertUsers(1, u.ExternalID != ""), values...); err != nil {
		return 0, err
	}
	if err := setNextNo(ctx, tx, p, no+1); err != nil {
		return 0, err
	}
	return no, changeLookups(ctx, tx, p, no, insertLookup, entriesOf(u))
}

// liteOfJob reads a range of the users: a job's users have adjacent numbers.
const liteOfJob = selectLite + "users u WHERE u.user_id > $1 AND u.user_id <= $2 AND u.job_no = $3 ORDER BY u.user_id LIMIT $4"

// usersOfJob returns users that a job created. See [userTables].
func (s sqliteUsers) usersOfJob(ctx context.Context, q querier, p *userpool.UserPool, job int64, among numbers, limit int) ([]storedUser, error) {
	return collect(ctx, q, s.scan(p), liteOfJob, userID(p.Number, among.after), userID(p.Number, among.through), job, limit)
}

// writeUser writes a user, and its lookups. See [userTables].
func (s sqliteUsers) writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, u storedUser) error {
	f, err := s.coderOf(p).form(u.User, nil, nil)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, liteUpdate, f.status, flag(u.Enabled), flag(u.SMSMFA), f.created, f.modified, f.attributes, f.credential, f.factors, nilIfEmpty(u.ExternalID), userID(p.Number, u.no))
	if err := requireChange(result, err, errConflict); err != nil {
		return err
	}
	return s.updateLookups(ctx, tx, p, u.no, entriesOf(before), entriesOf(u.User))
}

// removeUser removes a user, its name, its sub and its lookups. See [userTables].
func (s sqliteUsers) removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u storedUser) error {
	if err := s.updateLookups(ctx, tx, p, u.no, entriesOf(u.User), nil); err != nil {
		return err
	}
	sub, _ := userrow.ParseSub(u.Sub)
	for _, del := range []struct {
		query string
		args  []any
	}{
		{liteDelete, []any{userID(p.Number, u.no)}}, {deleteName, []any{p.Number, p.UsernameKey(u.Username)}}, {deleteSub, []any{p.Number, sub[:]}},
	} {
		result, err := tx.ExecContext(ctx, del.query, del.args...)
		if err := requireChange(result, err, errConflict); err != nil {
			return err
		}
	}
	return nil
}

// sqliteUserTables are the tables with data of a pool's users. Users are cleared before lookups,
// because lookups are derived from users. The pool's number is a part of the key of users.
var sqliteUserTables = []rowSet{
	ofPool("unindexed_users", "", sliceRows),
	{table: "users", shared: idRange, columns: "user_id", rows: sliceRows, ids: idsOf},
	ofPool("user_names", "user_key", sliceRows),
	ofPool("user_subs", "sub", sliceRows),
	ofPool("user_lookups", "attribute, value, user_no", sliceRows),
	ofPool("aliases", "attribute, alias_key", sliceRows),
}

// idsOf returns the range of ids of a pool's users.
func idsOf(poolNo int64) (after, through int64) { return userID(poolNo, 0), lastUserID(poolNo) }

// poolTables returns the tables to clear. See [userTables].
func (s sqliteUsers) poolTables() []rowSet { return slices.Clone(sqliteUserTables) }

// poolDeleted ends a running IndexUsers, which adds nothing to a pool without a row in
// unindexed_users. See [userTables].
func (s sqliteUsers) poolDeleted(ctx context.Context, tx *transaction, poolNo int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM unindexed_users WHERE pool_no = $1", poolNo)
	return err
}
