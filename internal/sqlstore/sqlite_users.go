package sqlstore

import (
	"context"
	"fmt"

	"poolhouse/internal/userpool"
)

// On SQLite, user_names says which row of users has a name. Names come in no
// order: each touches another page, and a page that a transaction touches has
// to be written. So an import adds its names last, sorted, and its transactions are
// the larger the fewer wait for them: then many of their names share a page.

// sqliteUser is the queries of one user, who is found by its name.
var sqliteUser = newUserTexts(func(pool, key string) string {
	return fmt.Sprintf("user_no = (SELECT user_no FROM user_names WHERE pool_no = %s AND user_key = %s)", pool, key)
})

const (
	insertName = "INSERT INTO user_names (pool_no, user_key, user_no) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	deleteName = "DELETE FROM user_names WHERE pool_no = $1 AND user_key = $2"
)

// sqliteUsers is the tables of users. See [userTables].
type sqliteUsers struct {
	*database
	catching *catching
}

func (t sqliteUsers) byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, sqliteUser.byKey, p.Number, key))
}

func (t sqliteUsers) byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, sqliteUser.byAlias, p.Number, p.Number, a.Attribute, a.Key))
}

func (t sqliteUsers) bySub(ctx context.Context, q querier, p *userpool.UserPool, sub string) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, selectUserBySub, p.Number, sub))
}

// addUser adds a user, its name and its lookups. See [userTables].
func (t sqliteUsers) addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) (added bool, err error) {
	values := appendUser(nil, p, u)
	result, err := tx.ExecContext(ctx, insertUser, values...)
	if added, err = did(result, err); err != nil || !added {
		return false, err
	}
	no, err := result.LastInsertId()
	if err != nil {
		return false, err
	}
	if added, err = did(tx.ExecContext(ctx, insertName, values[0], values[1], no)); err != nil || !added {
		return false, err
	}
	return true, indexUser(ctx, tx, p.Number, p.UsernameKey(u.Username))
}

// writeUser writes a user, and its lookups. See [userTables].
func (t sqliteUsers) writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) error {
	key := p.UsernameKey(u.Username)
	if err := t.unindexUser(ctx, tx, p.Number, key); err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, sqliteUser.update, keyLast(appendUser(nil, p, u))...)
	if err := must(result, err, errConflict); err != nil {
		return err
	}
	return indexUser(ctx, tx, p.Number, key)
}

// removeUser removes a user, its name and its lookups. See [userTables].
func (t sqliteUsers) removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, key string) error {
	if err := t.unindexUser(ctx, tx, p.Number, key); err != nil {
		return err
	}
	for _, query := range []string{sqliteUser.remove, deleteName} {
		result, err := tx.ExecContext(ctx, query, p.Number, key)
		if err := must(result, err, errConflict); err != nil {
			return err
		}
	}
	return nil
}

// sqliteUserTables are the tables that hold something of a pool's users.
var sqliteUserTables = []string{"user_lookups", "unindexed_users", "user_names", "aliases", "users"}

// clearUsers removes all users of a pool. See [userTables].
func (t sqliteUsers) clearUsers(ctx context.Context, tx *transaction, poolNo int64) error {
	return clearTables(ctx, tx, poolNo, sqliteUserTables)
}

// usersByName looks for users in the order of their names by user_names, else
// in the table of users itself.
func usersByName(r userRange) source {
	if r.column == "user_key" && r.where != whereDisabled { // these have an index
		return source{"user_names CROSS JOIN users USING (user_no, pool_no, user_key)", "pool_no = $1", "user_key", "user_key"}
	}
	return source{"users", "pool_no = $1", r.column, "user_key"}
}
