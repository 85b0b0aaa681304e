package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
)

// TestLivePagesKeepTheirPlace: a live page of a signed-in console user keeps its connection while
// strangers demand more connections than the limit.
func TestLivePagesKeepTheirPlace(t *testing.T) {
	cfg := settings(t.TempDir())
	cfg.MaxConnections, cfg.MaxConnectionsAddress = config.MinConnections, 10*config.MinConnections
	s := mustOpen(t, cfg)
	run(t, s)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	post := func(path string, form url.Values) *http.Response {
		t.Helper()
		a, err := client.PostForm(s.ConsoleURL()+path, form)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a
	}
	link, err := url.Parse(s.ConsoleLink())
	if err != nil {
		t.Fatal(err)
	}
	post("welcome", url.Values{"token": {link.Query().Get("token")}})
	pool := post("pools/create", url.Values{"name": {"people"}, "signin": {"email"}, "mfa": {"OFF"}}).Request.URL.Path
	if !strings.HasPrefix(pool, "/console/pools/us-east-1_") {
		t.Fatal(pool)
	}
	address := strings.TrimPrefix(s.URL(), "http://")
	page, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	home, _ := url.Parse(s.ConsoleURL())
	var cookies []string
	for _, c := range jar.Cookies(home) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	fmt.Fprintf(page, "GET %s/import-jobs/events?jobs=0 HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCookie: %s\r\n\r\n", pool, strings.Join(cookies, "; "))
	answer, err := http.ReadResponse(bufio.NewReader(page), nil)
	if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(answer, err)
	}
	stranger := func() (net.Conn, bool) { // and whether it keeps a place
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, err = conn.Read(make([]byte, 1))
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return conn, true
		}
		conn.Close()
		return nil, false
	}
	taken := 0
	for by := time.Now().Add(time.Minute); taken < config.MinConnections+4 && time.Now().Before(by); { // a stranger tries for 50 ms
		if conn, ok := stranger(); ok {
			taken++
			defer conn.Close()
		}
	}
	if taken < config.MinConnections+4 {
		t.Fatalf("strangers got %d places, so none was taken away", taken)
	}
	_ = page.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := io.Copy(io.Discard, page); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the live page has lost its connection: %v", err)
	}
}
