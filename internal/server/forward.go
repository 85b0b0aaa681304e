package server

import (
	"context"

	"poolhouse/internal/logforward"
	"poolhouse/internal/logforward/cloudwatch"
)

// openForwarder makes the forwarder of import results to CloudWatch Logs, if results are forwarded.
// It makes no call yet: neither the server's start nor an import waits for the destination.
func (s *Server) openForwarder(ctx context.Context) error {
	if s.cfg.LogsForward == "" {
		return nil
	}
	location, err := cloudwatch.ParseLocation(s.cfg.LogsForward)
	if err != nil {
		return err
	}
	provider, err := cloudwatch.Credentials(ctx, location.Region, s.getenv)
	if err != nil {
		return err
	}
	s.forwarder = logforward.New(s.store, cloudwatch.New(location, provider), s.node, s.log)
	s.forwarder.Observe(s.metrics)
	s.log.Info("results are forwarded", "to", location.String())
	return nil
}
