package sqlstore

import (
	"context"

	"poolhouse/internal/userpool"
)

// locked is a transaction that holds the lock on the row that a quota belongs to. That is a user
// pool; a user, role or policy of IAM; or a row of the table quotas, for the server as a whole.
// Each transaction that adds something counted locks that row first, so a count stays true until
// the transaction ends. Only this type's method counts against a quota.
//
// With one writer at a time, as on SQLite, the transaction itself is the lock.
type locked struct{ *transaction }

// count returns the result of a counting query.
func (l locked) count(ctx context.Context, query string, args ...any) (n int, err error) {
	err = l.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// The quotas of the server as a whole. The first migration inserts their rows.
const (
	userPools  = "user pools"
	appClients = "app clients"
)

// takeNumber returns the next number of a quota's things.
const takeNumber = "UPDATE quotas SET next_no = next_no + 1 WHERE name = $1 RETURNING next_no - 1"

// lockQuota locks the row of a quota of the whole server.
func lockQuota(ctx context.Context, tx *transaction, name string) (locked, error) {
	var found string
	err := tx.QueryRowContext(ctx, "SELECT name FROM quotas WHERE name = $1"+tx.forUpdate(), name).Scan(&found)
	return locked{tx}, err
}

// lockPool locks the row of a user pool.
func lockPool(ctx context.Context, tx *transaction, id string) (locked, *userpool.UserPool, error) {
	p, err := pool(ctx, tx, id)
	return locked{tx}, p, err
}
