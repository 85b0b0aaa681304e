package server

import (
	"context"
	"io"
	"log"
	"net/http"
	"strings"
	"time"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/bounds"
	"poolhouse/internal/console"
	"poolhouse/internal/exchange"
	"poolhouse/internal/upload"
)

// limits are the time limits of connections. They hold for requests of any path: net/http
// enforces them, before and after a handler.
type limits struct {
	header  time.Duration // to receive the header of a request
	request time.Duration // to receive the whole request
	answer  time.Duration // to carry the call out and to send the answer
	idle    time.Duration // between two requests
}

// defaultLimits leave enough time for a call that reads a whole import file, such as a check.
var defaultLimits = limits{header: 10 * time.Second, request: 30 * time.Second, answer: 5 * time.Minute, idle: 2 * time.Minute}

func (s *Server) httpServer(services http.Handler, l limits) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("/{$}", s.orConsole(services))
	if s.console != nil {
		mux.Handle(console.Root, s.countedConsole(s.console))
	}
	if s.receiver != nil {
		mux.Handle("/"+upload.Bucket+"/", unhurried(s.receiver, l.answer, s.places))
	}
	mux.Handle("GET /healthz", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }))
	mux.Handle("GET /readyz", http.HandlerFunc(s.ready))
	s.faults = newFaults(s.log)
	server := &http.Server{
		Handler:           exchange.Recover(s.perCaller(s.tokens.Documents(s.store, mux)), s.log, s.writeInternalError),
		ReadHeaderTimeout: l.header, ReadTimeout: l.request, WriteTimeout: l.answer, IdleTimeout: l.idle, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: log.New(s.faults, "", 0), Protocols: oneAtATime(),
	}
	s.places.Track(server)
	if s.console != nil {
		server.RegisterOnShutdown(s.console.Close)
	}
	return server
}

// perCaller limits the concurrent requests that trusted proxies pass on for one caller. The
// limit is that of connections of one address. A request whose proxy does not name the caller
// is not counted.
func (s *Server) perCaller(next http.Handler) http.Handler {
	if !s.proxies.Any() {
		return next
	}
	underway := bounds.NewInFlight(s.cfg.MaxConnectionsAddress)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := s.proxies.Caller(r); c.Told {
			end, ok := underway.Begin(c.Address)
			if !ok {
				s.places.Refuse(c.Address)
				w.Header().Set("Retry-After", "1")
				say(w, http.StatusServiceUnavailable, "too many concurrent requests from this address")
				return
			}
			defer end()
		}
		next.ServeHTTP(w, r)
	})
}

// oneAtATime returns the protocols in which a connection has one request at a time. With them
// the limit of connections also limits the requests.
func oneAtATime() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// writeInternalError answers a request after a panic of its handler, in the form of its
// protocol.
func (s *Server) writeInternalError(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.receiver != nil && strings.HasPrefix(r.URL.Path, "/"+upload.Bucket+"/"):
		upload.WriteInternalError(w)
	case r.URL.Path == "/" && isForm(r):
		awsquery.WriteInternalError(w, &iamapi.API, w.Header().Get("x-amzn-RequestId"))
	case r.URL.Path == "/":
		awsjson.WriteInternalError(w)
	default:
		say(w, http.StatusInternalServerError, "internal error")
	}
}

// unhurried lets an upload take as long as data arrives: each read of the body restarts the
// time limit of the answer. The receiver limits the pauses between two pieces of data.
func unhurried(next http.Handler, answer time.Duration, places *bounds.Listener) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context()) // a copy: net/http continues with its own request
		r.Body = &unhurriedBody{ReadCloser: r.Body, wanted: func() { places.MarkVerified(r) }, control: http.NewResponseController(w), answer: answer}
		next.ServeHTTP(w, r)
	})
}

type unhurriedBody struct {
	io.ReadCloser
	wanted  func() // called before each read; reads begin after the URL was verified
	control *http.ResponseController
	answer  time.Duration
}

func (b *unhurriedBody) Read(p []byte) (int, error) {
	b.wanted()
	if err := b.control.SetWriteDeadline(time.Now().Add(b.answer)); err != nil {
		return 0, err
	}
	return b.ReadCloser.Read(p)
}

// ready answers whether the database can be read and written.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	problem, err := "the database does not answer", s.store.Ping(ctx)
	if err == nil {
		problem, err = "the database cannot be written", s.store.Writable(ctx)
	}
	if err != nil {
		s.log.Error("the server is not ready", "reason", problem, "error", err)
		say(w, http.StatusServiceUnavailable, problem)
		return
	}
	say(w, http.StatusOK, "ok")
}

// say answers with a line of plain text.
func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // the client may have disconnected
}
