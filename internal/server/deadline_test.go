package server

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// served serves on pipes until end is called. It is for a bubble of synctest.
func served(server *http.Server) (p *pipes, end func()) {
	p = newPipes()
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(p) })
	return p, func() {
		_ = server.Close() // it may be shut down already
		serving.Wait()
	}
}

// TestDeadlines: a client that is slow, silent or does not read its answer loses its
// connection after the time limit, and not before.
func TestDeadlines(t *testing.T) {
	for _, c := range []struct {
		name, sent string
		takes      bool // reads the answer
		want       time.Duration
	}{
		{"says nothing", "", true, defaultLimits.header},
		{"half a header", "POST / HTTP/1.1\r\nHost: x\r\n", true, defaultLimits.header},
		{"half a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", true, defaultLimits.request},
		{"no more requests", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", true, defaultLimits.idle},
		{"takes no answer", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", false, defaultLimits.answer},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &Server{log: slog.New(slog.DiscardHandler)}
			answered := make(chan time.Duration, 1)
			begun := time.Now()
			pipes, end := served(s.httpServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					w.Header().Set("Connection", "close")
				}
				say(w, http.StatusOK, strings.Repeat("x", 10_000)) // more than net/http buffers
				answered <- time.Since(begun)
			}), defaultLimits))
			defer end()
			conn := pipes.dial()
			defer conn.Close()
			if _, err := io.WriteString(conn, c.sent); err != nil {
				t.Fatal(err)
			}
			got := endOfConnection(t, conn, c.takes, answered, begun)
			if got < c.want || got > c.want+time.Second {
				t.Errorf("%s: the connection ended after %v, want %v", c.name, got, c.want)
			}
		})
	}
}

// endOfConnection returns the time until the server gave up the connection. A client
// that reads nothing cannot see that; the handler can.
func endOfConnection(t *testing.T, conn net.Conn, takes bool, answered <-chan time.Duration, begun time.Time) time.Duration {
	t.Helper()
	if !takes {
		return <-answered
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Error(err)
	}
	return time.Since(begun)
}

// TestHeaderSize: a header that is larger than the limit is refused.
func TestHeaderSize(t *testing.T) {
	s := listening(t, io.Discard)
	run(t, s)
	for size, want := range map[int]int{maxHeaderBytes / 2: http.StatusOK, 2 * maxHeaderBytes: http.StatusRequestHeaderFieldsTooLarge} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", strings.Repeat("x", size))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("a header of %d bytes is answered %s", size, answer.Status)
		}
	}
}
