package server

import "poolhouse/internal/datadir"

// announce writes the server's URL to the data directory, for commands with --data.
// The server also works without this file.
func (s *Server) announce() {
	a, err := datadir.Announce(s.cfg.Data, datadir.Endpoint{URL: s.url, Region: s.cfg.Regions.Default(), AccessKeyID: s.root.AccessKeyID})
	if err != nil {
		s.log.Warn("could not write the file endpoint to the data directory; commands with --data cannot find this server", "error", err)
		return
	}
	s.announced = a
}

// withdraw removes what announce wrote.
func (s *Server) withdraw() {
	if s.announced == nil {
		return
	}
	if err := s.announced.Withdraw(); err != nil {
		s.log.Warn("could not remove the file endpoint from the data directory", "error", err)
	}
	s.announced = nil
}
