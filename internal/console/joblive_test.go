package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/importjob"
)

// heard receives the events of a stream.
type heard struct {
	t      testing.TB
	status int
	events chan string // closed at the end of the stream
}

// listen opens a stream as a browser does.
func (b *browser) listen(c *Console, path string) (h *heard, leave func()) {
	b.f.t.Helper()
	server := httptest.NewServer(c)
	ctx, cancel := context.WithCancel(b.f.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
	check(b.f.t, err)
	r.Header.Set("Accept", "text/html, text/event-stream")
	r.Header.Set("HX-Request", "true")
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	a, err := http.DefaultClient.Do(r)
	check(b.f.t, err)
	h = &heard{b.f.t, a.StatusCode, make(chan string, 1000)}
	go func() {
		defer close(h.events)
		lines := bufio.NewScanner(a.Body)
		var event strings.Builder
		for lines.Scan() {
			if lines.Text() != "" {
				event.WriteString(lines.Text() + "\n")
				continue
			}
			h.events <- event.String()
			event.Reset()
		}
	}()
	return h, func() { cancel(); a.Body.Close(); server.Close() }
}

// until waits for an event that has all the texts.
func (h *heard) until(texts ...string) {
	h.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case event, ok := <-h.events:
			if !ok {
				h.t.Fatalf("the events end before one has %q", texts)
			}
			has := true
			for _, text := range texts {
				has = has && strings.Contains(event, text)
			}
			if has {
				return
			}
		case <-late:
			h.t.Fatalf("no event has %q", texts)
		}
	}
}

// ends waits for the end of the stream.
func (h *heard) ends() {
	h.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case _, ok := <-h.events:
			if !ok {
				return
			}
		case <-late:
			h.t.Fatal("the events do not end")
		}
	}
}

// TestLive: a page receives progress, also from another server, and an end of the job that
// happened while it was not connected.
func TestLive(t *testing.T) {
	f := newFixture(t)
	f.console.period = 10 * time.Millisecond
	pool := f.pool("people")
	id := f.job(pool, "members", running(1000, importjob.Counts{Imported: 100}))
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/events"
	h, leave := b.listen(f.console, at+"?state=InProgress")
	h.until("id: 100\n", "<b>100</b> of 1,000 rows, 10%", `data-title="10% – "`)
	f.change(pool, id, func(j *importjob.Job) { j.Counts.Failed = 400 })
	h.until("id: 500\n", "50%", "Half of the rows are read.")
	h.until("event: alive\n") // there is no news for a while
	leave()                   // the connection breaks
	f.change(pool, id, func(j *importjob.Job) { j.Counts.Skipped = 100 })

	again, err := New(f.console.Options) // another server on the same database
	check(t, err)
	again.period = f.console.period
	h, leave = b.listen(again, at+"?state=InProgress")
	defer leave()
	h.until("id: 600\n", "60%")
	f.change(pool, id, func(j *importjob.Job) { j.State, j.Completed = importjob.Succeeded, f.now })
	h.until("event: state\ndata: Succeeded\n")
	h.ends()
	late, leave := b.listen(again, at+"?state=InProgress") // the end was missed
	defer leave()
	late.until("event: state\ndata: Succeeded\n")
	late.ends()
	if n := len(again.liveJobs.all) + len(f.console.liveJobs.all); n > 0 {
		t.Errorf("%d jobs are watched for no page", n)
	}
}

// TestJobsLive: the list of jobs receives counts, states and a start, for the jobs of its
// search. It reloads when a job is added.
func TestJobsLive(t *testing.T) {
	f := newFixture(t)
	f.console.period = 10 * time.Millisecond
	pool := f.pool("people")
	id := f.job(pool, "members", running(1000, importjob.Counts{Imported: 100}))
	other := f.job(pool, "others", func(j *importjob.Job) { j.Upload = importjob.Upload{Name: "x", Size: 9} })
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs"
	path := regexp.MustCompile(`data-hx-sse:connect="([^"]+)"`).FindStringSubmatch(b.get(at + "?q=memb").Body.String())
	if path == nil {
		t.Fatal("the page is not live")
	}
	some, leaveSome := b.listen(f.console, strings.ReplaceAll(path[1], "&amp;", "&"))
	defer leaveSome()
	all, leave := b.listen(f.console, at+"/events?jobs=2")
	all.until("100 of 1,000", "In progress", "members", "others", "Created, ready to start", "Jobs 1–2 of 2")
	f.change(pool, id, func(j *importjob.Job) { j.Counts.Failed = 400 })
	all.until("500 of 1,000", `data-label="Failed"><div>400</div>`)
	f.change(pool, id, func(j *importjob.Job) { j.State, j.Counts.Imported = importjob.Succeeded, 600 })
	f.change(pool, other, running(70, importjob.Counts{}))
	all.until("Succeeded, 400 failed", "0 of 70")
	some.until("Succeeded, 400 failed", "Jobs 1–1 of 1")
	f.job(pool, "more", nil)
	all.until("event: state\ndata: 3\n")
	all.ends()
	leave()
	key, secret := f.user("lister", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:ListUserImportJobs","Resource":"*"}}`)
	h, leave := f.signed(key, secret).listen(f.console, at+"/events?jobs=3")
	h.until("members", "<b><bdi>more</bdi></b></span>") // without a link to a page that the caller may not see
	leave()
	key, secret = f.user("other", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:ListUserPools","Resource":"*"}}`)
	h, leave = f.signed(key, secret).listen(f.console, at+"/events?jobs=3")
	defer leave()
	if h.status != http.StatusForbidden {
		t.Errorf("who may not list the jobs gets %d", h.status)
	}
}

// TestLiveIsOneLook: pages of one job share one look.
func TestLiveIsOneLook(t *testing.T) {
	f := newFixture(t)
	f.console.period = time.Hour
	pool := f.pool("people")
	id := f.job(pool, "members", running(1000, importjob.Counts{Imported: 100}))
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/events?state=InProgress"
	first, leave := b.listen(f.console, at)
	defer leave()
	first.until("10%")
	f.change(pool, id, func(j *importjob.Job) { j.Counts.Imported = 900 })
	second, leave := b.listen(f.console, at)
	defer leave()
	second.until("<b>100</b> of 1,000") // the state that the first page received
}

// TestLiveIsNotOlder: a page that shows a later state than the shared look receives a new
// look.
func TestLiveIsNotOlder(t *testing.T) {
	f := newFixture(t)
	f.console.period = time.Hour
	pool := f.pool("people")
	id := f.job(pool, "members", running(1000, importjob.Counts{Imported: 100}))
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/events?state="
	first, leave := b.listen(f.console, at+"InProgress")
	defer leave()
	first.until("10%")
	f.change(pool, id, func(j *importjob.Job) { j.State, j.Counts.Imported = importjob.Stopping, 200 })
	second, leave := b.listen(f.console, at+"Stopping")
	defer leave()
	second.until("20%")
	third, leave := b.listen(f.console, at+"InProgress") // the older state
	defer leave()
	third.until("event: state\ndata: Stopping\n")
}

// TestWatch: a page that disconnects stops waiting for a look. One look and one rendering
// serve all pages.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all watches[int]
		w, leave := all.open(watchKey{})
		defer leave()
		looks, renders, begun, finish := 0, 0, make(chan struct{}, 1), make(chan struct{})
		g := glance[int]{period: time.Second, opened: time.Now(), form: "UTC",
			shown:  func(n int) bool { return n == 1 },
			look:   func(context.Context, int) (int, error) { looks++; begun <- struct{}{}; <-finish; return 1, nil },
			render: func(n int) (string, error) { renders++; return fmt.Sprint("is ", n), nil },
		}
		see := func(ctx context.Context) (string, error) { _, text, err := w.see(ctx, g); return text, err }
		go func() { _, _ = see(t.Context()) }()
		<-begun
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := see(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("who is gone waits, and gets %v", err)
		}
		close(finish)
		synctest.Wait()
		for range 3 {
			if text, err := see(t.Context()); text != "is 1" || err != nil {
				t.Errorf("told is %q, %v", text, err)
			}
		}
		if looks != 1 || renders != 1 {
			t.Errorf("%d looks, rendered %d times", looks, renders)
		}
		g.form = "Europe/Berlin"
		time.Sleep(500 * time.Millisecond)
		_, _ = see(t.Context())
		time.Sleep(500 * time.Millisecond)
		_, _ = see(t.Context())
		if looks != 2 || renders != 3 {
			t.Errorf("a period later: %d looks, rendered %d times", looks, renders)
		}
	})
}

// TestLiveIsNoUse: the session behind a live page expires, even if the page reconnects
// again and again.
func TestLiveIsNoUse(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	at := "/console/pools/" + pool + "/import-jobs/" + f.job(pool, "members", running(1000, importjob.Counts{Imported: 100})) + "/events?state=InProgress"
	b := f.root()
	for range 5 {
		f.passes(11 * time.Minute)
		h, leave := b.listen(f.console, at)
		h.until("10%")
		leave()
	}
	f.passes(11 * time.Minute)
	if h, leave := b.listen(f.console, at); h.status != http.StatusUnauthorized {
		t.Errorf("after 66 minutes comes %d", h.status)
	} else {
		leave()
	}
}

// TestLiveEnds: streams end with the session, the key, the permission and the server. The
// next request tells the reason.
func TestLiveEnds(t *testing.T) {
	f := newFixture(t)
	f.console.period = 10 * time.Millisecond
	pool := f.pool("people")
	id := f.job(pool, "members", running(1000, importjob.Counts{Imported: 100}))
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/events?state=InProgress"
	for name, end := range map[string]func(b *browser, user, key string){
		"sign-out": func(b *browser, _, _ string) { b.post("/console/sign-out") },
		"key":      func(_ *browser, user, key string) { check(t, f.store.IAM().DeleteAccessKey(t.Context(), user, key)) },
		"idle":     func(*browser, string, string) { f.passes(2 * time.Hour) },
	} {
		user := "user-" + name
		key, secret := f.user(user, everything)
		b := f.signed(key, secret)
		keep := b.cookies[cookieSession]
		h, leave := b.listen(f.console, at)
		h.until("10%")
		end(b, user, key)
		h.ends()
		leave()
		b.cookies[cookieSession] = keep
		h, leave = b.listen(f.console, at)
		if h.status != http.StatusUnauthorized {
			t.Errorf("after %s comes %d", name, h.status)
		}
		leave()
	}
	h, leave := f.root().listen(f.console, at)
	defer leave()
	h.until("10%")
	f.console.Close()
	f.console.Close()
	h.ends()
}

// TestRate: the rate is that of the last seconds. Too few samples give no rate.
func TestRate(t *testing.T) {
	begin := time.Now()
	var before *jobNow
	var got []int64
	rows := int64(0)
	for i := range 25 {
		now := &jobNow{UserImportJobType: &cognitoapi.UserImportJobType{ImportedUsers: new(rows)}, At: begin.Add(time.Duration(i) * time.Second)}
		now.measure(before)
		before = now
		got = append(got, int64(now.Rate))
		rows += 100
		if i >= 10 {
			rows -= 90
		}
	}
	if got[1] != 0 || got[2] != 100 || got[10] != 100 || got[24] != 10 {
		t.Errorf("the rates are %v", got)
	}
}
