package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
)

// TestKeepAudit: the newest events are kept, on both databases.
func TestKeepAudit(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Store{"sqlite": open(t), "postgres": unanalyzed(t)} {
		var events []audit.Event
		for i := range 20 {
			events = append(events, audit.Event{ID: fmt.Sprintf("e%02d", i), At: time.UnixMilli(int64(1000 + i/2))}) // two at a time
		}
		if err := s.Audit().Append(t.Context(), events); err != nil {
			t.Fatal(name, err)
		}
		for _, c := range []struct{ most, left int }{{30, 20}, {20, 20}, {19, 18}, {10, 10}, {1, 0}, {1, 0}} {
			if err := s.KeepAudit(t.Context(), c.most); err != nil {
				t.Fatal(name, err)
			}
			kept, err := s.Audit().Events(t.Context(), audit.Query{Limit: 100})
			if err != nil || len(kept) != c.left {
				t.Errorf("%s: of at most %d there are %d, want %d (%v)", name, c.most, len(kept), c.left, err)
			}
		}
	}
}

// TestKeepAuditPlan: the moment is found along the primary key.
func TestKeepAuditPlan(t *testing.T) {
	t.Parallel()
	plan := planOf(t, open(t), selectAuditAt)
	if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "SEARCH audit_events") {
		t.Error(plan)
	}
}
