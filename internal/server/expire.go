package server

import (
	"context"
	"sync"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// expiry deletes what is no longer kept.
type expiry struct {
	what string // as the log says it
	do   func(ctx context.Context, now time.Time) error
	when <-chan struct{} // has it done between the hours, too; nil for never
}

// expiries are all that the server itself does: of results of imports that log
// groups do not keep, which readers do not see any more by then, of old
// audit events, by age and by size, and of old messages to users. What is left over of import jobs is the engine's.
func (s *Server) expiries() []expiry {
	all := []expiry{
		{what: "results whose time is over", do: s.store.ExpireOutcomes},
		{what: "audit events whose time is over", do: func(ctx context.Context, now time.Time) error {
			return s.store.Audit().Expire(ctx, now.AddDate(0, 0, -s.cfg.AuditDays))
		}},
		{what: "audit events that are more than audit-max-bytes", do: func(ctx context.Context, _ time.Time) error {
			return s.store.Audit().Trim(ctx, s.cfg.AuditMaxBytes)
		}, when: s.grown},
	}
	all = append(all, expiry{what: "messages to users that are old", do: func(ctx context.Context, now time.Time) error {
		return s.store.ExpireMessages(ctx, now.Add(-outbox.Keep))
	}}, expiry{what: "sessions, challenges and codes of users that are over", do: s.expireSignIns})
	all = append(all, expiry{what: "uploads of user pools that do not exist", do: func(ctx context.Context, _ time.Time) error {
		return s.files.RemoveStrays(ctx, s.poolExists)
	}})
	if s.console != nil {
		all = append(all, expiry{what: "sessions of the console that are over", do: s.console.Sessions.Expire})
	}
	return all
}

// looksOfAudit is how many times it is looked at the size of the record while it grows by what
// it may have: so it is never much larger.
const looksOfAudit = 100

// poolExists reports whether a user pool exists in any region.
func (s *Server) poolExists(ctx context.Context, id string) (bool, error) {
	_, err := s.store.Pool(ctx, id)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return false, nil
	}
	return err == nil, err
}

// expire carries each of the expiries out once an hour, or oftener, until ctx ends. None
// waits for another.
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
			s.log.Error(e.what+" could not be deleted; this is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-e.when:
		}
	}
}
