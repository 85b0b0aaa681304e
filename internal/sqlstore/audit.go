package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"poolhouse/internal/audit"
)

// auditStore is the part of the store for the record of who changed what.
type auditStore struct{ *database }

var _ audit.Store = auditStore{}

// Audit returns the store of audit events, in the same database.
func (s *Store) Audit() audit.Store { return auditStore{s.database} }

const (
	auditColumns     = "at_ms, event_id, request_id, service, operation, principal, access_key_id, address, user_agent, resource, result"
	auditColumnCount = 11
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
				if _, err := tx.ExecContext(ctx, step.insert, auditValues(left[:step.n])...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func auditValues(events []audit.Event) []any {
	values := make([]any, 0, len(events)*auditColumnCount)
	for i := range events {
		e := &events[i]
		values = append(values, millis(e.At), e.ID, e.RequestID, e.Service, e.Operation, e.Principal, e.AccessKeyID, e.Address, e.UserAgent, e.Resource, e.Result)
	}
	return values
}

func scanAudit(row scanner) (e audit.Event, err error) {
	var at int64
	err = row.Scan(&at, &e.ID, &e.RequestID, &e.Service, &e.Operation, &e.Principal, &e.AccessKeyID, &e.Address, &e.UserAgent, &e.Resource, &e.Result)
	e.At = instant(at)
	return e, err
}

// Events returns the events of a query, which are a range of an index. Those of
// a principal and an operation are a range of the principal's, of which other
// operations are left out.
func (st auditStore) Events(ctx context.Context, q audit.Query) ([]audit.Event, error) {
	query, args := selectAudit(q)
	return list(ctx, st.database, scanAudit, query, args...)
}

// The ranges of each index (planner.go, "bounds in place of an equation" and "a
// column behind an expression").
const (
	selectEvents            = "SELECT " + auditColumns + " FROM audit_events WHERE "
	selectAllEvents         = selectEvents + "at_ms >= $1 AND (at_ms, event_id) < ($2, $3) ORDER BY at_ms DESC, event_id DESC LIMIT $4"
	selectEventsOfOperation = selectEvents + "(operation, at_ms) >= ($1, $2) AND (operation, at_ms, event_id) < ($1, $3, $4) " +
		"ORDER BY operation DESC, at_ms DESC, event_id DESC LIMIT $5"
	ofPrincipal             = "(principal, at_ms) >= ($1, $2) AND (principal, at_ms, event_id) < ($1, $3, $4) "
	selectEventsOfPrincipal = selectEvents + ofPrincipal + "ORDER BY principal DESC, at_ms DESC, event_id DESC LIMIT $5"
	selectEventsOfBoth      = selectEvents + ofPrincipal + "AND operation || '' = $5 ORDER BY principal DESC, at_ms DESC, event_id DESC LIMIT $6"
)

func selectAudit(q audit.Query) (query string, args []any) {
	from := millis(q.From)
	end, id := auditEnd(q)
	switch {
	case q.Principal != "" && q.Operation != "":
		return selectEventsOfBoth, []any{q.Principal, from, end, id, q.Operation, q.Limit}
	case q.Principal != "":
		return selectEventsOfPrincipal, []any{q.Principal, from, end, id, q.Limit}
	case q.Operation != "":
		return selectEventsOfOperation, []any{q.Operation, from, end, id, q.Limit}
	}
	return selectAllEvents, []any{from, end, id, q.Limit}
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

const (
	selectExpired = "SELECT at_ms FROM audit_events WHERE at_ms < $1 ORDER BY at_ms LIMIT 1 OFFSET $2"
	deleteExpired = "DELETE FROM audit_events WHERE at_ms < $1"
)

// Expire deletes events from before a time, some at a time.
func (st auditStore) Expire(ctx context.Context, before time.Time) error {
	for end := millis(before); ; {
		until, err := look(ctx, st.database, func(q querier) (until int64, err error) {
			err = q.QueryRowContext(ctx, selectExpired, end, expiredAtATime).Scan(&until)
			if errors.Is(err, sql.ErrNoRows) {
				return end, nil
			}
			return until + 1, err // what is of the same moment goes too, or it could be all
		})
		if err != nil {
			return err
		}
		err = st.database.changeAside(ctx, func(tx *transaction) error {
			_, err := tx.ExecContext(ctx, deleteExpired, until)
			return err
		})
		if err != nil || until >= end {
			return err
		}
	}
}
