package sqlstore

import (
	"context"

	"poolhouse/internal/userpool"
)

// locked is a transaction that has locked the row of what has a quota: a user
// pool, a user, role or policy of IAM, or, for what the server as a whole may
// have, a row of the table quotas. Each transaction that adds to what is counted
// locks that row first, so a count stays true until the transaction ends. Every
// count against a quota is made by this type's method.
//
// Where there is one writer at a time, the transaction itself is the lock.
type locked struct{ *transaction }

// count returns the number that a query counts.
func (l locked) count(ctx context.Context, query string, args ...any) (n int, err error) {
	err = l.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// The quotas of the server as a whole. The first migration makes their rows.
const (
	userPools  = "user pools"
	appClients = "app clients"
)

// takeNumber gives the next of the things that a quota counts its number.
const takeNumber = "UPDATE quotas SET next_no = next_no + 1 WHERE name = $1 RETURNING next_no - 1"

// lockQuota locks the row of a quota of the server as a whole.
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
