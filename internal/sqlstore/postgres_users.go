package sqlstore

import (
	"context"

	"poolhouse/internal/userpool"
)

// postgresUser is the queries of one user, who is found by the table's own index.
var postgresUser = newUserTexts(whereKey)

// postgresUsers is the tables of users. See [userTables].
type postgresUsers struct{ *database }

func (t postgresUsers) byKey(ctx context.Context, q querier, poolID, key string) (storedUser, error) {
	return scanUser(q.QueryRowContext(ctx, postgresUser.byKey+q.forUpdate(), poolID, key))
}

func (t postgresUsers) byAlias(ctx context.Context, q querier, poolID string, a userpool.Alias) (storedUser, error) {
	return scanUser(q.QueryRowContext(ctx, postgresUser.byAlias+q.forUpdate(), poolID, poolID, a.Attribute, a.Key))
}

func (t postgresUsers) bySub(ctx context.Context, q querier, poolID, sub string) (storedUser, error) {
	return scanUser(q.QueryRowContext(ctx, selectUserBySub+q.forUpdate(), poolID, sub))
}

// addUser adds a user. See [userTables].
func (t postgresUsers) addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) (added bool, err error) {
	return did(tx.ExecContext(ctx, insertUser, appendUser(nil, p, u)...))
}

// writeUser writes a user. See [userTables].
func (t postgresUsers) writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) error {
	result, err := tx.ExecContext(ctx, postgresUser.update, keyLast(appendUser(nil, p, u))...)
	return must(result, err, errConflict)
}

// removeUser removes a user. See [userTables].
func (t postgresUsers) removeUser(ctx context.Context, tx *transaction, poolID, key string) error {
	result, err := tx.ExecContext(ctx, postgresUser.remove, poolID, key)
	return must(result, err, errConflict)
}

// usersIn returns users of a range. See [userTables].
func (t postgresUsers) usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error) {
	query, args := r.query(p, usersByColumn(r), limit)
	return list(ctx, t.database, scanUser, query, args...)
}

// tieBreaker: a status is that of so many users that those who come belong at the
// end of its index. See [userTables].
func (t postgresUsers) tieBreaker(column string) string {
	return usersByColumn(userRange{column: column}).tieBreaker
}

// usersByColumn looks in the table of users itself, by an index.
func usersByColumn(r userRange) source {
	tieBreaker := "user_key"
	if r.column == "status" {
		tieBreaker = "sub"
	}
	return source{"users", "pool_id = $1", r.column, tieBreaker}
}

// postgresUserTables are the tables that hold something of a pool's users.
var postgresUserTables = []string{"aliases", "users"}

// clearUsers removes all users of a pool. See [userTables].
func (t postgresUsers) clearUsers(ctx context.Context, tx *transaction, poolID string) error {
	return clearTables(ctx, tx, poolID, postgresUserTables)
}
