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

// How often a live page is told what is new, how many of these times lie between two
// looks at the session, and after how many without news the connection is shown to
// be there.
const (
	livePeriod   = time.Second
	liveSession  = 5
	liveHeard    = 15
	livePatience = 10 * time.Second // that a browser has to take what it is told
)

// watchKey is what pages show that are told the same.
type watchKey struct {
	pool, job string
	full      bool // with what the Poolhouse operation tells
	log       bool // with links into the log
}

// watches are what live pages of this server show. It is looked at once for all of
// them whose people may see the same.
type watches[T any] struct {
	mu  sync.Mutex
	all map[watchKey]*watch[T]
}

// watch is one thing that live pages show, as it was at the last look. Who has the
// turn may read and change it.
type watch[T any] struct {
	pages  int // that show it; under the mutex of watches
	turn   chan struct{}
	now    T
	looked time.Time         // when the last look began, zero before the first
	told   map[string]string // what was rendered of now
}

// open returns the watch of a thing, until leave is called.
func (w *watches[T]) open(key watchKey) (one *watch[T], leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[watchKey]*watch[T]{}
	}
	one = w.all[key]
	if one == nil {
		one = &watch[T]{turn: make(chan struct{}, 1)}
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

// glance is what a page wants to know.
type glance[T any] struct {
	period time.Duration
	opened time.Time                                              // when the page asked first
	shown  func(T) bool                                           // reports whether the page shows it as it is there
	look   func(ctx context.Context, before T) (now T, err error) // looks itself; before is the last look's
	form   string                                                 // names how render writes it
	render func(T) (string, error)
}

// see returns a thing as it was less than a period ago, if another page has just
// looked, or looks itself. It does so too if what is kept differs from what the page
// shows, unless that look began later than the page was made: then the page is the
// older one. The text is rendered once for all pages of the same form.
func (w *watch[T]) see(ctx context.Context, g glance[T]) (now T, text string, err error) {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return now, "", ctx.Err()
	}
	if w.looked.IsZero() || time.Since(w.looked) >= g.period*9/10 || !g.shown(w.now) && !w.looked.After(g.opened) {
		began := time.Now()
		if now, err = g.look(ctx, w.now); err != nil {
			return now, "", err
		}
		w.now, w.looked, w.told = now, began, map[string]string{}
	}
	text, made := w.told[g.form]
	if !made {
		if text, err = g.render(w.now); err != nil {
			return now, "", err
		}
		w.told[g.form] = text
	}
	return w.now, text, nil
}

// news is what a page is told.
type news struct {
	place  int64  // of the file
	text   string // a fragment of the page
	change string // why the page must load itself again, "" if it must not
}

// tell tells a page what is new until there is a change, and for as long as who
// looks may: by events of the server, each with all that there is to tell, so that
// nothing is lost with a connection.
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
			return // the browser comes again, and is told why
		}
		if now.change != "" {
			_ = s.event("state", now.change) // the browser may have gone
			return
		}
		if now.text != last {
			err = s.html(now.place, now.text)
		} else if n%liveHeard == 0 {
			err = s.write(":\n\n")
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

// stillSignedIn reports whether the session goes on. To be told of a job is no use
// of it: it ends by itself behind a page that is left open.
func (v *visit) stillSignedIn(ctx context.Context) bool {
	goes, err := v.Sessions.GoesOn(ctx, tokenOf(v.r))
	if err != nil || !goes {
		return false
	}
	_, err = v.identify(ctx, v.session, tokenOf(v.r))
	return err == nil
}

// stream is an answer of events of the server (HTML Standard, server-sent events).
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// beginStream begins an answer that goes on after the times that others must keep
// to.
func beginStream(w http.ResponseWriter) (*stream, error) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // of proxies that gather answers
	s := &stream{w, http.NewResponseController(w)}
	if err := s.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	return s, nil
}

// html tells a fragment of a page, by what place of the file it is of.
func (s *stream) html(place int64, fragment string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "id: %d\n", place)
	for line := range strings.Lines(fragment) {
		b.WriteString("data: " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return s.write(b.String() + "\n")
}

// event tells that something happened.
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
		v.Log.ErrorContext(ctx, "what a live page is told could not be rendered", "page", page, "error", err)
	}
	return b.String(), err
}

// live is what a part shows that is told to a page again and again.
type live struct {
	Data  any
	Visit *visit
}
