package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// maxUserNo is the greatest number of a user: the next number, which is stored, must have 31 bits
// too. A number is never used twice.
const maxUserNo = 1<<31 - 2

func noNumbers(p *userpool.UserPool) error {
	return userpool.Errorf(userpool.LimitExceeded, "User pool %s has had %d users, counting those that were deleted, and cannot get more: import its users into a new pool.", p.ID, maxUserNo)
}

// userCounts are changes of a pool's numbers of users, by the day of their creation, their status,
// and whether they are enabled.
type userCounts map[counter]int64

type counter struct {
	day, status int64
	enabled     bool
}

// compare orders counters in the order in which transactions lock them.
func (c counter) compare(other counter) int {
	enabled := 0
	switch {
	case !c.enabled && other.enabled:
		enabled = -1
	case c.enabled && !other.enabled:
		enabled = 1
	}
	return cmp.Or(cmp.Compare(c.day, other.day), cmp.Compare(c.status, other.status), enabled)
}

// add adds n users like u.
func (t userCounts) add(u *userpool.User, n int64) error {
	status, err := userrow.StatusNumber(u.Status)
	if err != nil {
		return err
	}
	key := counter{dayOf(u.Created), int64(status), u.Enabled}
	if t[key] += n; t[key] == 0 {
		delete(t, key)
	}
	return nil
}

const millisOfDay = 24 * 60 * 60 * 1000

// dayOf returns a time's day, in days since 1970-01-01 UTC.
func dayOf(t time.Time) int64 {
	ms := millis(t)
	if ms < 0 {
		return (ms - millisOfDay + 1) / millisOfDay
	}
	return ms / millisOfDay
}

func (t userCounts) sum() (n int64) {
	for _, some := range t {
		n += some
	}
	return n
}

const (
	addUserCount = "UPDATE user_pool_counters SET user_count = user_count + $1 WHERE pool_no = $2"
	addDayCount  = `INSERT INTO user_counts (pool_no, day, status, enabled, users) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_no, day, status, enabled) DO UPDATE SET users = user_counts.users + excluded.users`
	selectCounts = `SELECT day, status, enabled, users FROM user_counts WHERE pool_no = $1 AND users > 0 ORDER BY day, status, enabled`
)

// write adds the changes to the pool's counters. It returns an error if the pool was deleted. It locks
// the pool's own row first, even without a change of it, so that a deletion of the pool comes
// either before or after all of this. It must come after all other locks of the transaction, since
// all users of a pool share the counters.
func (t userCounts) write(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
	if len(t) == 0 {
		return nil
	}
	result, err := tx.ExecContext(ctx, addUserCount, t.sum(), p.Number)
	if err := requireChange(result, err, noPool(p.ID)); err != nil {
		return err
	}
	for _, key := range slices.SortedFunc(maps.Keys(t), counter.compare) {
		if _, err := tx.ExecContext(ctx, addDayCount, p.Number, key.day, key.status, key.enabled, t[key]); err != nil {
			return fmt.Errorf("counting users: %w", err)
		}
	}
	return nil
}

func scanCount(row scanner) (c userpool.UserCount, err error) {
	var day int64
	var status int
	if err := row.Scan(&day, &status, &c.Enabled, &c.Users); err != nil {
		return c, err
	}
	c.Day = time.UnixMilli(day * millisOfDay).UTC()
	c.Status, err = userrow.Status(status)
	return c, err
}

// CountUsers returns the pool's counters, except those that are 0.
func (s *Users) CountUsers(ctx context.Context, p *userpool.UserPool) ([]userpool.UserCount, error) {
	return retryRead(ctx, s.database, func(q querier) ([]userpool.UserCount, error) {
		var no int64
		err := q.QueryRowContext(ctx, "SELECT pool_no FROM user_pools WHERE pool_no = $1", p.Number).Scan(&no)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, noPool(p.ID)
		}
		if err != nil {
			return nil, err
		}
		return collect(ctx, q, scanCount, selectCounts, p.Number)
	})
}
