package sqlstore

import (
	"context"
	"time"

	"poolhouse/internal/audit"
)

const (
	chainColumns = "chain, head_no, head_hash, head_ms, anchor_no, anchor_hash, anchor_ms"
	moveHead     = "INSERT INTO audit_chains (account_id, " + chainColumns + `) VALUES ($1, $2, $3, $4, $5, 0, '', 0)
	ON CONFLICT (account_id, chain) DO UPDATE SET head_no = excluded.head_no, head_hash = excluded.head_hash, head_ms = excluded.head_ms
	WHERE audit_chains.head_no < excluded.head_no`
	selectChains = "SELECT " + chainColumns + " FROM audit_chains WHERE account_id = $1 ORDER BY chain"
	// selectExpiring are the rows that deleteExpired deletes.
	selectExpiring = `SELECT chain, chain_no, hash FROM audit_events WHERE account_id = $1 AND at_ms < $2 ORDER BY account_id, at_ms, event_id LIMIT $3`
	moveAnchor     = "UPDATE audit_chains SET anchor_no = $1, anchor_hash = $2, anchor_ms = $3 WHERE account_id = $4 AND chain = $5 AND anchor_no < $6"
)

// moveHeads notes the last event of each chain.
func (st auditStore) moveHeads(ctx context.Context, tx *transaction, events []audit.Event) error {
	heads := map[string]*audit.Event{}
	for i := range events {
		e := &events[i]
		if head := heads[e.Chain]; e.Chain != "" && (head == nil || head.ChainNo < e.ChainNo) {
			heads[e.Chain] = e
		}
	}
	for chain, e := range heads {
		if _, err := tx.ExecContext(ctx, moveHead, st.account, chain, e.ChainNo, e.Hash, millis(e.At)); err != nil {
			return err
		}
	}
	return nil
}

// moveAnchors notes the last of the events that are about to expire, of each chain.
func (st auditStore) moveAnchors(ctx context.Context, tx *transaction, before time.Time) error {
	gone, err := collect(ctx, tx, func(row scanner) (e audit.Event, err error) {
		err = row.Scan(&e.Chain, &e.ChainNo, &e.Hash)
		return e, err
	}, selectExpiring, st.account, millis(before), expiredAtATime)
	if err != nil {
		return err
	}
	last := map[string]audit.Event{}
	for _, e := range gone {
		if e.Chain != "" && last[e.Chain].ChainNo < e.ChainNo {
			last[e.Chain] = e
		}
	}
	for chain, e := range last {
		if _, err := tx.ExecContext(ctx, moveAnchor, e.ChainNo, e.Hash, millis(before), st.account, chain, e.ChainNo); err != nil {
			return err
		}
	}
	return nil
}

// Chains returns what is kept of each chain of events.
func (st auditStore) Chains(ctx context.Context) ([]audit.Chain, error) {
	return list(ctx, st.database, func(row scanner) (c audit.Chain, err error) {
		var head, anchor int64
		err = row.Scan(&c.ID, &c.HeadNo, &c.HeadHash, &head, &c.AnchorNo, &c.AnchorHash, &anchor)
		c.HeadAt, c.AnchorAt = instant(head), instant(anchor)
		return c, err
	}, selectChains, st.account)
}
