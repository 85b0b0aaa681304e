package server

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFaults: the first fault of each kind is logged at once. Then there is a line a minute, with
// the number of faults that were left out. The last faults are logged at the end.
func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := newFaults(slog.New(slog.NewTextHandler(&log, nil)))
		expect := func(when string, want ...string) {
			t.Helper()
			synctest.Wait()
			f.mu.Lock()
			defer f.mu.Unlock()
			said := log.String()
			log.Reset()
			if got := strings.Count(said, "\n"); got != len(want) {
				t.Errorf("%s: %d lines, want %d: %s", when, got, len(want), said)
			}
			for _, text := range want {
				if !strings.Contains(said, text) {
					t.Errorf("%s: the log lacks %q: %s", when, text, said)
				}
			}
		}
		for i := range 1000 {
			fmt.Fprintf(f, "http: TLS handshake error from 192.0.2.%d:%d: EOF\n", i%250, i)
		}
		fmt.Fprintf(f, "http: Accept error: accept tcp 127.0.0.1:80: too many open files; retrying in 5ms\n")
		f.report("request: x", "ended", "address", "a")
		expect("at once", "192.0.2.0:0", "too many open files", "msg=ended address=a")
		time.Sleep(faultWindow)
		expect("after a minute", "192.0.2.249:999: EOF\" leftOut=998")
		fmt.Fprintf(f, "http: TLS handshake error from 198.51.100.1:1: EOF\n")
		expect("within the next minute")
		time.Sleep(faultWindow)
		expect("after it", "198.51.100.1:1: EOF\" leftOut=0")
		time.Sleep(faultWindow)
		expect("after a quiet minute")
		f.report("request: x", "ended", "address", "b")
		f.report("request: x", "ended", "address", "c")
		f.report("request: x", "ended", "address", "d")
		expect("again", "address=b")
		f.close()
		expect("at the end", "address=d leftOut=1")
	})
}

// TestKindsOfFaults: the names of kinds come from the program, so clients cannot make new kinds.
// The number of kinds is bounded.
func TestKindsOfFaults(t *testing.T) {
	for said, want := range map[string]string{
		"http: TLS handshake error from 127.0.0.1:5: tls: first record \"x\"": "http: TLS handshake error",
		"http: TLS handshake error from [::1]:5: EOF":                         "http: TLS handshake error",
		"http: Accept error: accept tcp: too many; retrying in 5ms":           "http: Accept error",
		"http: panic serving 127.0.0.1:5: boom\ngoroutine 1":                  "http: panic serving ",
		"http: superfluous response.WriteHeader call from x (y.go:1)":         "http: superfluous response.WriteHeader call",
		"": "http: ",
	} {
		if got := kindOfFault(said); got != want {
			t.Errorf("%q is of the kind %q, want %q", said, got, want)
		}
	}
	var log bytes.Buffer
	f := newFaults(slog.New(slog.NewTextHandler(&log, nil)))
	defer f.close()
	for i := range 10_000 {
		fmt.Fprintf(f, "http: %s\n", strings.Repeat("x", i%500)+strings.Repeat("y", 5000))
	}
	if got := strings.Count(log.String(), "\n"); got > maxFaultKinds+1 || log.Len() > 2*maxFaultText*(maxFaultKinds+1) {
		t.Errorf("%d lines, %d bytes", got, log.Len())
	}
}
