package server

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"poolhouse/internal/bounds"
	"poolhouse/internal/exchange"
)

// metricsConnections is how many connections for metrics there may be at a time.
const metricsConnections = 16

// metricsLimits are the time limits of connections for metrics.
var metricsLimits = limits{header: 5 * time.Second, request: 10 * time.Second, answer: 30 * time.Second, idle: 2 * time.Minute}

// metricsServer serves metrics without authentication, on a listener of its own.
type metricsServer struct {
	http   *http.Server
	places *bounds.Listener
	faults *faults
}

// listenForMetrics begins to listen for scrapes, if they are served.
func (s *Server) listenForMetrics(ctx context.Context) error {
	if s.cfg.MetricsListen == "" {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.MetricsListen)
	if err != nil {
		return fmt.Errorf("cannot listen on metrics-listen %s: %w", s.cfg.MetricsListen, err)
	}
	if !onLoopback(s.cfg.MetricsListen) {
		s.log.Warn("metrics are served to everyone who can reach their address, without authentication and encryption", "metricsListen", s.cfg.MetricsListen)
	}
	places := bounds.Connections{Total: metricsConnections, Address: metricsConnections}.Listen(l, false)
	faults := newFaults(s.log)
	server := &http.Server{
		Handler:           exchange.Recover(s.metricsPage(), s.log, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusInternalServerError, "internal error") }),
		ReadHeaderTimeout: metricsLimits.header, ReadTimeout: metricsLimits.request, WriteTimeout: metricsLimits.answer, IdleTimeout: metricsLimits.idle,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: log.New(faults, "", 0), Protocols: oneAtATime(),
	}
	places.Track(server)
	s.scrapes = &metricsServer{server, places, faults}
	s.log.Info("metrics are served", "url", s.MetricsURL())
	return nil
}

// metricsPage answers GET and HEAD of /metrics, and nothing else.
func (s *Server) metricsPage() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler(s.log))
	return mux
}

// MetricsURL returns the address of the metrics, "" where they are not served.
func (s *Server) MetricsURL() string {
	if s.scrapes == nil {
		return ""
	}
	return "http://" + s.scrapes.places.Addr().String() + "/metrics"
}

// serve answers scrapes until close.
func (m *metricsServer) serve() {
	defer m.faults.close()
	_ = m.http.Serve(m.places) // it ends with close
}

// close ends the listener and its connections. A nil one is closed.
func (m *metricsServer) close() error {
	if m == nil {
		return nil
	}
	err := m.places.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	_ = m.http.Close() // connections; of the listener it would say that it is closed
	return err
}
