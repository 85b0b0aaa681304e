package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// unfinished has ends of a request's header, each with the beginning of a body that
// never arrives.
var unfinished = map[string]string{
	"nothing":       "Content-Length: 10\r\n\r\n",
	"three bytes":   "Content-Length: 10\r\n\r\nabc",
	"much to come":  "Content-Length: 100000\r\n\r\n",
	"no chunk":      "Transfer-Encoding: chunked\r\n\r\n",
	"half a chunk":  "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
	"no trailer":    "Transfer-Encoding: chunked\r\n\r\n0\r\n",
	"half a header": "X-Not-Yet",
}

// TestUnfinishedRequestsEnd: the connection of a request without its body ends after
// the time limit. This holds for each handler: a service, the receiver of uploads, the
// mux, and net/http itself.
func TestUnfinishedRequestsEnd(t *testing.T) {
	s := listening(t, io.Discard)
	signed := uploadURL(t, s)
	receiver(s).Idle = 100 * time.Millisecond
	s.http = s.httpServer(s.services(root), limits{header: 100 * time.Millisecond, request: 100 * time.Millisecond, answer: time.Minute, idle: 100 * time.Millisecond})
	run(t, s)
	paths := []string{
		"/", "/?Action=ListUsers", "/healthz", "/readyz", "/nothing", "//", "/healthz/../nothing", "*", "http://other.example/nothing",
		"/poolhouse-user-import", "/poolhouse-user-import/", "/poolhouse-user-import/x/y/z", strings.TrimPrefix(signed, s.URL()),
	}
	var all sync.WaitGroup
	atATime := make(chan struct{}, 200) // bounds the open connections of the process
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"} {
			for name, rest := range unfinished {
				all.Go(func() {
					atATime <- struct{}{}
					defer func() { <-atATime }()
					request := method + " " + path + " HTTP/1.1\r\nHost: x\r\nX-Amz-Server-Side-Encryption: aws:kms\r\n" + rest
					if err := endOf(s.listener.Addr().String(), request); err != nil {
						t.Errorf("%s %s, %s: %v", method, path, name, err)
					}
				})
			}
		}
	}
	all.Wait()
}

// endOf sends a request and waits until the server ends the connection.
func endOf(address, request string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	_, _ = io.WriteString(conn, request) // the server may have closed the connection
	got, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the server holds the connection, on which it has said %q", got)
	}
	return nil // a reset is an end too
}
