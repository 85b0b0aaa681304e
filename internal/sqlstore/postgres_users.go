package sqlstore

import (
	"context"

	"poolhouse/internal/userpool"
)

// postgresUser is the queries of one user, who is found by the table's own index.
var postgresUser = newUserTexts(whereKey)

// postgresUsers is the tables of users. See [userTables].
type postgresUsers struct{ *database }

func (t postgresUsers) byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, postgresUser.byKey+q.forUpdate(), p.Number, key))
}

func (t postgresUsers) byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, postgresUser.byAlias+q.forUpdate(), p.Number, p.Number, a.Attribute, a.Key))
}

func (t postgresUsers) bySub(ctx context.Context, q querier, p *userpool.UserPool, sub string) (storedUser, error) {
	return scanUser(p)(q.QueryRowContext(ctx, selectUserBySub+q.forUpdate(), p.Number, sub))
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
func (t postgresUsers) removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, key string) error {
	result, err := tx.ExecContext(ctx, postgresUser.remove, p.Number, key)
	return must(result, err, errConflict)
}

// usersIn returns users of a range. See [userTables].
func (t postgresUsers) usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error) {
	query, args := r.query(p, usersByColumn(r), limit)
	return list(ctx, t.database, scanUser(p), query, args...)
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
	return source{"users", "pool_no = $1", r.column, tieBreaker}
}

// postgresUserTables are the tables that hold something of a pool's users.
var postgresUserTables = []string{"aliases", "users"}

// clearUsers removes all users of a pool. See [userTables].
func (t postgresUsers) clearUsers(ctx context.Context, tx *transaction, poolNo int64) error {
	return clearTables(ctx, tx, poolNo, postgresUserTables)
}
