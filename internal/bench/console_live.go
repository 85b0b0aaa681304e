package bench

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// liveBench measures imports that pages watch.
type liveBench struct {
	importer
	users file
	// Times of imports without viewers and with them.
	alone, watched watchedTimes
	events         atomic.Int64 // events that the pages received
}

// watchedTimes has the times of the middle of imports and of whole imports.
type watchedTimes struct {
	middle, whole series
	late          int // runs with too few rows for all pages to be open in time
}

// The part of an import's rows that is timed. It begins when all pages are open, and ends
// before the work after the last row.
const (
	middleFrom = 0.3
	middleTo   = 0.9
)

// moment is the progress of a job at a time.
type moment struct {
	at   time.Time
	rows int
}

// live measures imports with and without viewers, alternately.
func (c *consoleBench) live(ctx context.Context) error {
	l := &liveBench{importer: c.importer, users: file{rows: c.Lines}}
	if err := l.users.write(l.directory()); err != nil {
		return err
	}
	var err error
	for range c.Runs {
		for _, each := range []struct {
			times   *watchedTimes
			viewers int
		}{{&l.alone, 0}, {&l.watched, c.Viewers}} {
			if err == nil {
				err = l.once(ctx, each.times, each.viewers)
			}
		}
	}
	l.tell()
	return err
}

// once imports a file on a new site.
func (l *liveBench) once(ctx context.Context, to *watchedTimes, viewers int) error {
	s, err := l.site(ctx)
	if err != nil {
		return err
	}
	err = withServer(ctx, l.self, s.serve(), func(n *node) error {
		pool, err := n.newPool(ctx)
		if err != nil {
			return err
		}
		j, err := n.newJob(ctx, pool, l.users)
		if err != nil {
			return err
		}
		l.flush(ctx)
		return l.measure(ctx, j, to, viewers)
	})
	return join(err, s.remove(context.WithoutCancel(ctx)))
}

// measure runs a job while its page is open.
func (l *liveBench) measure(ctx context.Context, j job, to *watchedTimes, viewers int) error {
	b, err := j.node.signIn(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := time.Now()
	if err := j.start(ctx); err != nil {
		return err
	}
	w := &audience{bench: l, node: j.node, browser: b, path: "/console/pools/" + j.pool + "/import-jobs/" + j.id}
	for range viewers {
		w.all.Go(func() { w.watch(ctx, cancel) })
	}
	var passed []moment
	end, err := j.await(ctx, pollEvery, func(s jobState) bool {
		passed = append(passed, moment{time.Now(), s.ImportedUsers + s.SkippedUsers + s.FailedUsers})
		return false
	})
	took := time.Since(begun)
	if err != nil {
		cancel() // no page may wait for a job that goes on
	}
	w.all.Wait()
	if err = join(errors.Join(w.problems...), err); err != nil {
		return err
	}
	if err := j.check(end, false); err != nil {
		return err
	}
	to.whole.samples = append(to.whole.samples, sample{took: took, rows: l.users.rows})
	middle, ok := middleOf(passed, l.users.rows)
	if !ok || int(w.live.Load()) < viewers || viewers > 0 && w.lastCame.After(middle.at) {
		to.late++
	} else {
		to.middle.samples = append(to.middle.samples, middle.sample)
	}
	l.progress("%s: %d rows, %d pages open: %s", l.name(), l.users.rows, viewers, took.Round(time.Millisecond))
	return nil
}

// part is a sample of a part of an import, with its beginning.
type part struct {
	sample
	at time.Time
}

// middleOf returns the middle of an import.
func middleOf(passed []moment, rows int) (p part, ok bool) {
	var from *moment
	for i, m := range passed {
		switch {
		case from == nil && float64(m.rows) >= middleFrom*float64(rows):
			from = &passed[i]
		case from != nil && m.rows > from.rows && float64(m.rows) >= middleTo*float64(rows):
			return part{sample{took: m.at.Sub(from.at), rows: m.rows - from.rows}, from.at}, true
		}
	}
	return p, false
}

// audience is the pages that show one job.
type audience struct {
	bench   *liveBench
	node    *node
	browser browser
	path    string
	all     sync.WaitGroup
	live    atomic.Int64 // pages that have received an event

	mu       sync.Mutex
	lastCame time.Time // when the last of them received its first event
	problems []error
}

// came counts one more live page.
func (a *audience) came() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live.Add(1)
	a.lastCame = time.Now()
}

// watch is a page that is open until the job has ended. An error ends the measurement.
func (a *audience) watch(ctx context.Context, cancel func()) {
	if err := a.page(ctx); err != nil && ctx.Err() == nil {
		a.mu.Lock()
		a.problems = append(a.problems, err)
		a.mu.Unlock()
		cancel()
	}
}

// eventsAt finds the URL of a page's events.
var eventsAt = regexp.MustCompile(`hx-sse:connect="([^"]+)"`)

// page does what a browser does. It loads the page, receives its events, and loads the page
// again when told to, until there are no more events.
func (a *audience) page(ctx context.Context) error {
	var first sync.Once
	for {
		shown, err := a.load(ctx)
		if err != nil {
			return err
		}
		at := eventsAt.FindStringSubmatch(shown)
		if at == nil {
			return nil
		}
		if err := a.follow(ctx, html.UnescapeString(at[1]), func() { first.Do(a.came) }); err != nil {
			return err
		}
	}
}

// load loads the page, compressed as for browsers.
func (a *audience) load(ctx context.Context) (string, error) {
	response, done, err := a.get(ctx, a.path, acceptsGzip)
	if err != nil {
		return "", err
	}
	defer done()
	plain, err := gzip.NewReader(response.Body)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(plain)
	return string(text), err
}

// follow receives events until the server ends them, and calls live for each.
func (a *audience) follow(ctx context.Context, path string, live func()) error {
	response, done, err := a.get(ctx, path, "")
	if err != nil {
		return err
	}
	defer done()
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		return fmt.Errorf("%s answers %s; want events", path, kind)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 { // the end of an event
			a.bench.events.Add(1)
			live()
		}
	}
	return lines.Err()
}

// get sends a request over a new connection.
func (a *audience) get(ctx context.Context, path, accepts string) (response *http.Response, done func(), err error) {
	line, err := a.node.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, line.close)
	done = func() { stop(); line.close() }
	if _, err = line.conn.Write(a.browser.get(path, accepts)); err == nil {
		response, err = http.ReadResponse(line.in, nil)
	}
	if err == nil && response.StatusCode != http.StatusOK {
		err = refusal{path, response.StatusCode, ""}
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return response, done, nil
}

func (l *liveBench) tell() {
	t := table{title: fmt.Sprintf("Imports of %d rows that people watch, %s", l.users.rows, l.name()), head: []string{"", "runs", "rows/s", "time a row / unwatched", "target"}}
	row := func(name string, of, beside *series, target string) {
		if len(of.samples) == 0 || len(beside.samples) == 0 {
			t.rows = append(t.rows, []string{name, "0", "", "too few rows: all pages must be open in time", target})
			return
		}
		each := of.median().perRow()
		t.rows = append(t.rows, []string{name, fmt.Sprint(len(of.samples)), fmt.Sprintf("%.0f", 1/each), fmt.Sprintf("%.2f", each/beside.median().perRow()), target})
	}
	row("the middle of an import, unwatched", &l.alone.middle, &l.alone.middle, "")
	row(fmt.Sprintf("the middle, %d live pages of the job", l.Viewers), &l.watched.middle, &l.alone.middle, "≤ 1.05")
	row("whole imports, unwatched", &l.alone.whole, &l.alone.whole, "")
	row(fmt.Sprintf("whole, with opening %d pages", l.Viewers), &l.watched.whole, &l.alone.whole, "")
	l.report.add(t)
	l.report.paragraph("The pages were told %d events.", l.events.Load())
}
