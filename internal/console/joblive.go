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

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobEventsAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/events", show: showJobEvents}
}

// How often a live page is told of its job, how many of these times lie between two
// looks at the session, and after how many without news the connection is shown to
// be there.
const (
	livePeriod   = time.Second
	liveSession  = 5
	liveHeard    = 15
	livePatience = 10 * time.Second // that a browser has to take what it is told
	rateOf       = 10 * time.Second // the time of which a rate is
)

// watchKey is what pages show that are told the same.
type watchKey struct {
	pool, job string
	full      bool // with what the Poolhouse operation tells
}

// watches are the jobs that live pages of this server show. A job is looked at once
// for all of them whose people may see the same.
type watches struct {
	mu  sync.Mutex
	all map[watchKey]*watch
}

type watch struct {
	pages   int // that show it; under the mutex of watches
	mu      sync.Mutex
	now     *jobNow
	looked  time.Time
	samples []sample
}

// sample is how many rows had a verdict at a moment.
type sample struct {
	at   time.Time
	rows int64
}

// open returns the watch of a job, until leave is called.
func (w *watches) open(key watchKey) (one *watch, leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[watchKey]*watch{}
	}
	one = w.all[key]
	if one == nil {
		one = &watch{}
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

// look returns the job as it was less than a period ago, if another page has just
// looked, or looks itself.
func (w *watch) look(ctx context.Context, v *visit) (*jobNow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now != nil && time.Since(w.looked) < v.period*9/10 {
		return w.now, nil
	}
	now, err := v.jobNow(ctx)
	if err != nil {
		return nil, err
	}
	w.now, w.looked = now, time.Now()
	now.Rate = w.rate(now)
	return now, nil
}

// rate adds a sample, and returns the rows a second of the last seconds; 0 where
// they are too few.
func (w *watch) rate(now *jobNow) float64 {
	w.samples = append(w.samples, sample{now.At, now.Read()})
	for len(w.samples) > 2 && now.At.Sub(w.samples[0].at) > rateOf {
		w.samples = w.samples[1:]
	}
	since := w.samples[0]
	if lasted := now.At.Sub(since.at); lasted >= leastForRate {
		return float64(now.Read()-since.rows) / lasted.Seconds()
	}
	return 0
}

// showJobEvents tells a page of its job for as long as the job is active: by events
// of the server, each with the present numbers, so that nothing is lost with a
// connection. When the state is another than the page shows, the page is told to
// load itself again.
func showJobEvents(ctx context.Context, v *visit) (*page, error) {
	key := &cognitoapi.DescribeUserImportJobRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")}
	if err := must(ctx, v, cognitoapi.DescribeUserImportJob, key); err != nil {
		return nil, err
	}
	if _, err := v.jobNow(ctx); err != nil {
		return nil, err
	}
	return &page{stream: func(w http.ResponseWriter) { v.tellOfJob(ctx, w, key) }}, nil
}

// tellOfJob is the stream of a job's page.
func (v *visit) tellOfJob(ctx context.Context, w http.ResponseWriter, key *cognitoapi.DescribeUserImportJobRequest) {
	full := may(ctx, v, poolhouseapi.GetUserImportJobProgress, (*poolhouseapi.GetUserImportJobProgressRequest)(key))
	job, leave := v.watches.open(watchKey{key.UserPoolId, key.JobId, full})
	defer leave()
	s, err := beginStream(w)
	if err != nil {
		return
	}
	tick := time.NewTicker(v.period)
	defer tick.Stop()
	known, last := v.r.FormValue("state"), ""
	for n := 1; ; n++ {
		now, err := job.look(ctx, v)
		if err != nil {
			return // the browser comes again, and is told why
		}
		if string(now.Status) != known {
			_ = s.event("state", string(now.Status)) // the browser may have gone
			return
		}
		told, err := v.fragment("job-live", now)
		if err != nil {
			v.Log.ErrorContext(ctx, "the live numbers of an import job could not be rendered", "job", key.JobId, "error", err)
			return
		}
		if told != last {
			err = s.html(now.Read(), told)
		} else if n%liveHeard == 0 {
			err = s.write(":\n\n")
		}
		last = told
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
		if n%liveSession == 0 && !v.stillSignedIn(ctx) || !may(ctx, v, cognitoapi.DescribeUserImportJob, key) {
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
func (v *visit) fragment(part string, data any) (string, error) {
	var b bytes.Buffer
	err := v.pages["job"].ExecuteTemplate(&b, part, live{data, v})
	return b.String(), err
}

// live is what a part shows that is told to a page again and again.
type live struct {
	Data  any
	Visit *visit
}
