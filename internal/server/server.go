package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"poolhouse/internal/api"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/config"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/upload"
	"poolhouse/internal/usercsv"
)

// Time limits of connections.
const (
	headerTimeout   = 10 * time.Second // to send a request's header
	requestTimeout  = 30 * time.Second // to send the body of a call
	answerTimeout   = 5 * time.Minute  // to work on a call and to take its answer: deleting a large pool takes long
	idleTimeout     = 2 * time.Minute  // between requests
	uploadIdle      = 30 * time.Second // between pieces of an upload
	shutdownTimeout = 10 * time.Second // for requests that are under way
	maxHeaderBytes  = 64 << 10
)

// Server is one node: an HTTP server, an engine and what they work on.
type Server struct {
	cfg      config.Config
	log      *slog.Logger
	lock     *os.File
	store    *sqlstore.Store
	disk     *upload.Disk
	engine   *importjob.Engine
	http     *http.Server
	listener net.Listener
	url      string
}

// Open opens a server on its data directory and starts to listen; it answers
// once [Server.Run] is called. root may do everything.
func Open(ctx context.Context, cfg config.Config, root config.Credentials, log *slog.Logger) (s *Server, err error) {
	s = &Server{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := s.openData(ctx); err != nil {
		return s, err
	}
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen); err != nil {
		return s, fmt.Errorf("cannot listen on %s: %w", cfg.Listen, err)
	}
	s.url = s.publicURL()
	issuer, err := upload.NewIssuer(s.url, cfg.Region, cfg.AccountID, root.Secret)
	if err != nil {
		return s, err
	}
	s.engine = importjob.NewEngine(s.store, s.disk, s.engineConfig())
	s.http = s.httpServer(s.router(issuer, root), issuer)
	return s, nil
}

// openData opens what is in the data directory, and makes sure that no other
// process has it.
func (s *Server) openData(ctx context.Context) (err error) {
	if err := os.MkdirAll(s.cfg.Data, 0o700); err != nil {
		return err
	}
	if s.lock, err = lockDirectory(s.cfg.Data); err != nil {
		return err
	}
	if s.store, err = sqlstore.OpenSQLite(ctx, s.cfg.DatabasePath()); err != nil {
		return err
	}
	// With the lock held, whoever had a lease is gone.
	if err := s.store.ReleaseLeases(ctx); err != nil {
		return err
	}
	s.disk, err = upload.OpenDisk(s.cfg.UploadsPath(), s.cfg.ImportMaxBytes)
	return err
}

func (s *Server) engineConfig() importjob.Config {
	return importjob.Config{
		Node:        nodeName(),
		Limits:      usercsv.Limits{RowChars: s.cfg.ImportMaxRowCharacters, Rows: s.cfg.ImportMaxRows, Bytes: s.cfg.ImportMaxBytes},
		FailedShare: s.cfg.ImportFailedShare, Parallel: s.cfg.ImportJobsAtATime, Log: s.log,
	}
}

// nodeName returns a name that no other node has, and no earlier run of this
// one.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "node"
	}
	tail := make([]byte, 4)
	rand.Read(tail)
	return host + "-" + hex.EncodeToString(tail)
}

// publicURL returns the URL under which clients reach the server.
func (s *Server) publicURL() string {
	if s.cfg.PublicURL != "" {
		return s.cfg.PublicURL
	}
	scheme := "http"
	if s.cfg.TLSCert != "" {
		scheme = "https"
	}
	address := s.listener.Addr().(*net.TCPAddr)
	host := address.IP.String()
	if address.IP.IsUnspecified() {
		host = "127.0.0.1" // on a wildcard address, clients elsewhere need public-url
	}
	return scheme + "://" + net.JoinHostPort(host, fmt.Sprint(address.Port))
}

// URL returns the URL under which clients reach the server.
func (s *Server) URL() string { return s.url }

func (s *Server) router(issuer *upload.Issuer, root config.Credentials) *awsjson.Router {
	router := awsjson.NewRouter(awsjson.Options{
		Operations:   append(api.CognitoOperations(), api.PoolhouseOperations()...),
		Authenticate: authenticator(s.cfg.Region, root),
		ErrorOf:      service.ErrorOf,
		Log:          s.log,
	})
	service.New(service.Config{
		Region: s.cfg.Region, AccountID: s.cfg.AccountID,
		Store: s.store, Jobs: s.store, Uploads: uploads{issuer, s.disk}, Engine: s.engine, Log: s.log,
	}).Register(router)
	return router
}

// uploads is where URLs come from and where files are, in one.
type uploads struct {
	*upload.Issuer
	*upload.Disk
}

// Run serves and works until ctx ends, then shuts down: it finishes the
// requests that are under way, hands its import jobs over, and closes
// everything. It returns an error only when something else than ctx ended it
// or the shutdown was not clean.
func (s *Server) Run(ctx context.Context) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	engineDone := make(chan struct{})
	go func() { defer close(engineDone); s.engine.Run(working) }()
	served := make(chan error, 1)
	go func() { served <- s.serve() }()

	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		s.log.Info("shutting down")
		err = s.drain(context.WithoutCancel(ctx))
	}
	stop()
	<-engineDone
	return errors.Join(err, s.close())
}

// drain lets the requests that are under way end, for a while; then it breaks
// them off. An upload that is broken off leaves nothing behind.
func (s *Server) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests were broken off")
		return s.http.Close()
	}
	return err
}

func (s *Server) serve() error {
	if s.cfg.TLSCert != "" {
		return s.http.ServeTLS(s.listener, s.cfg.TLSCert, s.cfg.TLSKey)
	}
	return s.http.Serve(s.listener)
}

// close closes what was opened, in the reverse order.
func (s *Server) close() error {
	var problems []error
	if s.listener != nil {
		if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
			problems = append(problems, err)
		}
	}
	if s.disk != nil {
		problems = append(problems, s.disk.Close())
	}
	if s.store != nil {
		problems = append(problems, s.store.Close())
	}
	if s.lock != nil {
		problems = append(problems, s.lock.Close())
	}
	return errors.Join(problems...)
}
