package sqlstore

import (
	"context"
	"fmt"
	"math"
	"strings"

	"poolhouse/internal/audit"
)

// auditStore is the part of the store for audit events.
type auditStore struct {
	*database
	account string
}

var _ audit.Store = auditStore{}

// Audit returns the store of audit events, in the same database.
func (s *Store) Audit() audit.Store { return auditStore{s.database, s.account} }

const (
	auditColumns     = "account_id, at_ms, event_id, region, request_id, service, operation, principal, access_key_id, address, user_agent, resource, details, result, chain, chain_no, hash, bytes"
	auditColumnCount = 18
)

// insertAudit returns the statement that inserts n events.
func insertAudit(n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO audit_events (" + auditColumns + ") VALUES ")
	for i := range n * auditColumnCount {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%auditColumnCount == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String() + ") ON CONFLICT DO NOTHING RETURNING chain, bytes"
}

// auditSteps are the numbers of events that one statement inserts. There are few of them, because
// each connection caches every statement it has seen.
var auditSteps = [...]struct {
	n      int
	insert string
}{{64, insertAudit(64)}, {8, insertAudit(8)}, {1, insertAudit(1)}}

// Append adds events. Imports do not yield to it: no client waits for events.
func (st auditStore) Append(ctx context.Context, events []audit.Event) error {
	return st.database.changeAside(ctx, func(tx *transaction) error {
		left, added := events, map[string]int64{}
		for _, step := range auditSteps {
			for ; len(left) >= step.n; left = left[step.n:] {
				if err := addSizes(ctx, tx, added, step.insert, st.auditValues(left[:step.n])...); err != nil {
					return err
				}
			}
		}
		return st.updateHeads(ctx, tx, events, added)
	})
}

// addSizes runs a query of chains and bytes, and adds the bytes up by chain.
func addSizes(ctx context.Context, tx *transaction, sizes map[string]int64, query string, args ...any) error {
	events, err := collect(ctx, tx, func(row scanner) (e auditSize, err error) {
		err = row.Scan(&e.chain, &e.bytes)
		return e, err
	}, query, args...)
	for _, e := range events {
		sizes[e.chain] += e.bytes
	}
	return err
}

// auditSize is the size of an event in bytes, with its chain.
type auditSize struct {
	chain string
	bytes int64
}

func (st auditStore) auditValues(events []audit.Event) []any {
	values := make([]any, 0, len(events)*auditColumnCount)
	for i := range events {
		e := &events[i]
		values = append(values, st.account, millis(e.At), e.ID, e.Region, e.RequestID, e.Service, e.Operation, e.Principal, e.AccessKeyID, e.Address, e.UserAgent, e.Resource, e.Details, e.Result, e.Chain, e.ChainNo, e.Hash, e.Size())
	}
	return values
}

func scanAudit(row scanner) (e audit.Event, err error) {
	var account string
	var at, bytes int64
	err = row.Scan(&account, &at, &e.ID, &e.Region, &e.RequestID, &e.Service, &e.Operation, &e.Principal, &e.AccessKeyID, &e.Address, &e.UserAgent, &e.Resource, &e.Details, &e.Result, &e.Chain, &e.ChainNo, &e.Hash, &bytes)
	e.At = instant(at)
	return e, err
}

// Events returns the events of a query. Each query is a range of an index. A query by principal and
// operation reads the principal's range and skips the other operations.
func (st auditStore) Events(ctx context.Context, q audit.Query) ([]audit.Event, error) {
	query, args := st.selectAudit(q)
	return list(ctx, st.database, scanAudit, query, args...)
}

// The ranges of each index (planner.go, "bounds in place of an equation" and "a column behind an
// expression").
const (
	selectEvents            = "SELECT " + auditColumns + " FROM audit_events WHERE account_id = $1 AND "
	selectAllEvents         = selectEvents + "at_ms >= $2 AND (at_ms, event_id) < ($3, $4) ORDER BY at_ms DESC, event_id DESC LIMIT $5"
	selectEventsOfOperation = selectEvents + "(operation, at_ms) >= ($2, $3) AND (operation, at_ms, event_id) < ($2, $4, $5) " +
		"ORDER BY operation DESC, at_ms DESC, event_id DESC LIMIT $6"
	ofPrincipal             = "(principal, at_ms) >= ($2, $3) AND (principal, at_ms, event_id) < ($2, $4, $5) "
	selectEventsOfPrincipal = selectEvents + ofPrincipal + "ORDER BY principal DESC, at_ms DESC, event_id DESC LIMIT $6"
	selectEventsOfBoth      = selectEvents + ofPrincipal + "AND operation || '' = $6 ORDER BY principal DESC, at_ms DESC, event_id DESC LIMIT $7"
)

func (st auditStore) selectAudit(q audit.Query) (query string, args []any) {
	from := millis(q.From)
	end, id := auditEnd(q)
	switch {
	case q.Principal != "" && q.Operation != "":
		return selectEventsOfBoth, []any{st.account, q.Principal, from, end, id, q.Operation, q.Limit}
	case q.Principal != "":
		return selectEventsOfPrincipal, []any{st.account, q.Principal, from, end, id, q.Limit}
	case q.Operation != "":
		return selectEventsOfOperation, []any{st.account, q.Operation, from, end, id, q.Limit}
	}
	return selectAllEvents, []any{st.account, from, end, id, q.Limit}
}

// auditEnd returns the place at which the requested events end. The empty id sorts before every id.
func auditEnd(q audit.Query) (at int64, id string) {
	at = math.MaxInt64
	if !q.To.IsZero() {
		at = millis(q.To)
	}
	if after := q.After; after.ID != "" && millis(after.At) < at {
		return millis(after.At), after.ID
	}
	return at, ""
}
