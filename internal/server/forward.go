package server

import (
	"context"

	"poolhouse/internal/logforward"
	"poolhouse/internal/logforward/cloudwatch"
)

// openForwarder makes the forwarder of import results to CloudWatch Logs, if logs-forward is
// set. It opens no connection: neither an import nor the start of the server waits for an
// unreachable destination.
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
	s.log.Info("import results are forwarded", "to", location.String())
	return nil
}
