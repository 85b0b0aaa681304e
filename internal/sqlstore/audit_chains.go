package sqlstore

import (
	"context"

	"poolhouse/internal/audit"
)

const (
	chainColumns = "chain, head_no, head_hash, head_ms, anchor_no, anchor_hash, anchor_ms"
	moveHead     = "INSERT INTO audit_chains (account_id, " + chainColumns + `, bytes) VALUES ($1, $2, $3, $4, $5, 0, '', 0, 0)
	ON CONFLICT (account_id, chain) DO UPDATE SET head_no = excluded.head_no, head_hash = excluded.head_hash, head_ms = excluded.head_ms
	WHERE audit_chains.head_no < excluded.head_no`
	giveBytes    = "UPDATE audit_chains SET bytes = bytes + $1 WHERE account_id = $2 AND chain = $3"
	selectChains = "SELECT " + chainColumns + " FROM audit_chains WHERE account_id = $1 ORDER BY chain"
)

// updateHeads stores the last event of each chain, and adds the new bytes to the chain's size.
func (st auditStore) updateHeads(ctx context.Context, tx *transaction, events []audit.Event, added map[string]int64) error {
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
		if _, err := tx.ExecContext(ctx, giveBytes, added[chain], st.account, chain); err != nil {
			return err
		}
	}
	return nil
}

// Chains returns the head, anchor and size of each chain of events.
func (st auditStore) Chains(ctx context.Context) ([]audit.Chain, error) {
	return list(ctx, st.database, func(row scanner) (c audit.Chain, err error) {
		var head, anchor int64
		err = row.Scan(&c.ID, &c.HeadNo, &c.HeadHash, &head, &c.AnchorNo, &c.AnchorHash, &anchor)
		c.HeadAt, c.AnchorAt = instant(head), instant(anchor)
		return c, err
	}, selectChains, st.account)
}
