package server

import "poolhouse/internal/datadir"

// announce writes down in the data directory where the server listens, for the
// commands that are given the directory. A server without it works as well.
func (s *Server) announce() {
	a, err := datadir.Announce(s.cfg.Data, datadir.Endpoint{URL: s.url, Region: s.cfg.Regions.Default(), AccessKeyID: s.root.AccessKeyID})
	if err != nil {
		s.log.Warn("commands with --data will not find this server", "error", err)
		return
	}
	s.announced = a
}

// withdraw takes that back.
func (s *Server) withdraw() {
	if s.announced == nil {
		return
	}
	if err := s.announced.Withdraw(); err != nil {
		s.log.Warn("the file endpoint in the data directory could not be removed", "error", err)
	}
	s.announced = nil
}
