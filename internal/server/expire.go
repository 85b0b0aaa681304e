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
}

// expiries are all that the server itself does: of results of imports that log
// groups do not keep, which readers do not see any more by then, of old
// audit events, by age and by number, and of old messages to users. What is left over of import jobs is the engine's.
func (s *Server) expiries() []expiry {
	all := []expiry{
		{"results whose time is over", s.store.ExpireOutcomes},
		{"audit events whose time is over", func(ctx context.Context, now time.Time) error {
			return s.store.Audit().Expire(ctx, now.AddDate(0, 0, -s.cfg.AuditDays))
		}},
		{"audit events that are more than audit-max-events", func(ctx context.Context, _ time.Time) error {
			return s.store.KeepAudit(ctx, s.cfg.AuditMaxEvents)
		}},
	}
	all = append(all, expiry{"messages to users that are old", func(ctx context.Context, now time.Time) error {
		return s.store.ExpireMessages(ctx, now.Add(-outbox.Keep))
	}})
	all = append(all, expiry{"uploads of user pools that do not exist", func(ctx context.Context, _ time.Time) error {
		return s.files.RemoveStrays(ctx, s.poolExists)
	}})
	if s.console != nil {
		all = append(all, expiry{"sessions of the console that are over", s.console.Sessions.Expire})
	}
	return all
}

// poolExists tells whether there is a user pool, in whatever region.
func (s *Server) poolExists(ctx context.Context, id string) (bool, error) {
	_, err := s.store.Pool(ctx, id)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return false, nil
	}
	return err == nil, err
}

// expire carries each of the expiries out once an hour, until ctx ends. None
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
		}
	}
}
