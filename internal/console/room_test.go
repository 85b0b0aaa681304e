package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
)

// noted records what a console reports about connections, and the room that it requests.
type noted struct {
	told []string
	full bool
	held int
}

func (n *noted) MarkVerified(r *http.Request)  { n.told = append(n.told, "verified "+r.RemoteAddr) }
func (n *noted) MarkLongLived(r *http.Request) { n.told = append(n.told, "rests "+r.RemoteAddr) }

func (n *noted) room(_ context.Context, _ http.ResponseWriter, size int, known bool) (func(), error) {
	if n.full {
		return func() {}, errors.New("there is none")
	}
	if size < 500 {
		return nil, errors.New("a page is larger")
	}
	n.held++
	if known {
		n.told = append(n.told, "a page of a known one")
	} else {
		n.told = append(n.told, "a page of a stranger")
	}
	return func() { n.held-- }, nil
}

// TestPlacesAndRoom: a request with a session keeps its connection's place, and a live
// page's connection rests. Each page requests room and releases it. Without room the
// browser is asked to come again.
func TestPlacesAndRoom(t *testing.T) {
	n := &noted{}
	f := newFixture(t, func(o *Options) { o.Places, o.Room = n, n.room })
	wantTold := func(when string, want ...string) {
		t.Helper()
		if !slices.Equal(n.told, want) || n.held != 0 {
			t.Errorf("%s: %q, want %q; %d are held", when, n.told, want, n.held)
		}
		n.told = nil
	}
	stranger := f.browser()
	stranger.get("/console/pools")
	stranger.get("/console/sign-in")
	wantTold("a stranger", "a page of a stranger")
	b := f.root()
	n.told = nil
	b.get("/console/pools")
	wantTold("a page", "verified 127.0.0.1:50000", "a page of a known one")
	b.cookies[cookieSession].Value = "nobody's"
	b.get("/console/pools")
	wantTold("a session that is none")

	b = f.root()
	pool := f.pool("people")
	n.told = nil
	h, leave := b.listen(f.console, "/console/pools/"+pool+"/import-jobs/events?jobs=7") // the pool does not have that many jobs: the stream ends at once
	defer leave()
	h.ends()
	if len(n.told) != 2 || n.told[0][:8] != "verified" || n.told[1] != "rests"+n.told[0][8:] {
		t.Errorf("a live page: %q", n.told)
	}

	n.told, n.full = nil, true
	a := b.get("/console/pools")
	if wants(t, a, http.StatusServiceUnavailable, "has no room for this page now"); a.Header().Get("Retry-After") != "1" {
		t.Errorf("without room: %v", a.Header())
	}
}
