package server

import (
	"context"
	"fmt"
	"net"

	"poolhouse/internal/bounds"
	"poolhouse/internal/config"
	"poolhouse/internal/platform"
)

// File descriptors that are not available to clients.
const (
	reservedDescriptors      = 64 // files of the database, of uploads, logs and sorting
	descriptorsOfJob         = 8  // for each import job: its file, and files to sort its rows
	descriptorsOfAConnection = 1  // for each connection to the database
)

// listen begins to listen. It limits the connections of clients to max-connections, and to
// fewer if the limit of open files demands it.
func (s *Server) listen(ctx context.Context) error {
	reserve := reservedDescriptors + descriptorsOfJob*s.cfg.ImportJobsAtATime + descriptorsOfAConnection*s.cfg.DatabaseConnections
	if s.cfg.MetricsListen != "" {
		reserve += metricsConnections
	}
	total, err := bounds.ConnectionLimit(s.cfg.MaxConnections, reserve, config.MinConnections)
	if err != nil {
		return err
	}
	if total < s.cfg.MaxConnections {
		s.log.Warn("the limit of open files allows fewer connections of clients than max-connections says", "connections", total, "max-connections", s.cfg.MaxConnections)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Listen)
	if platform.IsAddressInUse(err) {
		return fmt.Errorf("another program listens on %s; choose another address with --listen: %w", s.cfg.Listen, err)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", s.cfg.Listen, err)
	}
	s.places = bounds.Connections{Total: total, Address: s.cfg.MaxConnectionsAddress, Shared: s.proxies.Has, Refused: func(n int, address string) {
		s.log.Warn("connections were refused or given up, or requests of a caller behind a proxy: a limit of connections is reached", "refused", n, "last", address)
	}}.Listen(l, s.cfg.TLSCert != "")
	s.listener = s.places
	return nil
}
