package server

import (
	"context"
	"fmt"
	"net"

	"poolhouse/internal/bounds"
	"poolhouse/internal/config"
)

// Descriptors that are kept free for what is not a client: files of the database,
// of uploads, logs and sorting, and, for each import job, its file and what sorts
// its rows.
const (
	reservedDescriptors      = 64
	descriptorsOfJob         = 8
	descriptorsOfAConnection = 1 // to the database
)

// listen begins to listen, for as many connections of clients as may be.
func (s *Server) listen(ctx context.Context) error {
	reserve := reservedDescriptors + descriptorsOfJob*s.cfg.ImportJobsAtATime + descriptorsOfAConnection*s.cfg.DatabaseConnections
	if s.cfg.MetricsListen != "" {
		reserve += metricsConnections
	}
	total, err := bounds.Within(s.cfg.MaxConnections, reserve, config.LeastConnections)
	if err != nil {
		return err
	}
	if total < s.cfg.MaxConnections {
		s.log.Warn("the limit of open files allows fewer connections of clients than max-connections says", "connections", total, "max-connections", s.cfg.MaxConnections)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", s.cfg.Listen, err)
	}
	s.places = bounds.Connections{Total: total, Address: s.cfg.MaxConnectionsAddress, Shared: s.proxies.Has, Refused: func(n int, address string) {
		s.log.Warn("connections were refused or given up, or requests of a caller behind a proxy: there are as many as there may be", "refused", n, "last", address)
	}}.Listen(l, s.cfg.TLSCert != "")
	s.listener = s.places
	return nil
}
