package server

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/upload"
)

// ambiguous has headers that a proxy and the server could read in two ways, or that no request
// may have. Each value is the rest of a request after its first lines. smuggled is the request
// behind it, which must not be answered.
var ambiguous = map[string]string{
	"length and chunks":         "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"chunks and length":         "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
	"chunked, identity":         "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
	"identity":                  "Transfer-Encoding: identity\r\n\r\n",
	"chunked behind a tab":      "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
	"chunked twice":             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"two lengths":               "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
	"one length twice":          "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
	"a list of lengths":         "Content-Length: 0, 0\r\n\r\n",
	"a length with a sign":      "Content-Length: +0\r\n\r\n",
	"a fold":                    "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
	"a coding in a fold":        "X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"a line feed alone":         "X: a\nContent-Length: 0\r\n\r\n",
	"the end in a line feed":    "Content-Length: 0\r\n\n",
	"a carriage return alone":   "X: a\rContent-Length: 0\r\n\r\n",
	"NUL in a value":            "X: a\x00b\r\nContent-Length: 0\r\n\r\n",
	"NUL in a name":             "X\x00: a\r\nContent-Length: 0\r\n\r\n",
	"a control in a value":      "X: a\x01b\r\nContent-Length: 0\r\n\r\n",
	"a space before the colon":  "Content-Length : 0\r\n\r\n",
	"a space in a name":         "Content Length: 0\r\n\r\n",
	"no colon":                  "Content-Length 0\r\n\r\n",
	"no name":                   ": 0\r\nContent-Length: 0\r\n\r\n",
	"two hosts":                 "Host: y\r\nContent-Length: 0\r\n\r\n",
	"a size that is none":       "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
	"a chunk that is longer":    "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
	"a line feed behind a size": "Transfer-Encoding: chunked\r\n\r\n0\n\r\n",
	"a fold in the trailer":     "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n",
}

// inBodies has those with a good header and a fault in the body. A handler that does not read
// the body may answer before the fault is found. The connection ends in this case too.
var inBodies = map[string]bool{"a size that is none": true, "a chunk that is longer": true, "a line feed behind a size": true, "a fold in the trailer": true}

// smuggled is a request that a proxy would pass on as part of a body.
const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

// headsOf returns the first lines of requests to all handlers: the API in both protocols, the
// receiver of uploads, the console, and the others.
func headsOf(t *testing.T, s *Server) map[string]string {
	signed := strings.TrimPrefix(uploadURL(t, s), s.URL())
	return map[string]string{
		"API, JSON":         "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n",
		"API, Query":        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n",
		"upload":            "PUT " + signed + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(s.URL(), "http://") + "\r\nX-Amz-Server-Side-Encryption: aws:kms\r\n",
		"console":           "POST /console/sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n",
		"file":              "POST /console/pools/us-east-1_AbCdEfGhI/import-jobs/create HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=x\r\n",
		"health":            "GET /healthz HTTP/1.1\r\nHost: x\r\n",
		"nothing":           "DELETE /nothing HTTP/1.1\r\nHost: x\r\n",
		"/" + upload.Bucket: "PUT /" + upload.Bucket + " HTTP/1.1\r\nHost: x\r\n",
	}
}

// TestAmbiguousRequests: an ambiguous request is answered 400 and its connection ends. The
// request behind it is not answered. This holds for each handler, and also after a good request
// on the same connection.
func TestAmbiguousRequests(t *testing.T) {
	s := listening(t, io.Discard)
	paths := headsOf(t, s)
	run(t, s)
	var all sync.WaitGroup
	atATime := make(chan struct{}, 100)
	try := func(do func()) {
		all.Go(func() { atATime <- struct{}{}; defer func() { <-atATime }(); do() })
	}
	for who, head := range paths {
		for shape, rest := range ambiguous {
			for _, before := range []string{"", smuggled} {
				try(func() {
					statuses, err := said(s.listener.Addr().String(), before+head+rest+smuggled)
					if before != "" && len(statuses) > 0 && statuses[0] == http.StatusOK {
						statuses = statuses[1:]
					} else if before != "" {
						t.Errorf("%s, %s: the good request before it is answered %v, %v", who, shape, statuses, err)
					}
					switch {
					case err != nil || len(statuses) != 1:
						t.Errorf("%s, %s: answered %v, %v; want one answer and the end", who, shape, statuses, err)
					case inBodies[shape] && statuses[0] != http.StatusInternalServerError: // uploads are received one at a time
					case statuses[0] != http.StatusBadRequest && (statuses[0] != http.StatusNotImplemented || !strings.Contains(shape, "identity") && !strings.Contains(shape, "behind a tab")):
						t.Errorf("%s, %s: status %d, want 400", who, shape, statuses[0])
					}
				})
			}
		}
		for shape, rest := range map[string]string{
			"a length": "Content-Length: 1\r\n\r\nx", "chunks": "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "no body": "\r\n",
		} {
			try(func() {
				// After a request that was read to its end, the connection serves the next one.
				statuses, err := said(s.listener.Addr().String(), head+rest+strings.Replace(smuggled, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
				if err != nil || len(statuses) == 0 || (who == "health" || who == "API, JSON") && (len(statuses) != 2 || statuses[1] != http.StatusOK) {
					t.Errorf("%s, %s: answered %v, %v; want an answer to each", who, shape, statuses, err)
				}
			})
		}
	}
	all.Wait()
}

// said sends text on a connection and returns the statuses of all answers until the connection
// ends.
func said(address, text string) (statuses []int, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return saidOn(conn, text)
}

func saidOn(conn net.Conn, text string) (statuses []int, err error) {
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, text); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(conn)
	for {
		if _, err := reader.Peek(1); err == io.EOF {
			return statuses, nil
		}
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return statuses, err
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return statuses, err
		}
		statuses = append(statuses, answer.StatusCode)
	}
}

// TestNoHTTP2: no client gets HTTP/2. A proxy can translate its requests into ambiguous HTTP/1.
func TestNoHTTP2(t *testing.T) {
	s := listening(t, io.Discard)
	run(t, s)
	if statuses, _ := said(s.listener.Addr().String(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"+smuggled); len(statuses) != 1 || statuses[0] == http.StatusOK {
		t.Errorf("the preface of HTTP/2 is answered %v", statuses)
	}
	upgrade := "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"
	if statuses, err := said(s.listener.Addr().String(), upgrade); err != nil || len(statuses) != 1 || statuses[0] != http.StatusOK {
		t.Errorf("an upgrade to HTTP/2 is answered %v, %v", statuses, err)
	}
}

// encrypted returns a running server with TLS that logs to log.
func encrypted(t *testing.T, log io.Writer) *Server {
	t.Helper()
	cfg, dir := settings(t.TempDir()), t.TempDir()
	cfg.TLSCert, cfg.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, dir, 1, 0o600)
	s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	return s
}

// TestAmbiguousRequestsInTLS: ambiguous requests are found under TLS too. A good connection has
// one protocol, and the server knows that it is encrypted.
func TestAmbiguousRequestsInTLS(t *testing.T) {
	log := &lines{}
	s := encrypted(t, log)
	dial := func() *tls.Conn {
		c, err := tls.Dial("tcp", s.listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	c := dial()
	if p := c.ConnectionState().NegotiatedProtocol; p != "http/1.1" {
		t.Errorf("the protocol is %q", p)
	}
	for shape, rest := range ambiguous {
		if inBodies[shape] {
			continue
		}
		if statuses, err := saidOn(dial(), smuggled+"POST / HTTP/1.1\r\nHost: x\r\n"+rest+smuggled); err != nil || len(statuses) != 2 || statuses[0] != http.StatusOK || statuses[1] < http.StatusBadRequest {
			t.Errorf("%s: answered %v, %v", shape, statuses, err)
		}
	}
	if !strings.Contains(log.String(), "connection closed after an ambiguous request") {
		t.Errorf("the log lacks the ambiguous request: %s", log)
	}
}

// TestHandshakesThatFail: the log has the first failed handshake at once, and later the number
// that was left out. Failed handshakes keep no place.
func TestHandshakesThatFail(t *testing.T) {
	log := &lines{}
	s := encrypted(t, log)
	address := s.listener.Addr().String()
	plain, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if err := plain.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(plain, smuggled)
	if got, _ := io.ReadAll(plain); !strings.HasPrefix(string(got), "HTTP/1.0 400") || !strings.Contains(string(got), "HTTPS server") {
		t.Errorf("HTTP without TLS is answered %q", got)
	}
	for range 20 {
		if err := endOf(address, "\x16\x03\x01\u202e\x1b[31m nothing of TLS"); err != nil {
			t.Fatal(err)
		}
	}
	if said := log.String(); strings.Count(said, `msg="TLS handshake failed"`) != 1 || !strings.Contains(said, "HTTP request to an HTTPS server") {
		t.Errorf("the log has %s", said)
	}
	s.faults.close()
	if said := log.String(); !strings.Contains(said, "leftOut=19") {
		t.Errorf("the log lacks the number of faults that were left out: %s", said)
	}
}

// lines is a log that tests read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
