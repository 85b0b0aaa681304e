package server

import (
	"context"
	"sync"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// expiry deletes expired data of one kind.
type expiry struct {
	what string // for the log
	do   func(ctx context.Context, now time.Time) error
	when <-chan struct{} // starts it between the hourly runs; may be nil
}

// expiries returns the deletions that the server itself does. Results of imports are deleted
// after the retention of their log group; readers no longer see them by then. Audit events are
// deleted by age and by size. The leftovers of import jobs are the engine's.
func (s *Server) expiries() []expiry {
	all := []expiry{
		{what: "results of imports", do: s.store.ExpireOutcomes},
		{what: "audit events older than audit-days", do: func(ctx context.Context, now time.Time) error {
			return s.store.Audit().Expire(ctx, now.AddDate(0, 0, -s.cfg.AuditDays))
		}},
		{what: "audit events beyond audit-max-bytes", do: func(ctx context.Context, _ time.Time) error {
			return s.store.Audit().Trim(ctx, s.cfg.AuditMaxBytes)
		}, when: s.grown},
	}
	all = append(all, expiry{what: "messages to users", do: func(ctx context.Context, now time.Time) error {
		return s.store.ExpireMessages(ctx, now.Add(-outbox.KeepFor))
	}}, expiry{what: "sessions, challenges and codes of users", do: s.expireSignIns})
	all = append(all, expiry{what: "uploads of deleted user pools", do: func(ctx context.Context, _ time.Time) error {
		return s.files.RemoveStrays(ctx, s.poolExists)
	}})
	if s.console != nil {
		all = append(all, expiry{what: "sessions of the console", do: s.console.Sessions.Expire})
	}
	return all
}

// auditChecks is the number of size checks while the audit grows by audit-max-bytes. It bounds
// the excess to about a hundredth of audit-max-bytes.
const auditChecks = 100

// poolExists reports whether a user pool exists, in any region.
func (s *Server) poolExists(ctx context.Context, id string) (bool, error) {
	_, err := s.store.Pool(ctx, id)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return false, nil
	}
	return err == nil, err
}

// expire runs each of the expiries at least once an hour, until ctx ends. None waits for
// another.
func (s *Server) expire(ctx context.Context, all []expiry) {
	var running sync.WaitGroup
	for _, e := range all {
		running.Go(func() { s.expireHourly(ctx, e) })
	}
	running.Wait()
}

func (s *Server) expireHourly(ctx context.Context, e expiry) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := guard.Run(func() error { return e.do(ctx, time.Now()) }); err != nil && ctx.Err() == nil {
			s.log.Error("could not delete expired data; will retry within an hour", "data", e.what, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-e.when:
		}
	}
}
