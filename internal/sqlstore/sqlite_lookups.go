package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// On SQLite, what filters look for is in user_lookups, in the order in which
// they look. A write of one user keeps it up to date. A batch of an import
// does not: it leaves a note in unindexed_users, and CatchUp adds its users
// later: their lookups are deferred. Until then filters look in both places.

// lookupNo returns the number of a column in user_lookups, false for one that
// is not there.
func lookupNo(column string) (int, bool) {
	if column == "status" {
		return 0, true
	}
	i := slices.Index(lookups[:], strings.TrimSuffix(column, "_key"))
	return i + 1, i >= 0
}

const (
	addLookups = `INSERT OR IGNORE INTO user_lookups (pool_no, attribute, value, user_key)
		SELECT pool_no, attribute, value, user_key FROM user_lookup_values WHERE value IS NOT NULL AND user_no =
		(SELECT user_no FROM user_names WHERE pool_no = $1 AND user_key = $2)`
	deleteLookups = `DELETE FROM user_lookups WHERE (pool_no, attribute, value, user_key) IN
		(SELECT pool_no, attribute, value, user_key FROM user_lookup_values WHERE user_no =
		(SELECT user_no FROM user_names WHERE pool_no = $1 AND user_key = $2))`
)

func indexUser(ctx context.Context, tx *transaction, poolNo int64, userKey string) error {
	_, err := tx.ExecContext(ctx, addLookups, poolNo, userKey)
	return err
}

// unindexUser tells a CatchUp that is going on: what that has read of the
// user is out of date.
func (t sqliteUsers) unindexUser(ctx context.Context, tx *transaction, poolNo int64, userKey string) error {
	t.catching.touch(poolNo, userKey)
	_, err := tx.ExecContext(ctx, deleteLookups, poolNo, userKey)
	return err
}

const (
	selectLastNo   = "SELECT coalesce(max(user_no), 0) FROM users"
	noteUnindexed  = "INSERT INTO unindexed_users (pool_no, after_no, through_no) VALUES ($1, $2, $3) ON CONFLICT (pool_no) DO UPDATE SET through_no = excluded.through_no"
	selectPending  = "SELECT after_no, through_no FROM unindexed_users WHERE pool_no = $1"
	selectBehind   = "SELECT p.pool_id FROM unindexed_users u CROSS JOIN user_pools p WHERE p.pool_no = u.pool_no AND p.pool_no NOT IN (SELECT pool_no FROM active_imports)"
	deletePending  = "DELETE FROM unindexed_users WHERE pool_no = $1 AND through_no = $2"
	advancePending = "UPDATE unindexed_users SET after_no = $1 WHERE pool_no = $2 AND through_no > $3"
)

// numbers is the users with numbers after one and through another.
type numbers struct{ after, through int64 }

// pending returns which users of a pool may not be indexed; none if all are.
func pending(ctx context.Context, q querier, poolNo int64) (n numbers, err error) {
	err = q.QueryRowContext(ctx, selectPending, poolNo).Scan(&n.after, &n.through)
	if errors.Is(err, sql.ErrNoRows) {
		return numbers{}, nil
	}
	return n, err
}

// indexedUsers is where the users are that are indexed, unindexedUsers where
// the others are.
func indexedUsers(attribute int) source {
	return source{"user_lookups CROSS JOIN user_names USING (pool_no, user_key) CROSS JOIN users USING (user_no, pool_no, user_key)", fmt.Sprint("pool_no = $1 AND attribute = ", attribute), "value", "user_key"}
}

func unindexedUsers(n numbers, column string) source {
	return source{"users NOT INDEXED", fmt.Sprintf("pool_no = $1 AND user_no > %d AND user_no <= %d", n.after, n.through), column, "user_key"}
}

// usersIn returns users of a range: those that are indexed and those
// that are not. It looks at the latter first: a user that is indexed meanwhile is
// found twice, rather than not. See [userTables].
func (t sqliteUsers) usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error) {
	attribute, ok := lookupNo(r.column)
	if !ok || r.any {
		query, args := r.query(p, usersByName(r), limit)
		return list(ctx, t.database, scanUser(p), query, args...)
	}
	deferred, err := look(ctx, t.database, func(q querier) (numbers, error) { return pending(ctx, q, p.Number) })
	if err != nil {
		return nil, err
	}
	var users []storedUser
	if deferred.through > 0 {
		query, args := r.query(p, unindexedUsers(deferred, r.column), limit)
		if users, err = list(ctx, t.database, scanUser(p), query, args...); err != nil {
			return nil, err
		}
	}
	query, args := r.query(p, indexedUsers(attribute), limit)
	indexed, err := list(ctx, t.database, scanUser(p), query, args...)
	if err != nil || len(users) == 0 {
		return indexed, err
	}
	users = append(users, indexed...)
	slices.SortFunc(users, func(a, b storedUser) int {
		return cmp.Or(strings.Compare(columnValue(a, r.column), columnValue(b, r.column)), strings.Compare(a.key, b.key))
	})
	users = slices.CompactFunc(users, func(a, b storedUser) bool { return a.key == b.key })
	return users[:min(limit, len(users))], nil
}

// tieBreaker: lookups end with the user's key. See [userTables].
func (t sqliteUsers) tieBreaker(string) string { return "user_key" }
