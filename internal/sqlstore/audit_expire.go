package sqlstore

import (
	"context"
	"math"
	"time"

	"poolhouse/internal/audit"
)

// expiredAtATime is the largest number of events that a transaction deletes, so that other writers
// run in between.
const expiredAtATime = 5000

// Events are deleted in their order. The anchors are computed from the rows that were really
// deleted, because another server may delete some of the same rows.
const (
	selectAuditBytes = "SELECT COALESCE(SUM(bytes), 0) FROM audit_chains WHERE account_id = $1"
	// lockChains serializes the servers that delete events.
	lockChains     = "SELECT bytes FROM audit_chains WHERE account_id = $1 ORDER BY chain"
	selectExpiring = "SELECT bytes FROM audit_events WHERE account_id = $1 AND at_ms < $2 ORDER BY account_id, at_ms, event_id LIMIT $3"
	// deleteExpired deletes by whole keys, which are looked up in their order. An index with the
	// time in a later column would serve neither.
	deleteExpired = `DELETE FROM audit_events WHERE (account_id, at_ms, event_id) IN (SELECT account_id, at_ms, event_id
	FROM audit_events WHERE account_id = $1 AND at_ms < $2 ORDER BY account_id, at_ms, event_id LIMIT $3) RETURNING at_ms, chain, chain_no, hash, bytes`
	moveAnchor = "UPDATE audit_chains SET anchor_no = $1, anchor_hash = $2, anchor_ms = $3 WHERE account_id = $4 AND chain = $5 AND anchor_no < $6"
	takeBytes  = "UPDATE audit_chains SET bytes = bytes - $1 WHERE account_id = $2 AND chain = $3"
)

// Expire deletes the events from before a time, at most expiredAtATime in a transaction.
func (st auditStore) Expire(ctx context.Context, before time.Time) error {
	for {
		n, err := st.expireSome(ctx, millis(before), func(int64) int64 { return math.MaxInt64 })
		if err != nil || n < expiredAtATime {
			return err
		}
	}
}

// Trim deletes the oldest events, at most expiredAtATime in a transaction, until the rest has at
// most that many bytes.
func (st auditStore) Trim(ctx context.Context, most int64) error {
	for {
		bytes, err := list(ctx, st.database, number, selectAuditBytes, st.account)
		if err != nil || bytes[0] <= most {
			return err
		}
		n, err := st.expireSome(ctx, math.MaxInt64, func(stored int64) int64 { return stored - most })
		if err != nil || n == 0 {
			return err
		}
	}
}

func number(row scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

// expireSome deletes the oldest events from before a time in one transaction. wanted returns the
// number of bytes to delete, given the number stored. expireSome returns the number of deleted
// events.
func (st auditStore) expireSome(ctx context.Context, before int64, wanted func(stored int64) int64) (n int, err error) {
	err = st.database.changeAside(ctx, func(tx *transaction) error {
		n = 0
		chains, err := collect(ctx, tx, number, lockChains+tx.lock, st.account)
		if err != nil {
			return err
		}
		var stored int64
		for _, bytes := range chains {
			stored += bytes
		}
		if n, err = st.toExpire(ctx, tx, before, wanted(stored)); err != nil || n == 0 {
			return err
		}
		return st.deleteOldest(ctx, tx, before, n)
	})
	return n, err
}

// toExpire returns how many of the oldest events add up to a number of bytes.
func (st auditStore) toExpire(ctx context.Context, tx *transaction, before, bytes int64) (n int, err error) {
	if bytes <= 0 {
		return 0, nil
	}
	sizes, err := collect(ctx, tx, number, selectExpiring, st.account, before, expiredAtATime)
	for n < len(sizes) && bytes > 0 {
		bytes -= sizes[n]
		n++
	}
	return n, err
}

// deleteOldest deletes the n oldest events. For each chain it stores the last deleted event as the
// anchor, and subtracts the deleted bytes.
func (st auditStore) deleteOldest(ctx context.Context, tx *transaction, before int64, n int) error {
	sizes, last := map[string]int64{}, map[string]audit.Event{}
	_, err := collect(ctx, tx, func(row scanner) (none struct{}, err error) {
		var at, bytes int64
		var e audit.Event
		err = row.Scan(&at, &e.Chain, &e.ChainNo, &e.Hash, &bytes)
		e.At = instant(at)
		sizes[e.Chain] += bytes
		if last[e.Chain].ChainNo < e.ChainNo {
			last[e.Chain] = e
		}
		return none, err
	}, deleteExpired, st.account, before, n)
	if err != nil {
		return err
	}
	for chain, e := range last {
		if _, err := tx.ExecContext(ctx, moveAnchor, e.ChainNo, e.Hash, millis(e.At)+1, st.account, chain, e.ChainNo); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, takeBytes, sizes[chain], st.account, chain); err != nil {
			return err
		}
	}
	return nil
}
