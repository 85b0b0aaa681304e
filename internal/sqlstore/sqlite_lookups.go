package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// On SQLite, what filters look for is in user_lookups, in the order in which
// they look. A write of one user keeps it up to date. A batch of an import
// does not: it leaves a note in unindexed_users, and catchUp adds its users
// later. Until then filters look in both places.

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
	addLookups = `INSERT OR IGNORE INTO user_lookups (pool_id, attribute, value, user_key)
		SELECT pool_id, attribute, value, user_key FROM user_lookup_values WHERE value IS NOT NULL AND user_no =
		(SELECT user_no FROM user_names WHERE pool_id = $1 AND user_key = $2)`
	deleteLookups = `DELETE FROM user_lookups WHERE (pool_id, attribute, value, user_key) IN
		(SELECT pool_id, attribute, value, user_key FROM user_lookup_values WHERE user_no =
		(SELECT user_no FROM user_names WHERE pool_id = $1 AND user_key = $2))`
)

func indexUser(ctx context.Context, tx *transaction, poolID, userKey string) error {
	_, err := tx.ExecContext(ctx, addLookups, poolID, userKey)
	return err
}

// unindexUser tells a catchUp that is going on: what that has read of the
// user is out of date.
func unindexUser(ctx context.Context, s *Store, tx *transaction, poolID, userKey string) error {
	s.catching.touch(poolID, userKey)
	_, err := tx.ExecContext(ctx, deleteLookups, poolID, userKey)
	return err
}

const (
	selectLastNo   = "SELECT coalesce(max(user_no), 0) FROM users"
	noteUnindexed  = "INSERT INTO unindexed_users (pool_id, after_no, through_no) VALUES ($1, $2, $3) ON CONFLICT (pool_id) DO UPDATE SET through_no = excluded.through_no"
	selectPending  = "SELECT after_no, through_no FROM unindexed_users WHERE pool_id = $1"
	selectBehind   = "SELECT pool_id FROM unindexed_users WHERE pool_id NOT IN (SELECT pool_id FROM active_imports)"
	deletePending  = "DELETE FROM unindexed_users WHERE pool_id = $1 AND through_no = $2"
	advancePending = "UPDATE unindexed_users SET after_no = $1 WHERE pool_id = $2 AND through_no > $3"
)

// insertUnindexed settles rows of a batch, and notes that they are to be
// indexed later.
func insertUnindexed(ctx context.Context, s *Store, tx *transaction, b bulk, tally *importjob.Tally) error {
	var first, last int64
	if err := tx.QueryRowContext(ctx, selectLastNo).Scan(&first); err != nil {
		return err
	}
	if err := insertNamed(ctx, s, tx, b, tally); err != nil || tally.Counts.Imported == 0 {
		return err
	}
	if err := tx.QueryRowContext(ctx, selectLastNo).Scan(&last); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, noteUnindexed, b.pool.ID, first, last)
	return err
}

const selectTaken = `SELECT json_group_array(k.key) FROM json_each($1) k
	WHERE EXISTS (SELECT 1 FROM user_names WHERE pool_id = $2 AND user_key = k.value)`

// probeKeys looks all names of some rows up, half of them on a connection that
// reads: while this transaction has the turn to write, nobody else changes what
// that sees. A row without a user has no name, which nobody else has.
func probeKeys(ctx context.Context, s *Store, tx *transaction, p *userpool.UserPool, rows []importjob.Row) ([]bool, error) {
	taken := make([]bool, len(rows))
	half := len(rows) / 2
	beside := make(chan error, 1)
	go func() {
		beside <- guard.Run(func() error { return probeSome(ctx, database{s.read}, p, rows[:half], taken) })
	}()
	err := probeSome(ctx, tx, p, rows[half:], taken[half:])
	return taken, errors.Join(err, <-beside)
}

// probeSome looks names up in one statement: the way into C and back costs
// more than the look.
func probeSome(ctx context.Context, q querier, p *userpool.UserPool, rows []importjob.Row, taken []bool) error {
	names := []byte{'['}
	for i := range rows {
		if i > 0 {
			names = append(names, ',')
		}
		key := ""
		if u := rows[i].User; u != nil {
			key = p.UsernameKey(u.Username)
		}
		names = appendJSON(names, key)
	}
	var found string
	if err := q.QueryRowContext(ctx, selectTaken, string(append(names, ']')), p.ID).Scan(&found); err != nil {
		return err
	}
	var places []int
	if err := json.Unmarshal([]byte(found), &places); err != nil {
		return err
	}
	for _, i := range places {
		taken[i] = true
	}
	return nil
}

// numbers is the users with numbers after one and through another.
type numbers struct{ after, through int64 }

// pending returns which users of a pool may not be indexed; none if all are.
func pending(ctx context.Context, q querier, poolID string) (n numbers, err error) {
	err = q.QueryRowContext(ctx, selectPending, poolID).Scan(&n.after, &n.through)
	if errors.Is(err, sql.ErrNoRows) {
		return numbers{}, nil
	}
	return n, err
}

// indexedUsers is where the users are that are indexed, unindexedUsers where
// the others are.
func indexedUsers(attribute int) source {
	return source{"user_lookups CROSS JOIN user_names USING (pool_id, user_key) CROSS JOIN users USING (user_no, pool_id, user_key)", fmt.Sprint("pool_id = $1 AND attribute = ", attribute), "value", "user_key"}
}

func unindexedUsers(n numbers, column string) source {
	return source{"users NOT INDEXED", fmt.Sprintf("pool_id = $1 AND user_no > %d AND user_no <= %d", n.after, n.through), column, "user_key"}
}

// usersByLookup returns users of a range: those that are indexed and those
// that are not. It looks at the latter first: who is indexed meanwhile is
// found twice, rather than not.
func usersByLookup(ctx context.Context, s *Store, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error) {
	attribute, ok := lookupNo(r.column)
	if !ok || r.any {
		return usersByIndex(ctx, s, p, r, limit)
	}
	unindexed, err := look(ctx, s, func(q querier) (numbers, error) { return pending(ctx, q, p.ID) })
	if err != nil {
		return nil, err
	}
	var users []storedUser
	if unindexed.through > 0 {
		query, args := r.query(p, unindexedUsers(unindexed, r.column), limit)
		if users, err = list(ctx, s, scanUser, query, args...); err != nil {
			return nil, err
		}
	}
	query, args := r.query(p, indexedUsers(attribute), limit)
	indexed, err := list(ctx, s, scanUser, query, args...)
	if err != nil || len(users) == 0 {
		return indexed, err
	}
	users = append(users, indexed...)
	slices.SortFunc(users, func(a, b storedUser) int {
		if n := strings.Compare(columnValue(a, r.column), columnValue(b, r.column)); n != 0 {
			return n
		}
		return strings.Compare(a.key, b.key)
	})
	users = slices.CompactFunc(users, func(a, b storedUser) bool { return a.key == b.key })
	return users[:min(limit, len(users))], nil
}
