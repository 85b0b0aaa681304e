package console

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// oneConn is a listener with one connection.
type oneConn struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// TestSlowBody: a form with a file may take as long as data keeps coming, up to an hour,
// regardless of the limit of other requests. Other forms may not.
func TestSlowBody(t *testing.T) {
	for name, c := range map[string]struct {
		pause   time.Duration
		pieces  int
		streams bool
		read    bool
		why     error
	}{
		"goes on":      {20 * time.Second, 30, true, true, nil},
		"stands still": {sendIdle + time.Second, 2, true, false, nil},
		"no end":       {20 * time.Second, 200, true, false, errSlow},
		"another form": {20 * time.Second, 30, false, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c0 := &Console{Options: Options{MaxFile: maxFile}}
				ended := make(chan error, 1)
				server := &http.Server{ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, err := io.Copy(io.Discard, c0.bounded(w, r, action{streams: c.streams}).Body)
					ended <- err
				})}
				here, there := net.Pipe()
				l := &oneConn{conns: make(chan net.Conn, 1), done: make(chan struct{})}
				l.conns <- there
				var serving sync.WaitGroup
				serving.Go(func() { _ = server.Serve(l) })
				go func() {
					_, _ = io.WriteString(here, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
					for range c.pieces {
						time.Sleep(c.pause)
						if _, err := io.WriteString(here, "1\r\nx\r\n"); err != nil {
							return
						}
					}
					_, _ = io.WriteString(here, "0\r\n\r\n")
				}()
				go func() { _, _ = io.Copy(io.Discard, bufio.NewReader(here)) }()
				err := <-ended
				if c.read != (err == nil) || c.why != nil && !errors.Is(err, c.why) {
					t.Errorf("it ended with %v", err)
				}
				_ = here.Close()
				if err := server.Close(); err != nil {
					t.Error(err)
				}
				serving.Wait()
				time.Sleep(time.Hour)
			})
		})
	}
}

// TestLongForm: the size of a form with a file is bounded.
func TestLongForm(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	rest := &counting{Reader: strings.NewReader(strings.Repeat("x", 4*maxFile))}
	body, media := fileForm(t, "people.csv", "")
	start, err := io.ReadAll(body)
	check(t, err)
	f.root().sendsForm("/console/pools/"+pool+"/import-jobs/upload", io.MultiReader(strings.NewReader(string(start[:len(start)-60])), rest), media)
	if most := int64(2*maxFile + maxForm + 1); rest.n > most {
		t.Errorf("%d bytes were read, and %d may be", rest.n, most)
	}
}

type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}
