package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/audit"
	"poolhouse/internal/bounds"
	"poolhouse/internal/config"
	"poolhouse/internal/console"
	"poolhouse/internal/datadir"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/durable"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/logrole"
	"poolhouse/internal/membership"
	"poolhouse/internal/metrics"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/password"
	"poolhouse/internal/proxies"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/token"
	"poolhouse/internal/upload"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/wire"
)

// Time limits beside those of connections ([limits]), and the largest size of a header.
const (
	uploadIdle      = 30 * time.Second // between two pieces of an upload
	readyTimeout    = 3 * time.Second  // for the database, in a request to /readyz
	shutdownTimeout = 10 * time.Second // for requests that have begun
	maxHeaderBytes  = 16 << 10
)

// takeoverMargin is the difference between the setting import-takeover and the length of a
// lease. Another node notices the end of a lease up to a poll later, and needs a moment to claim
// the job.
const takeoverMargin = 2 * time.Second

// Server is one node: an HTTP server, an import engine, and the stores and files that both use.
type Server struct {
	cfg        config.Config
	getenv     func(string) string
	log        *slog.Logger
	lock       *datadir.LockedDir
	tls        *certificate // nil if connections are not encrypted
	root       config.Credentials
	store      *sqlstore.Store
	node       string // the server's name among the members of the database
	self       membership.Member
	joined     bool             // a member of a shared database
	disk       *upload.Disk     // nil if uploads are in a bucket
	sealer     *iam.Sealer      // nil without a sealing key
	dataKey    *iam.DataKey     // seals secrets in the database; nil without a sealing key
	pages      *pagetoken.Key   // of page tokens
	sealingKey string           // fingerprint of the sealing key; "" without one
	roles      *logrole.Checker // nil if the roles of jobs are not checked
	files      files
	filesPlace string         // name of the place, the same on every server that uses it
	receiver   http.Handler   // of uploads, nil if uploads are in a bucket
	putter     console.Putter // stores files that are sent to the console
	audit      *audit.Recorder
	refused    *audit.Refusals       // folds refusals and passes events on to audit
	grown      <-chan struct{}       // gets a value each time that audit has grown by a step
	forwarder  *logforward.Forwarder // nil if results are not forwarded
	engine     *importjob.Engine
	reader     *importfile.Reader // of files that no import job owns yet
	tokens     *token.Issuer
	calls      *dispatch.Dispatcher
	budgets    dispatch.Budgets // memory budgets of all requests
	who        *access.Authenticator
	console    *console.Console // nil if it is off
	http       *http.Server
	faults     *faults // of connections
	metrics    *metrics.Metrics
	scrapes    *metricsServer // nil where metrics are not served
	listener   net.Listener
	places     *bounds.Listener // the same as listener; nil in tests without one
	url        string
	proxies    proxies.Trusted
	announced  *datadir.Announcement // of the URL, nil if it is not announced
}

// Open opens a server on its data directory and starts to listen. It answers requests after
// [Server.Run] is called. Keys and secrets come from the data directory or the environment,
// which getenv reads like os.Getenv. If Open fails, nothing stays open, and the server is not
// a member of its database.
func Open(ctx context.Context, cfg config.Config, getenv func(string) string, log *slog.Logger) (s *Server, err error) {
	s = &Server{cfg: cfg, getenv: getenv, log: log, node: nodeName(), proxies: cfg.TrustedProxies.Trusted(), budgets: budgets(), metrics: newMetrics()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.leave(ctx), s.close())
		}
	}()
	if err := s.openData(ctx); err != nil {
		return s, err
	}
	if err := s.checkBelongs(ctx); err != nil {
		return s, err
	}
	if err := s.openSealer(ctx); err != nil {
		return s, err
	}
	if err := s.openPages(ctx); err != nil {
		return s, err
	}
	if err := s.listen(ctx); err != nil {
		return s, err
	}
	if err := s.listenForMetrics(ctx); err != nil {
		return s, err
	}
	s.url = s.publicURL()
	if err := s.openFiles(ctx); err != nil {
		return s, err
	}
	if err := s.join(ctx); err != nil {
		return s, err
	}
	if err := s.remember(ctx); err != nil {
		return s, err
	}
	if err := s.openKeys(ctx); err != nil {
		return s, err
	}
	s.tokens = s.tokenIssuer()
	s.roles = s.logRoles()
	if err := s.openAudit(ctx); err != nil {
		return s, err
	}
	s.refused = audit.NewRefusals(s.audit.Record)
	if err := s.openForwarder(ctx); err != nil {
		return s, err
	}
	s.engine = importjob.NewEngine(s.store, s.files, s.engineConfig())
	services := s.services(s.root)
	if err := s.openConsole(); err != nil {
		return s, err
	}
	s.http = s.httpServer(services, defaultLimits)
	s.watch()
	s.announce()
	return s, nil
}

// openData locks the data directory against other processes, and opens its files and the
// database. It reads or makes the credentials while it holds the lock: of two concurrent first
// starts, the refused one makes none.
func (s *Server) openData(ctx context.Context) (err error) {
	if err := durable.MakeDirectory(s.cfg.Data, 0o700); err != nil {
		return err
	}
	if err := checkDirectory(s.cfg.Data, s.log); err != nil {
		return err
	}
	if s.lock, err = datadir.Lock(s.cfg.Data); err != nil {
		return err
	}
	if s.root, err = config.RootCredentials(s.cfg.Data, s.getenv); err != nil {
		return err
	}
	if err := errors.Join(s.checkRoot(), s.openTLS()); err != nil {
		return err
	}
	s.warn()
	if s.shared() {
		s.store, err = s.openShared(ctx)
		return err
	}
	if s.store, err = sqlstore.OpenSQLite(ctx, sqlstore.SQLite{Path: s.cfg.DatabasePath(), Account: s.cfg.AccountID, Observer: s.storeObserver()}); err != nil {
		return err
	}
	// This server has the lock, so the process of any earlier lease has ended.
	if err := s.store.ReleaseLeases(ctx); err != nil {
		return fmt.Errorf("cannot release the leases of import jobs in %s: %w", s.cfg.Data, err)
	}
	return nil
}

// openShared opens a database that several servers may share.
func (s *Server) openShared(ctx context.Context) (*sqlstore.Store, error) {
	jobs := s.cfg.ImportJobsAtATime
	return sqlstore.OpenPostgres(ctx, sqlstore.Postgres{URL: s.cfg.Database, Account: s.cfg.AccountID, Node: s.node, Observer: s.storeObserver(),
		Connections: s.cfg.DatabaseConnections - jobs*sqlstore.ConnectionsOfImport, Imports: jobs})
}

func (s *Server) engineConfig() importjob.Config {
	portion := 0 // the engine's default
	if s.cfg.Database != "" {
		portion = postgresPortion
	}
	cfg := importjob.Config{
		PortionRows: portion,
		Node:        s.node,
		Lease:       s.cfg.ImportTakeover - takeoverMargin,
		KeepRows:    s.cfg.ResultsKept,
		Deletions:   s.store,
		Began:       s.began,
		Observer:    s.metrics,
		Limits:      fileLimits(s.cfg),
		Strict:      strict(s.cfg),
		FailedShare: s.cfg.ImportFailedShare, Parallel: s.cfg.ImportJobsAtATime, Log: s.log,
	}
	if s.roles != nil {
		cfg.Permission = s.roles
	}
	return cfg
}

// strict reports whether only files that Amazon Cognito accepts are imported, and are read as
// Amazon Cognito reads them.
func strict(cfg config.Config) bool { return cfg.ImportDialect == config.DialectCognito }

// fileLimits returns the limits of import files.
func fileLimits(cfg config.Config) usercsv.Limits {
	return usercsv.Limits{
		RowChars: cfg.ImportMaxRowCharacters, Rows: cfg.ImportMaxRows, Bytes: cfg.ImportMaxBytes,
		Hashes: password.Ceilings{
			BCryptCost: cfg.BCryptCost,
			SCryptN:    cfg.SCryptN, SCryptR: cfg.SCryptR, SCryptP: cfg.SCryptP,
			Argon2idMemory: cfg.Argon2idMemory, Argon2idTime: cfg.Argon2idTime, Argon2idThreads: cfg.Argon2idThreads,
			PBKDF2Iterations: cfg.PBKDF2Iterations,
		},
	}
}

// logRoles returns the checker of the roles of import jobs, nil if the check is off.
func (s *Server) logRoles() *logrole.Checker {
	if s.cfg.SkipLogRoleCheck {
		return nil
	}
	return &logrole.Checker{Account: s.cfg.AccountID, Roles: s.store.IAM(), Data: s.store}
}

// postgresPortion is the number of rows that are copied into PostgreSQL at a time. They are
// sorted, so a large portion puts more rows on the same page of an index. They are copied in two
// halves. A portion is in memory. SQLite uses more and smaller portions.
const postgresPortion = 30_000

// nodeName returns the host's name with a random suffix. No other node has it, and no earlier
// run of this one.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "node"
	}
	tail := make([]byte, 4)
	rand.Read(tail)
	return host + "-" + hex.EncodeToString(tail)
}

// publicURL returns the setting public-url, or a URL made of the listen address.
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
		host = "127.0.0.1" // a wildcard address: clients on other machines need public-url
	}
	return scheme + "://" + net.JoinHostPort(host, fmt.Sprint(address.Port))
}

// hosts returns the server's own hosts: the listen address and the host of public-url.
func (s *Server) hosts() proxies.Hosts {
	h := proxies.Hosts{Listen: s.listener.Addr().String(), Trusted: s.proxies}
	if u, err := url.Parse(s.cfg.PublicURL); err == nil {
		h.Public = u.Host
	}
	return h
}

// Node returns the server's name among the members of its database.
func (s *Server) Node() string { return s.node }

// URL returns the URL at which clients reach the server.
func (s *Server) URL() string { return s.url }

// Root returns root's credentials, which permit everything.
func (s *Server) Root() config.Credentials { return s.root }

// Run serves requests and works on import jobs until ctx ends. Then it shuts down: it finishes
// the current requests, hands its import jobs over, and closes everything. It returns an error
// if something other than ctx ended it, or if the shutdown was not clean.
func (s *Server) Run(ctx context.Context) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	finishRecording := s.record(context.WithoutCancel(ctx))
	engineDone := make(chan struct{})
	go func() { defer close(engineDone); s.work(working) }()
	if s.scrapes != nil {
		go s.scrapes.serve()
	}
	served := make(chan error, 1)
	go func() { served <- s.serve() }()

	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		s.log.Info("the server is shutting down")
		s.withdraw()
		err = s.drain(context.WithoutCancel(ctx))
	}
	stop()
	<-engineDone
	finishRecording()
	return errors.Join(err, s.close())
}

// work runs all background work until ctx ends.
func (s *Server) work(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.engine.Run(ctx) })
	all.Go(func() { s.reader.Run(ctx) })
	all.Go(func() { s.expire(ctx, s.expiries()) })
	if s.forwarder != nil {
		all.Go(func() { s.forwarder.Run(ctx) })
	}
	if s.joined {
		all.Go(func() { membership.KeepAlive(ctx, s.store, s.self, s.log) })
	}
	all.Wait()
}

// drain waits up to shutdownTimeout for the current requests, then closes their connections. An
// interrupted upload leaves nothing behind.
func (s *Server) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests were interrupted by the shutdown")
		return s.http.Close()
	}
	return err
}

func (s *Server) serve() error {
	l := &wire.Listener{Listener: s.listener, Handshake: s.http.ReadHeaderTimeout, Refused: s.refusedRequest, Failed: s.failedHandshake}
	if s.tls != nil {
		l.Encryption = &tls.Config{GetCertificate: s.tls.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	}
	defer s.faults.close()
	return s.http.Serve(l)
}

// close closes what was opened, in the reverse order.
func (s *Server) close() error {
	s.withdraw()
	problems := []error{s.scrapes.close()}
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
