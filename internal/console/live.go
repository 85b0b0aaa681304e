package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Intervals of live pages: between two looks, between two checks of the session (in looks),
// and between two signs of life on a stream without news.
const (
	livePeriod   = time.Second
	liveSession  = 5
	liveHeard    = 15
	livePatience = 10 * time.Second // time limit for a browser to receive an event
)

// watchKey identifies what several pages show. Pages with the same key see the same.
type watchKey struct {
	pool, job string
	full      bool // with the progress, which needs a permission of its own
	log       bool // with links into the log
}

// watches are the things that live pages of this server show. One look at a thing serves
// all pages whose viewers may see the same.
type watches[T any] struct {
	mu  sync.Mutex
	all map[watchKey]*watch[T]
}

// watch is a thing that live pages show, in its state at the last look. Its fields may be
// used by the holder of lock.
type watch[T any] struct {
	pages    int           // pages that show it; guarded by the mutex of watches
	lock     chan struct{} // holds one element while locked; a channel, so that waiting can end with a context
	now      T
	looked   time.Time         // start of the last look, zero before the first
	rendered map[string]string // the rendered forms of now
}

// open returns the watch of a thing. Call leave when it is no longer needed.
func (w *watches[T]) open(key watchKey) (one *watch[T], leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[watchKey]*watch[T]{}
	}
	one = w.all[key]
	if one == nil {
		one = &watch[T]{lock: make(chan struct{}, 1)}
		w.all[key] = one
	}
	one.pages++
	return one, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if one.pages--; one.pages == 0 {
			delete(w.all, key)
		}
	}
}

// glance is a page's request for the state of a thing.
type glance[T any] struct {
	period time.Duration
	opened time.Time                                              // time at which the page was opened
	shown  func(T) bool                                           // reports whether the page already shows this state
	look   func(ctx context.Context, before T) (now T, err error) // reads the state; before is that of the last look
	form   string                                                 // identifies the output of render
	render func(T) (string, error)
}

// see returns the state of a thing. It uses the last look if that is younger than one
// period, and looks again otherwise. It also looks again if that state differs from what
// the page shows, except when the last look began after the page was opened: then the page
// is the older one. The text is rendered once for all pages with the same form.
func (w *watch[T]) see(ctx context.Context, g glance[T]) (now T, text string, err error) {
	select {
	case w.lock <- struct{}{}:
		defer func() { <-w.lock }()
	case <-ctx.Done():
		return now, "", ctx.Err()
	}
	if w.looked.IsZero() || time.Since(w.looked) >= g.period*9/10 || !g.shown(w.now) && !w.looked.After(g.opened) {
		began := time.Now()
		if now, err = g.look(ctx, w.now); err != nil {
			return now, "", err
		}
		w.now, w.looked, w.rendered = now, began, map[string]string{}
	}
	text, made := w.rendered[g.form]
	if !made {
		if text, err = g.render(w.now); err != nil {
			return now, "", err
		}
		w.rendered[g.form] = text
	}
	return w.now, text, nil
}

// news is the content of an event.
type news struct {
	place  int64  // the line of the file that it belongs to
	text   string // a fragment of the page
	change string // why the page must reload, "" if it need not
}

// tell streams news to a page until something changes that needs a reload, or until the
// caller's permission ends. Each event has the whole state, so a lost connection loses
// nothing.
func (v *visit) tell(ctx context.Context, w http.ResponseWriter, look func() (news, error), may func() bool) {
	s, err := beginStream(w)
	if err != nil {
		return
	}
	tick := time.NewTicker(v.period)
	defer tick.Stop()
	last := ""
	for n := 1; ; n++ {
		now, err := look()
		if err != nil {
			return // the browser reconnects and learns the reason
		}
		if now.change != "" {
			_ = s.event("state", now.change) // the browser may have gone
			return
		}
		if now.text != last {
			err = s.html(now.place, now.text)
		} else if n%liveHeard == 0 {
			err = s.event("alive", "") // without it, the page takes the connection for dead
		}
		last = now.text
		if err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-v.closing:
			return
		case <-tick.C:
		}
		if n%liveSession == 0 && !v.stillSignedIn(ctx) || !may() {
			return
		}
	}
}

// stillSignedIn reports whether the session is valid. A stream does not count as a use of
// the session: it ends by itself behind a page that is left open.
func (v *visit) stillSignedIn(ctx context.Context) bool {
	goes, err := v.Sessions.Active(ctx, tokenOf(v.r))
	if err != nil || !goes {
		return false
	}
	_, err = v.identify(ctx, v.session, tokenOf(v.r))
	return err == nil
}

// stream is an answer of server-sent events (HTML Standard).
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// beginStream begins a stream. It lifts the time limits of other answers.
func beginStream(w http.ResponseWriter) (*stream, error) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // for proxies that buffer answers
	s := &stream{w, http.NewResponseController(w)}
	if err := s.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	return s, nil
}

// html sends a fragment of a page, with its place in the file.
func (s *stream) html(place int64, fragment string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "id: %d\n", place)
	for line := range strings.Lines(fragment) {
		b.WriteString("data: " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return s.write(b.String() + "\n")
}

// event sends an event.
func (s *stream) event(name, what string) error {
	return s.write("event: " + name + "\ndata: " + what + "\n\n")
}

func (s *stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(livePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}

// fragment renders a part of a page.
func (v *visit) fragment(ctx context.Context, page, part string, data any) (string, error) {
	var b bytes.Buffer
	err := v.pages[page].ExecuteTemplate(&b, part, live{data, v})
	if err != nil {
		v.Log.ErrorContext(ctx, "live console page could not be rendered", "page", page, "error", err)
	}
	return b.String(), err
}

// live is the data of a part that is sent to a page repeatedly.
type live struct {
	Data  any
	Visit *visit
}
