package server

import (
	"context"
	"time"
)

// expire deletes, once an hour, what is no longer kept: results of imports that
// log groups do not keep, which readers do not see any more by then, and old
// audit events.
func (s *Server) expire(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		now := time.Now()
		s.tried(ctx, "results whose time is over", s.store.ExpireOutcomes(ctx, now))
		s.tried(ctx, "audit events whose time is over", s.store.Audit().Expire(ctx, now.AddDate(0, 0, -s.cfg.AuditDays)))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tried logs that something could not be deleted.
func (s *Server) tried(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.Error(what+" could not be deleted; this is tried again", "error", err)
	}
}
