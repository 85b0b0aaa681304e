package exchange

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
)

// TestBodiesShareABudget: the bytes of a body beyond 16 KiB are taken from the budget as they
// arrive, and returned at the end. If the budget is used up, the body is refused.
func TestBodiesShareABudget(t *testing.T) {
	budget := bounds.NewBudget(100 << 10)
	read := func(size int) (*Exchange, error) {
		x, _, _ := begun(strings.Repeat("x", size))
		body, err := x.Read(1<<20, budget)
		if err == nil && len(body) != size {
			t.Errorf("of %d bytes %d were read", size, len(body))
		}
		return x, err
	}
	first, err := read(90 << 10)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := read(freeBody - 1); err != nil {
			t.Fatal(err)
		}
	}
	second, err := read(90 << 10)
	if r, ok := errors.AsType[*apicore.Refusal](err); !ok || r.Reason != apicore.Busy || r.Status != http.StatusServiceUnavailable {
		t.Errorf("without room: %v", err)
	}
	if second.writer.Header().Get("Connection") != "close" {
		t.Error("the rest of the body is waited for")
	}
	first.Release()
	second.Release()
	if _, err := read(90 << 10); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestNotAheadOfTheBody: only bytes that have arrived are taken, regardless of the
// Content-Length.
func TestNotAheadOfTheBody(t *testing.T) {
	budget := bounds.NewBudget(40 << 10)
	for range 10 {
		x, _, _ := begun("")
		x.request.Body, x.request.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("begun"), brokenOff{})), 1<<20
		if _, err := x.Read(1<<20, budget); err == nil || err.(*apicore.Refusal).Reason != apicore.BrokenOff {
			t.Fatal(err)
		}
	}
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, errors.New("gone") }

// pipes is a listener of one connection.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// answerOf serves what a client sends with a handler, in a synctest bubble.
func answerOf(t *testing.T, h http.HandlerFunc, client func(net.Conn)) {
	t.Helper()
	p := make(pipes, 1)
	here, there := net.Pipe()
	p <- there
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { _ = server.Serve(p); close(done) }()
	client(here)
	here.Close()
	close(p)
	<-done
	time.Sleep(time.Minute) // in the bubble: net/http waits before it closes a connection
	synctest.Wait()
}

// TestSlowBodies: a body that is slower than allowed is refused; one at the lowest rate is
// not.
func TestSlowBodies(t *testing.T) {
	for name, c := range map[string]struct {
		piece int // bytes a second
		size  int
		want  string
		most  time.Duration
	}{
		"nothing comes":      {0, 1000, "408", bodyTime + time.Second},
		"a byte a second":    {1, 1000, "408", bodyTime + 2*time.Second},
		"slow, and small":    {100, 900, "200", bodyTime},
		"at the lowest rate": {bodyRate, 20 * bodyRate, "200", 25 * time.Second},
		"longer than it may": {bodyRate, 100 * bodyRate, "408", maxBodyTime + time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			var got string
			var took time.Duration
			answerOf(t, func(w http.ResponseWriter, r *http.Request) {
				x := Begin(w, r, nil)
				_, err := x.Read(1<<20, nil)
				if refusal, ok := errors.AsType[*apicore.Refusal](err); ok {
					x.Write("text/plain", refusal.Status, nil)
					return
				}
				x.Write("text/plain", http.StatusOK, nil)
			}, func(conn net.Conn) {
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "+strconv.Itoa(c.size)+"\r\n\r\n")
					for left := c.size; left > 0 && err == nil && c.piece > 0; left -= c.piece {
						time.Sleep(time.Second)
						_, err = conn.Write(make([]byte, min(left, c.piece)))
					}
				}()
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				took = time.Since(begun)
				if err == nil {
					got = answer.Status
				}
				conn.Close()
				<-sent
			})
			if !strings.HasPrefix(got, c.want) || took > c.most {
				t.Errorf("%s: %q after %v, want %s within %v", name, got, took, c.want, c.most)
			}
		})
	}
}
