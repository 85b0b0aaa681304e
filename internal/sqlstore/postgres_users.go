package sqlstore

import (
	"context"
	"database/sql"
	"slices"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// On PostgreSQL, a user is a row of the table users. The user's names and lookups are columns of
// that row, each with an index. The column attributes leaves out the values of these columns.

const (
	pgUserColumns = `u.user_no, u.username, u.user_key, u.sub, u.status, u.enabled, u.sms_mfa, u.created_ms, u.modified_ms, u.attributes, u.credential, u.factors, u.external_id,
	u.email_key, u.phone_number_key, u.name_key, u.given_name_key, u.family_name_key, u.preferred_username_key`
	selectPg = "SELECT " + pgUserColumns + " FROM users u WHERE u.pool_no = " + livePool + " AND "
	// An order for one row: planner.go.
	pgByKey   = selectPg + "u.user_key = $2 ORDER BY u.user_key LIMIT 1"
	pgByNo    = selectPg + "u.user_no = $2 ORDER BY u.user_no LIMIT 1"
	pgBySub   = selectPg + "u.sub = $2 ORDER BY u.sub LIMIT 1"
	pgByAlias = selectPg + `u.user_no = (SELECT a.user_no FROM aliases a WHERE a.pool_no = $2 AND a.attribute = $3 AND a.alias_key = $4)
		ORDER BY u.user_no LIMIT 1`
	pgWithPool = "SELECT " + poolColumns + ", " + pgUserColumns + ` FROM user_pools p LEFT JOIN LATERAL
		(SELECT * FROM users u WHERE u.pool_no = p.pool_no AND u.user_key = $1 ORDER BY u.user_key LIMIT 1) u ON true WHERE p.pool_id = $2`

	copyColumns = `pool_no, user_no, created_ms, sub, status, enabled, sms_mfa, job_no, modified_ms, user_key, username, attributes, credential,
	email_key, phone_number_key, name_key, given_name_key, family_name_key, preferred_username_key`
	// externalColumns are the columns for users with an id of another system.
	externalColumns = copyColumns + ", external_id"
	insertPg        = "INSERT INTO users (" + externalColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT DO NOTHING`
	updatePg = `UPDATE users SET created_ms = $1, sub = $2, status = $3, enabled = $4, sms_mfa = $5, modified_ms = $6, attributes = $7, credential = $8,
		factors = $9, external_id = $10,
		email_key = $11, phone_number_key = $12, name_key = $13, given_name_key = $14, family_name_key = $15, preferred_username_key = $16
		WHERE pool_no = $17 AND user_no = $18`
	deletePg = "DELETE FROM users WHERE pool_no = $1 AND user_no = $2"
)

// postgresUsers implements [userTables] on PostgreSQL.
type postgresUsers struct {
	*database
	*coders
	pgNames
	numbers *postgresNumbers
}

// numberBefore takes the number of a user that is created alone. See [userTables].
func (b postgresUsers) numberBefore(ctx context.Context, p *userpool.UserPool) (int64, error) {
	return b.numbers.takeOne(ctx, p)
}

// pgRow is a user's table row. All fields are NULL if a query found no user.
type pgRow struct {
	no, status, created             sql.NullInt64
	modified                        *int64
	enabled, mfa                    sql.NullBool
	username, key, sub, external    sql.NullString
	attributes, credential, factors []byte
	keys                            [6]sql.NullString // of the lookups
}

// dest returns the destinations of pgUserColumns.
func (r *pgRow) dest() []any {
	dest := []any{&r.no, &r.username, &r.key, &r.sub, &r.status, &r.enabled, &r.mfa, &r.created, &r.modified, &r.attributes, &r.credential, &r.factors, &r.external}
	for i := range r.keys {
		dest = append(dest, &r.keys[i])
	}
	return dest
}

// user converts a table row to a user.
func (r *pgRow) user(c coder) (storedUser, error) {
	u := storedUser{&userpool.User{Username: r.key.String, Sub: r.sub.String, Enabled: r.enabled.Bool, SMSMFA: r.mfa.Bool, ExternalID: r.external.String}, r.no.Int64}
	if r.username.Valid {
		u.Username = r.username.String
	}
	var columns userrow.Columns
	for i, l := range lookups {
		columns[l.number] = r.keys[i].String
	}
	return u, c.user(u.User, keptRow{r.status.Int64, r.created.Int64, r.modified, r.attributes, r.credential, r.factors}, &columns)
}

// appendPgUser appends a user's row in the order of copyColumns. job is the job that creates the
// user, nil for none. The attributes are appended to room.
func appendPgUser(values []any, c coder, u *userpool.User, no int64, job any, room []byte) ([]any, error) {
	keys, columns := lookupKeys(u)
	f, err := c.form(u, &columns, room)
	if err != nil {
		return values, err
	}
	key := c.pool.UsernameKey(u.Username)
	var username any
	if u.Username != key {
		username = u.Username
	}
	values = append(values, c.pool.Number, no, f.created, f.sub.String(), f.status, u.Enabled, u.SMSMFA, job, f.modified, key, username, f.attributes, f.credential)
	return append(values, keys[:]...), nil
}

// lookupKeys returns the lookups of a user: in the order of the columns, NULL if missing; and by
// attribute number.
func lookupKeys(u *userpool.User) (keys [6]any, columns userrow.Columns) {
	for i, l := range lookups {
		if value := u.Attributes.Get(l.name); value != "" {
			key := lookupKey(value)
			keys[i], columns[l.number] = key, key
		}
	}
	return keys, columns
}

// scan returns the function that reads users of a pool.
func (b postgresUsers) scan(p *userpool.UserPool) func(scanner) (storedUser, error) {
	c := b.coderOf(p)
	return func(row scanner) (storedUser, error) {
		var r pgRow
		if err := row.Scan(r.dest()...); err != nil {
			return storedUser{}, err
		}
		return r.user(c)
	}
}

func (b postgresUsers) byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error) {
	return b.scan(p)(q.QueryRowContext(ctx, pgByKey+q.forUpdate(), p.Number, key))
}

func (b postgresUsers) byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	return b.scan(p)(q.QueryRowContext(ctx, pgByAlias+q.forUpdate(), p.Number, p.Number, numberOf(a.Attribute), a.Key))
}

func (b postgresUsers) bySub(ctx context.Context, q querier, p *userpool.UserPool, sub userrow.Sub) (storedUser, error) {
	return b.scan(p)(q.QueryRowContext(ctx, pgBySub+q.forUpdate(), p.Number, sub.String()))
}

func (b postgresUsers) byNo(ctx context.Context, q querier, p *userpool.UserPool, no int64) (storedUser, error) {
	return b.scan(p)(q.QueryRowContext(ctx, pgByNo+q.forUpdate(), p.Number, no))
}

// withPool reads a pool and a user. See [userTables].
func (b postgresUsers) withPool(ctx context.Context, q querier, id, key string, scan poolScan) (*userpool.UserPool, storedUser, error) {
	var r pgRow
	p, err := scan(joinedRow{q.QueryRowContext(ctx, pgWithPool, key, id), r.dest()})
	if err != nil {
		return nil, storedUser{}, err
	}
	if !r.no.Valid {
		return p, storedUser{}, sql.ErrNoRows
	}
	u, err := r.user(b.coderOf(p))
	return p, u, err
}

// addUser adds a user. See [userTables].
func (b postgresUsers) addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User, no int64) (int64, error) {
	values, err := appendPgUser(nil, b.coderOf(p), u, no, nil, nil)
	if err != nil {
		return 0, err
	}
	if added, err := anyChanged(tx.ExecContext(ctx, insertPg, append(values, nilIfEmpty(u.ExternalID))...)); err != nil || !added {
		return 0, err
	}
	return no, nil
}

// writeUser writes a user. See [userTables].
func (b postgresUsers) writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, _ *userpool.User, u storedUser) error {
	keys, columns := lookupKeys(u.User)
	f, err := b.coderOf(p).form(u.User, &columns, nil)
	if err != nil {
		return err
	}
	values := append([]any{f.created, f.sub.String(), f.status, u.Enabled, u.SMSMFA, f.modified, f.attributes, f.credential, f.factors, nilIfEmpty(u.ExternalID)}, keys[:]...)
	result, err := tx.ExecContext(ctx, updatePg, append(values, p.Number, u.no)...)
	return requireChange(result, err, errConflict)
}

// removeUser removes a user. See [userTables].
func (b postgresUsers) removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u storedUser) error {
	result, err := tx.ExecContext(ctx, deletePg, p.Number, u.no)
	return requireChange(result, err, errConflict)
}

// usersIn returns users of a range. See [userTables].
func (b postgresUsers) usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error) {
	query, args := r.query(usersByColumn(p, r), limit)
	return list(ctx, b.database, b.scan(p), query, args...)
}

// selectOfJob reads a range of the primary key: a job's users have adjacent numbers.
const selectOfJob = "SELECT " + pgUserColumns + " FROM users u WHERE u.pool_no = $1 AND u.user_no > $2 AND u.user_no <= $3 AND u.job_no = $4 ORDER BY u.user_no LIMIT $5"

// usersOfJob returns users that a job created. See [userTables].
func (b postgresUsers) usersOfJob(ctx context.Context, q querier, p *userpool.UserPool, job int64, among numbers, limit int) ([]storedUser, error) {
	return collect(ctx, q, b.scan(p), selectOfJob, p.Number, among.after, among.through, job, limit)
}

// usersByColumn returns the source of a range: an index of the table users.
func usersByColumn(p *userpool.UserPool, r userRange) source {
	text := func(v string) any { return v }
	from := source{columns: pgUserColumns, from: "users u", where: "u.pool_no = $1", args: []any{p.Number}, arg: text,
		no: "u.user_no", noArg: func(no int64) any { return no }}
	switch r.order {
	case byNumber:
		from.where += [...]string{whicheverEnabled: "", onlyEnabled: " AND u.enabled", onlyDisabled: " AND NOT u.enabled"}[r.enabled]
	case byName:
		from.value, from.unique = "u.user_key", true
	case bySub:
		from.value, from.unique = "u.sub", true
	case byStatus:
		from.value, from.arg = "u.status", statusNumber
	default:
		from.value = "u." + r.lookup.name + "_key"
		from.where += " AND " + from.value + " IS NOT NULL" // repeats the index's condition, which a comparison of two columns does not imply
	}
	return from
}

// postgresUserTables are the tables with data of a pool's users. A transaction that adds an alias
// or a count locks the user's row, so users are cleared first.
var postgresUserTables = []rowSet{ofPool("users", "user_no", sliceRows), ofPool("aliases", "attribute, alias_key", sliceRows)}

// poolTables returns the tables to clear. See [userTables].
func (b postgresUsers) poolTables() []rowSet { return slices.Clone(postgresUserTables) }

// poolDeleted does nothing, because nothing is deferred. See [userTables].
func (b postgresUsers) poolDeleted(context.Context, *transaction, int64) error { return nil }
