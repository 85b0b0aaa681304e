package server

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/apicore"
)

// faults logs errors of connections. Any stranger can cause them, so the lines are limited: the
// first fault of each kind is logged at once, then one a minute, with the number of faults that
// were left out since the line before.
type faults struct {
	log *slog.Logger

	mu    sync.Mutex
	kinds map[string]*faultKind
}

// faultKind counts the faults of one kind within a minute.
type faultKind struct {
	timer  *time.Timer // ends the minute
	more   int         // faults after the first
	line   string      // of the last fault
	detail []any       // of the last fault
}

const (
	faultWindow   = time.Minute
	maxFaultKinds = 32
	maxFaultText  = 2 << 10 // bytes
)

func newFaults(log *slog.Logger) *faults { return &faults{log: log, kinds: map[string]*faultKind{}} }

// report reports a fault. Faults of one kind share a line a minute. The name of the kind must
// not come from a client.
func (f *faults) report(kind, line string, detail ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.kinds[kind]; !known && len(f.kinds) >= maxFaultKinds {
		kind = "" // all further kinds share this one
	}
	if k := f.kinds[kind]; k != nil {
		k.more++
		k.line, k.detail = line, detail
		return
	}
	f.kinds[kind] = &faultKind{timer: time.AfterFunc(faultWindow, func() { f.end(kind) })}
	f.log.Warn(line, detail...)
}

// end ends the minute of a kind. If faults followed the first one, it logs the last one and
// begins another minute.
func (f *faults) end(kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.kinds[kind]
	if k == nil || k.more == 0 {
		delete(f.kinds, kind)
		return
	}
	f.logLast(k)
	k.timer.Reset(faultWindow)
}

func (f *faults) logLast(k *faultKind) {
	if k.more > 0 {
		f.log.Warn(k.line, append(k.detail, "leftOut", k.more-1)...)
	}
	k.more, k.line, k.detail = 0, "", nil
}

// close logs the last fault of each kind that end has not logged yet.
func (f *faults) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range f.kinds {
		k.timer.Stop()
		f.logLast(k)
	}
	clear(f.kinds)
}

// Write takes a line of net/http's own log.
func (f *faults) Write(text []byte) (int, error) {
	message := apicore.Clip(strings.TrimSpace(string(text)), maxFaultText)
	f.report(kindOfFault(message), "the HTTP server reports an error", "error", message)
	return len(text), nil
}

// kindOfFault returns the kind of a message of net/http: its beginning, up to the first
// address, number or quoted text.
func kindOfFault(message string) string {
	kind := strings.TrimPrefix(message, "http: ")
	if end := strings.IndexAny(kind, `:"[0123456789`); end >= 0 {
		kind = kind[:end]
	}
	kind, _, _ = strings.Cut(kind, " from ")
	return "http: " + kind
}

// refusedRequest reports a connection that was closed because its request was ambiguous: a
// proxy and the server could read it in two ways.
func (s *Server) refusedRequest(fault, address string) {
	s.faults.report("request: "+fault, "connection closed after an ambiguous request", "reason", fault, "address", address)
}

// failedHandshake reports a failed TLS handshake.
func (s *Server) failedHandshake(err error, address string) {
	s.faults.report("handshake", "TLS handshake failed", "error", apicore.Clip(err.Error(), maxFaultText), "address", address)
}
