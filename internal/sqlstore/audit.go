package sqlstore

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"poolhouse/internal/audit"
)

// auditStore is the part of the store for the record of who changed what.
type auditStore struct {
	*database
	account string
}

var _ audit.Store = auditStore{}

// Audit returns the store of audit events, in the same database.
func (s *Store) Audit() audit.Store { return auditStore{s.database, s.account} }

const (
	auditColumns     = "account_id, at_ms, event_id, region, request_id, service, operation, principal, access_key_id, address, user_agent, resource, details, result, chain, chain_no, hash"
	auditColumnCount = 17
)

// insertAudit returns the statement that adds n events.
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
	return b.String() + ") ON CONFLICT DO NOTHING"
}

// auditSteps are how many events are added by a statement. There are few of
// them because a connection keeps every statement that it has seen.
var auditSteps = [...]struct {
	n      int
	insert string
}{{64, insertAudit(64)}, {8, insertAudit(8)}, {1, insertAudit(1)}}

// Append adds events. No import gives way to it: no client waits for events.
func (st auditStore) Append(ctx context.Context, events []audit.Event) error {
	return st.database.changeAside(ctx, func(tx *transaction) error {
		left := events
		for _, step := range auditSteps {
			for ; len(left) >= step.n; left = left[step.n:] {
				if _, err := tx.ExecContext(ctx, step.insert, st.auditValues(left[:step.n])...); err != nil {
					return err
				}
			}
		}
		return st.moveHeads(ctx, tx, events)
	})
}

func (st auditStore) auditValues(events []audit.Event) []any {
	values := make([]any, 0, len(events)*auditColumnCount)
	for i := range events {
		e := &events[i]
		values = append(values, st.account, millis(e.At), e.ID, e.Region, e.RequestID, e.Service, e.Operation, e.Principal, e.AccessKeyID, e.Address, e.UserAgent, e.Resource, e.Details, e.Result, e.Chain, e.ChainNo, e.Hash)
	}
	return values
}

func scanAudit(row scanner) (e audit.Event, err error) {
	var account string
	var at int64
	err = row.Scan(&account, &at, &e.ID, &e.Region, &e.RequestID, &e.Service, &e.Operation, &e.Principal, &e.AccessKeyID, &e.Address, &e.UserAgent, &e.Resource, &e.Details, &e.Result, &e.Chain, &e.ChainNo, &e.Hash)
	e.At = instant(at)
	return e, err
}

// Events returns the events of a query, which are a range of an index. Those of
// a principal and an operation are a range of the principal's, of which other
// operations are left out.
func (st auditStore) Events(ctx context.Context, q audit.Query) ([]audit.Event, error) {
	query, args := st.selectAudit(q)
	return list(ctx, st.database, scanAudit, query, args...)
}

// The ranges of each index (planner.go, "bounds in place of an equation" and "a
// column behind an expression").
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

// auditEnd returns the place before which events are asked for. No id comes
// before the empty one.
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

// expiredAtATime is about how many events a transaction deletes, so that
// other writers come in between.
const expiredAtATime = 5000

// deleteExpired deletes by whole keys, which are looked for in their order: an index
// that has the moment further behind is no good for either.
const deleteExpired = `DELETE FROM audit_events WHERE (account_id, at_ms, event_id) IN (SELECT account_id, at_ms, event_id
	FROM audit_events WHERE account_id = $1 AND at_ms < $2 ORDER BY account_id, at_ms, event_id LIMIT $3)`

// Expire deletes events from before a time, some at a time.
func (st auditStore) Expire(ctx context.Context, before time.Time) error {
	for {
		var deleted int64
		err := st.database.changeAside(ctx, func(tx *transaction) error {
			if err := st.moveAnchors(ctx, tx, before); err != nil {
				return err
			}
			result, err := tx.ExecContext(ctx, deleteExpired, st.account, millis(before), expiredAtATime)
			if err != nil {
				return err
			}
			deleted, err = result.RowsAffected()
			return err
		})
		if err != nil || deleted < expiredAtATime {
			return err
		}
	}
}
