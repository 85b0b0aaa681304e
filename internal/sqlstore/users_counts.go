package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// maxUserNo is the greatest number that a user of a pool can have: the one behind it,
// which is kept as the next, has 31 bits too. A number is never given twice.
const maxUserNo = 1<<31 - 2

func noNumbers(p *userpool.UserPool) error {
	return userpool.Errorf(userpool.LimitExceeded, "User pool %s has had %d users, counting those that were deleted, and cannot get more: import its users into a new pool.", p.ID, maxUserNo)
}

// userCounts is how many users of a pool come, or go where it is less than 0, by the day
// on which they came and their status.
type userCounts map[dayStatus]int64

type dayStatus struct{ day, status int64 }

// add counts n users like u.
func (t userCounts) add(u *userpool.User, n int64) error {
	status, err := userrow.StatusNumber(u.Status)
	if err != nil {
		return err
	}
	key := dayStatus{dayOf(u.Created), int64(status)}
	if t[key] += n; t[key] == 0 {
		delete(t, key)
	}
	return nil
}

// dayOf returns the day of a moment, counted from 1970-01-01, UTC.
func dayOf(t time.Time) int64 {
	const day = 24 * 60 * 60 * 1000
	ms := millis(t)
	if ms < 0 {
		return (ms - day + 1) / day
	}
	return ms / day
}

func (t userCounts) sum() (n int64) {
	for _, some := range t {
		n += some
	}
	return n
}

const (
	addUserCount = "UPDATE user_pool_counters SET user_count = user_count + $1 WHERE pool_no = $2"
	addDayCount  = `INSERT INTO user_counts (pool_no, day, status, users) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_no, day, status) DO UPDATE SET users = user_counts.users + excluded.users`
)

// write adds the numbers to the pool's counters. It fails when the pool is gone. The
// pool's own row comes first, also where it stays as it is: a deletion of the pool
// then comes before or behind all of this. The counters come behind everything
// else that a transaction locks, since all users of a pool share them.
func (t userCounts) write(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
	if len(t) == 0 {
		return nil
	}
	result, err := tx.ExecContext(ctx, addUserCount, t.sum(), p.Number)
	if err := must(result, err, noPool(p.ID)); err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(t), func(a, b dayStatus) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.status, b.status))
	})
	for _, key := range keys {
		if _, err := tx.ExecContext(ctx, addDayCount, p.Number, key.day, key.status, t[key]); err != nil {
			return fmt.Errorf("counting users: %w", err)
		}
	}
	return nil
}
