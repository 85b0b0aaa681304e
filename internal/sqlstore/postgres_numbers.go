package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"poolhouse/internal/userpool"
)

// On PostgreSQL, a separate statement takes users' numbers and is committed at once. Within the
// transaction that adds the users, it would lock the pool's counters before the users' keys. Two
// transactions that want the same keys, or the two halves of a batch, would then deadlock. A number
// that is not used is lost.

const takeNumbers = "UPDATE user_pool_counters SET next_user_no = next_user_no + $1 WHERE pool_no = $2 AND next_user_no <= $3 RETURNING next_user_no"

// numbersAtOnce is how many numbers are taken at a time for users that are created one by one.
const numbersAtOnce = 32

// postgresNumbers gives out users' numbers. For each pool it keeps the unused numbers of the last
// take.
type postgresNumbers struct {
	*database
	mu    sync.Mutex
	spare map[int64]span // by pool
}

// span is a range of numbers, from next to before end.
type span struct{ next, end int64 }

// unused returns one of the unused numbers, 0 if there is none.
func (n *postgresNumbers) unused(poolNo int64) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	some := n.spare[poolNo]
	if some.next == some.end {
		return 0
	}
	n.spare[poolNo] = span{some.next + 1, some.end}
	return some.next
}

// keep stores numbers for later. It drops the previous unused ones.
func (n *postgresNumbers) keep(poolNo int64, some span) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.spare == nil || len(n.spare) >= maxDecoded {
		n.spare = map[int64]span{}
	}
	n.spare[poolNo] = some
}

// takeOne takes the number of a user that is created alone.
func (n *postgresNumbers) takeOne(ctx context.Context, p *userpool.UserPool) (int64, error) {
	if no := n.unused(p.Number); no > 0 {
		return no, nil
	}
	first, err := n.take(ctx, p, numbersAtOnce)
	if err == nil {
		n.keep(p.Number, span{first + 1, first + numbersAtOnce})
	}
	return first, err
}

// take takes count numbers of a pool and returns the first. It must not be called in a transaction
// that has locked the pool's counters.
func (n *postgresNumbers) take(ctx context.Context, p *userpool.UserPool, count int) (first int64, err error) {
	next, err := retryRead(ctx, n.database, func(q querier) (next int64, err error) {
		err = q.QueryRowContext(ctx, takeNumbers, count, p.Number, maxUserNo+1-int64(count)).Scan(&next)
		return next, err
	})
	if !errors.Is(err, sql.ErrNoRows) {
		return next - int64(count), err
	}
	var one int
	err = n.read.QueryRowContext(ctx, "SELECT 1 FROM user_pool_counters WHERE pool_no = $1", p.Number).Scan(&one)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, noPool(p.ID)
	case err != nil:
		return 0, err
	}
	return 0, noNumbers(p)
}
