package server

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/apicore"
)

// faults writes to the log what goes wrong with connections. Any stranger can cause it,
// so of each kind there is a line at once, and then one a minute, with how many were left
// out since the line before.
type faults struct {
	log *slog.Logger

	mu    sync.Mutex
	kinds map[string]*faultKind
}

// faultKind is the faults of a kind within a minute.
type faultKind struct {
	timer  *time.Timer // that ends the minute
	more   int         // after the first
	line   string      // of the last
	detail []any
}

const (
	faultWindow   = time.Minute
	maxFaultKinds = 32
	maxFaultText  = 2 << 10 // bytes
)

func newFaults(log *slog.Logger) *faults { return &faults{log: log, kinds: map[string]*faultKind{}} }

// tell tells of a fault. Those of a kind, whose name is the program's own, share a line
// a minute.
func (f *faults) tell(kind, line string, detail ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.kinds[kind]; !known && len(f.kinds) >= maxFaultKinds {
		kind = "" // which all further kinds are
	}
	if k := f.kinds[kind]; k != nil {
		k.more++
		k.line, k.detail = line, detail
		return
	}
	f.kinds[kind] = &faultKind{timer: time.AfterFunc(faultWindow, func() { f.end(kind) })}
	f.log.Warn(line, detail...)
}

// end ends the minute of a kind. If there was more than its first fault, the last one is
// told, and another minute begins.
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

// close tells what is left.
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
	said := apicore.Clip(strings.TrimSpace(string(text)), maxFaultText)
	f.tell(kindOfFault(said), "the HTTP server reports an error", "error", said)
	return len(text), nil
}

// kindOfFault returns what net/http's messages of a kind begin with: what is before the
// first address, number or further text.
func kindOfFault(said string) string {
	kind := strings.TrimPrefix(said, "http: ")
	if end := strings.IndexAny(kind, `:"[0123456789`); end >= 0 {
		kind = kind[:end]
	}
	kind, _, _ = strings.Cut(kind, " from ")
	return "http: " + kind
}

// refusedRequest tells of a connection that was ended because its request could be read
// in two ways.
func (s *Server) refusedRequest(fault, address string) {
	s.faults.tell("request: "+fault, "a connection was ended: its request could be read in two ways", "why", fault, "address", address)
}

// failedHandshake tells of a connection that was not encrypted.
func (s *Server) failedHandshake(err error, address string) {
	s.faults.tell("handshake", "a TLS handshake failed", "error", apicore.Clip(err.Error(), maxFaultText), "address", address)
}
