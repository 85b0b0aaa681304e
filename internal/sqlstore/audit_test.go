package sqlstore

import (
	"maps"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
)

// auditQueries are all queries of audit events.
func auditQueries() map[string]indexed {
	queries := map[string]indexed{
		"expiring": {selectExpiring, []any{"", int64(100), int64(50)}, "audit_events_pkey"},
		"delete":   {deleteExpired, []any{"", int64(100), int64(50)}, "audit_events_pkey"},
	}
	queryOf := func(q audit.Query, index string) indexed {
		q.From, q.To, q.Limit = time.UnixMilli(10), time.UnixMilli(90_000), 100
		query, args := auditStore{}.selectAudit(q)
		return indexed{query, args, index}
	}
	maps.Copy(queries, map[string]indexed{
		"all": queryOf(audit.Query{}, "audit_events_pkey"), "page": queryOf(audit.Query{After: audit.Position{At: time.UnixMilli(70), ID: "e70"}}, "audit_events_pkey"),
		"operation": queryOf(audit.Query{Operation: "op1"}, "audit_events_of_operation"),
		"principal": queryOf(audit.Query{Principal: "p1"}, "audit_events_of_principal"),
		"both":      queryOf(audit.Query{Principal: "p1", Operation: "op1"}, "audit_events_of_principal"),
	})
	return queries
}

// TestAuditPlans: the queries of audit events are ranges of indexes, without scans or sorts.
func TestAuditPlans(t *testing.T) {
	t.Parallel()
	s := open(t)
	queries := auditQueries()
	for name, q := range queries {
		plan := planOf(t, s, q.query)
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING") {
			t.Errorf("%s:\n%s\n%s", name, q.query, plan)
		}
		if strings.HasPrefix(q.index, "audit_events_of_") && !strings.Contains(plan, q.index) {
			t.Errorf("%s does not use %s: %s", name, q.index, plan)
		}
	}
}

// fillAudit inserts audit events of several days.
const fillAudit = `INSERT INTO audit_events
	SELECT '', n, 'e' || n, 'us-east-1', 'r', 'iam', 'op' || n % 50, 'p' || n % 20, 'k', '::1', repeat('x', 100), '*', '', '', 'c', n, '', 500 FROM generate_series(1, 100000) n`

// TestAuditPostgresPlans does the same on PostgreSQL, on a table without statistics and on a large
// one with statistics.
func TestAuditPostgresPlans(t *testing.T) {
	t.Parallel()
	s := unanalyzed(t)
	for _, step := range []string{"", fillAudit, "ANALYZE audit_events"} {
		if _, err := s.write.Exec(step); err != nil {
			t.Fatal(err)
		}
		for name, q := range auditQueries() {
			wantPlan(t, s, name, q)
		}
	}
}

// TestAuditStatements: the statements have a value for each column.
func TestAuditStatements(t *testing.T) {
	for i, step := range auditSteps {
		if n := strings.Count(step.insert, "$"); n != step.n*auditColumnCount {
			t.Errorf("step %d has %d values", i, n)
		}
	}
	if n := len(strings.Split(auditColumns, ",")); n != auditColumnCount || len(auditStore{}.auditValues(make([]audit.Event, 2))) != 2*n {
		t.Errorf("there are %d columns", n)
	}
}
