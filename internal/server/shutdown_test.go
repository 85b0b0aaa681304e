package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/datadir"
	"poolhouse/internal/sigv4"
)

// toldListener tells when it is closed.
type toldListener struct {
	net.Listener
	closed chan struct{}
	once   sync.Once
}

func (l *toldListener) Close() error {
	defer l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// held is a handler that holds a call until it is released.
type held struct {
	next             http.Handler
	entered, release chan struct{}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	close(h.entered)
	<-h.release
	h.next.ServeHTTP(w, r)
}

// TestShutdownOrder ends a server during a call. First the announcement is withdrawn and no
// connection is accepted. Then the call is carried out and answered. Then it is recorded. Then
// another server can have the directory.
func TestShutdownOrder(t *testing.T) {
	var log bytes.Buffer
	s := listening(t, &log)
	listener := &toldListener{Listener: s.listener, closed: make(chan struct{})}
	s.listener = listener
	call := &held{s.services(root), make(chan struct{}), make(chan struct{})}
	s.http = s.httpServer(call, defaultLimits)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	answered := make(chan string, 1)
	go func() { answered <- createPool(t, s.URL()) }()
	<-call.entered

	stop()
	<-listener.closed
	if _, err := datadir.Find(s.cfg.Data); !errors.Is(err, datadir.ErrNoServer) {
		t.Errorf("the server is still announced when it ends listening: %v", err)
	}
	if conn, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		conn.Close()
		t.Error("a server that is shutting down accepts a connection")
	}
	if other, err := open(t, s.cfg); err == nil {
		end(t, other)
		t.Error("another server has the directory while a call is under way")
	}
	select {
	case err := <-ended:
		t.Fatalf("the server ended while a call is under way: %v", err)
	case text := <-answered:
		t.Fatalf("the call was answered before it was carried out: %s", text)
	default:
	}

	close(call.release)
	if text := <-answered; !strings.Contains(text, `"UserPool":{`) {
		t.Errorf("the call is answered %s", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log: %s", &log)
	}
	next := mustOpen(t, s.cfg)
	defer end(t, next)
	events, err := next.store.Audit().Events(t.Context(), audit.Query{Limit: 10})
	if err != nil || len(events) != 1 || events[0].Operation != "CreateUserPool" || events[0].Result != "" {
		t.Errorf("the events are %+v, %v", events, err)
	}
}

// createPool makes a user pool over the network and returns the answer.
func createPool(t *testing.T, url string) string {
	body := []byte(`{"PoolName":"people"}`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", json)
	r.Header.Set("X-Amz-Target", pools+"CreateUserPool")
	(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: "us-east-1", Service: "cognito-idp"}).Sign(r, body, time.Now())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestBrokenOff: a shutdown waits a limited time for a call, then interrupts it.
func TestBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
		entered, told := make(chan struct{}), make(chan time.Duration, 1)
		begun := time.Now()
		s.http = s.httpServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done()
			told <- time.Since(begun)
		}), defaultLimits)
		pipes, endServing := served(s.http)
		defer endServing()
		conn := pipes.dial()
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-entered
		if err := s.drain(t.Context()); err != nil {
			t.Error(err)
		}
		if after := time.Since(begun); after != shutdownTimeout {
			t.Errorf("the call was waited for for %v", after)
		}
		if after := <-told; after != shutdownTimeout || !strings.Contains(log.String(), "requests were interrupted by the shutdown") {
			t.Errorf("the call was told after %v; the log: %s", after, &log)
		}
	})
}

// TestRunEndsWithItsListener: a server that can no longer accept connections ends with an error,
// and leaves nothing open.
func TestRunEndsWithItsListener(t *testing.T) {
	s := listening(t, io.Discard)
	if err := s.listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil || !errors.Is(err, net.ErrClosed) {
		t.Errorf("it ended with %v", err)
	}
	end(t, mustOpen(t, s.cfg))
}
