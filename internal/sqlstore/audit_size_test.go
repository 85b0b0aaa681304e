package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/audit"
)

// TestAuditBytes: events take about as many bytes of a database as are counted for them, and not
// many more, no matter how long they are.
func TestAuditBytes(t *testing.T) {
	t.Parallel()
	event := func(i int, long string) audit.Event {
		return audit.Event{
			ID: uuid.Must(uuid.NewV7()).String(), At: time.UnixMilli(1_800_000_000_000 + int64(i)), RequestID: uuid.NewString(), Region: "us-east-1", Service: "cognito-idp", Operation: "DeleteUserPool",
			Principal: fmt.Sprintf("arn:aws:iam::000000000000:user/u%d", i%20), AccessKeyID: "AKIAIOSFODNN7EXAMPLE", Address: "127.0.0.1", UserAgent: "aws-cli/2",
			Resource: "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEfGhI" + long, Result: "AccessDeniedException", Chain: "0123456789abcdef", ChainNo: int64(i + 1), Hash: strings.Repeat("0", 64),
		}
	}
	const many = 20_000
	for name, db := range map[string]struct {
		store *Store
		size  string
	}{
		"sqlite":   {open(t), "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"},
		"postgres": {unanalyzed(t), "SELECT pg_total_relation_size('audit_events')"},
	} {
		for _, long := range []string{"", strings.Repeat("x", 300), strings.Repeat("x", 1500)} {
			size := func() (n int64) {
				if err := db.store.write.QueryRowContext(t.Context(), db.size).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			before, counted := size(), int64(0)
			for from := 0; from < many; from += 500 {
				var events []audit.Event
				for i := from; i < from+500; i++ {
					e := event(i, long)
					events, counted = append(events, e), counted+e.Size()
				}
				if err := db.store.Audit().Append(t.Context(), events); err != nil {
					t.Fatal(name, err)
				}
			}
			took := size() - before
			if part := float64(took) / float64(counted); part < 0.4 || part > 1.1 {
				t.Errorf("%s: %d events take %d bytes, %d are counted", name, many, took, counted)
			} else {
				t.Logf("%s: %d bytes an event, %d are counted", name, took/many, counted/many)
			}
		}
	}
}
