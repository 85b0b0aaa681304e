package logforward

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
)

// logBook is a log that can be read while nothing writes to it.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// lines returns the lines with all of the words.
func (b *logBook) lines(words ...string) (found []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for line := range strings.Lines(b.text.String()) {
		has := true
		for _, w := range words {
			has = has && strings.Contains(line, w)
		}
		if has {
			found = append(found, line)
		}
	}
	return found
}

// start runs a forwarder until stop is called.
func start(t *testing.T, s Store, to Destination, node string) (book *logBook, stop func()) {
	t.Helper()
	book = &logBook{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		New(s, to, node, slog.New(slog.NewTextHandler(book, nil))).Run(ctx)
	}()
	return book, func() { cancel(); <-ended }
}

// elapse lets time pass until everything that is due has happened.
func elapse(d time.Duration) {
	time.Sleep(d) // in a bubble
	synctest.Wait()
}

func wantPlaces(t *testing.T, a *archive, pool string, want []int64) {
	t.Helper()
	if diff := cmp.Diff(want, a.got(pool)); diff != "" {
		t.Errorf("events of %s: %s", pool, diff)
	}
}

func TestForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{most: 7}
		a, b := s.add("a", 10, 20), s.add("b")
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(0)
		wantPlaces(t, to, "a", places(32))
		wantPlaces(t, to, "b", places(2))
		s.settle(a, 25_000)
		s.settle(b, 1)
		elapse(poll)
		wantPlaces(t, to, "a", places(25_032))
		wantPlaces(t, to, "b", places(3))
		s.end(a)
		s.settle(b, 1)
		s.end(b)
		elapse(poll)
		wantPlaces(t, to, "b", places(4))
		if !s.done() || len(book.lines("results forwarded", "job=import-a", "lines=25030", "rejectedEvents=0")) != 1 || len(book.lines("level=WARN"))+len(book.lines("level=ERROR")) > 0 {
			t.Errorf("at the end: %t\n%s", s.done(), book.lines())
		}
		before := to.tries()
		elapse(time.Hour)
		if to.tries() != before {
			t.Error("something is sent although there is nothing")
		}
	})
}

// TestKeptGroup: results go to the log group that the pool has, even if the pool has another
// name now.
func TestKeptGroup(t *testing.T) {
	for kept, want := range map[string]string{"": "/aws/cognito/userpools/a/people", "/aws/cognito/userpools/a/before": "/aws/cognito/userpools/a/before"} {
		synctest.Test(t, func(t *testing.T) {
			s, to := &memory{kept: kept}, &archive{}
			s.end(s.add("a", 10))
			_, stop := start(t, s, to, "n")
			elapse(0)
			stop()
			if groups := slices.Compact(to.groups); !slices.Equal(groups, []string{want}) {
				t.Errorf("the results went to %q, want %s", groups, want)
			}
		})
	}
}

// TestOutage: an unavailable destination is tried again and again. The log has a line now and
// then, not one for each try.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		s.end(s.add("a", 10))
		s.end(s.add("b", 10))
		to.set(func(string) error { return errors.New("no route to host") })
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(time.Hour)
		if tries := to.tries(); tries < 100 || tries > 250 {
			t.Errorf("%d tries in an hour", tries)
		}
		if told := book.lines("level=ERROR", "could not forward import results", "no route to host", "job=import-"); len(told) < 11 || len(told) > 13 || len(book.lines("level=")) != len(told) {
			t.Errorf("in an hour the log has been told: %s", book.lines("level="))
		}
		to.set(nil)
		elapse(asidePause + maxPause)
		wantPlaces(t, to, "a", places(12))
		wantPlaces(t, to, "b", places(12))
		if len(book.lines("level=INFO", "are forwarded again")) != 1 {
			t.Errorf("the end of the outage is told: %s", book.lines("level=INFO"))
		}
	})
}

// TestShortOutage: one failure and its end are logged.
func TestShortOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{most: 1}
		failures := 0
		to.set(func(string) error {
			if failures++; failures%2 == 0 {
				return errors.New("throttled")
			}
			return nil
		})
		s.end(s.add("a", 30))
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(2 * time.Minute)
		wantPlaces(t, to, "a", places(32))
		if len(book.lines("level=ERROR")) != 1 || len(book.lines("forwarded again")) != 1 {
			t.Errorf("31 failures are told: %s", book.lines("level="))
		}
	})
}

// TestRefused: a refused job does not keep others from being forwarded, and is tried again.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		for _, pool := range []string{"a", "b", "c"} {
			s.end(s.add(pool, 10))
		}
		to.set(func(stream string) error {
			if strings.HasPrefix(stream, "import-a/") {
				return &Refusal{Reason: "the credentials do not allow it", Err: errors.New("AccessDenied")}
			}
			return nil
		})
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(10 * time.Second)
		wantPlaces(t, to, "b", places(12))
		wantPlaces(t, to, "c", places(12))
		elapse(time.Hour)
		if tries := to.tries(); tries < 10 || tries > 16 {
			t.Errorf("%d tries in an hour", tries)
		}
		if told := len(book.lines("level=ERROR", "the credentials do not allow it: AccessDenied", "job=import-a")); told < 10 || told > 13 {
			t.Errorf("in an hour the log was told: %s", book.lines("level=ERROR"))
		}
		to.set(nil)
		elapse(refusedPause + poll)
		wantPlaces(t, to, "a", places(12))
	})
}

// TestFailing: a job that fails again and again for an unknown reason does not keep others
// from being forwarded, and is tried again.
func TestFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		for _, pool := range []string{"a", "b", "c"} {
			s.end(s.add(pool, 10))
		}
		to.set(func(stream string) error {
			if strings.HasPrefix(stream, "import-a/") {
				return errors.New("an internal error")
			}
			return nil
		})
		_, stop := start(t, s, to, "n")
		defer stop()
		elapse(time.Minute)
		wantPlaces(t, to, "b", places(12))
		wantPlaces(t, to, "c", places(12))
		if tries := to.tries(); tries < 6 {
			t.Errorf("%d tries in a minute", tries)
		}
		to.set(nil)
		elapse(asidePause + maxPause)
		wantPlaces(t, to, "a", places(12))
	})
}

// TestRejected: events that the destination rejects are logged and counted, and block
// nothing.
func TestRejected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{most: 2, rejects: func(e resultlog.Event) bool { return e.Place < 5 }}
		a := s.add("a", 10)
		s.end(a)
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(0)
		wantPlaces(t, to, "a", places(12)[5:])
		if len(book.lines("level=WARN", "rejected", "job=import-a", "events=5")) != 1 || len(book.lines("level=WARN")) != 1 {
			t.Errorf("told: %s", book.lines())
		}
		if p := s.jobs[a].progress; p != (Progress{Next: 12, Lines: 10, Rejected: 5}) {
			t.Errorf("noted: %+v", p)
		}
	})
}

// TestExpired: lines that were deleted before they were forwarded are logged.
func TestExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		a := s.add("a", 7, 10)
		s.expire(a)
		s.end(a)
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(0)
		if len(book.lines("level=WARN", "deleted before they were forwarded", "job=import-a", "lines=7")) != 1 || !s.done() {
			t.Errorf("told: %s", book.lines())
		}
		wantPlaces(t, to, "a", append(places(2), places(19)[9:]...))
	})
}

// TestShutdown: a forwarder that shuts down gives up its job, even if the destination does
// not answer.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		s.end(s.add("a", 10))
		book, stop := start(t, s, hanging{}, "n")
		elapse(10 * time.Second)
		stop()
		_, stop = start(t, s, to, "m")
		defer stop()
		elapse(0)
		wantPlaces(t, to, "a", places(12))
		if len(book.lines("level=")) > 0 {
			t.Errorf("told: %s", book.lines())
		}
	})
}

// hanging is a destination that does not answer.
type hanging struct{}

func (hanging) Put(ctx context.Context, _, _ string, _ []resultlog.Event) (taken, rejected int, err error) {
	<-ctx.Done()
	return 0, 0, ctx.Err()
}

// TestHanging: a call of a destination that does not answer is cancelled when the claim
// expires.
func TestHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory{}
		s.add("a", 10)
		book, stop := start(t, s, hanging{}, "n")
		defer stop()
		elapse(lease)
		if len(book.lines("level=ERROR", "could not forward import results", "deadline exceeded")) != 1 {
			t.Errorf("told: %s", book.lines())
		}
	})
}

// TestDeleted: if a job is deleted with its pool while it is forwarded, it is left alone and
// nothing is logged.
func TestDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory{}
		a := s.add("a", 10)
		to := &archive{most: 3, received: func(string, []resultlog.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.jobs, a)
		}}
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(time.Minute)
		wantPlaces(t, to, "a", places(3))
		if len(book.lines("level=")) > 0 {
			t.Errorf("told: %s", book.lines())
		}
	})
}

// TestUnreadable: a job with unreadable outcomes does not keep others from being forwarded.
func TestUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		for _, pool := range []string{"a", "b"} {
			s.end(s.add(pool, 10))
		}
		book, stop := start(t, damaged{s}, to, "n")
		defer stop()
		elapse(10 * time.Second)
		wantPlaces(t, to, "b", places(12))
		if len(book.lines("level=ERROR", "could not forward import results", "not the form of a segment", "job=import-a")) != 1 || len(book.lines("level=ERROR")) != 1 {
			t.Errorf("told: %s", book.lines())
		}
	})
}

// damaged is a store in which the outcomes of one job cannot be read.
type damaged struct{ *memory }

func (d damaged) Outcomes(ctx context.Context, k importjob.Key, after int64, limit int) ([]importjob.Segment, error) {
	if k == key("a") {
		return nil, errors.New("not the form of a segment")
	}
	return d.memory.Outcomes(ctx, k, after, limit)
}

// TestNoDatabase: if a store does not answer, that is logged once, and so is its recovery.
func TestNoDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{}
		s.end(s.add("a", 10))
		since := time.Now()
		book, stop := start(t, away{s, since.Add(4 * time.Minute)}, to, "n")
		defer stop()
		elapse(5 * time.Minute)
		wantPlaces(t, to, "a", places(12))
		if len(book.lines("level=ERROR", "could not look for import results", "no database")) != 1 || len(book.lines("can be found again")) != 1 {
			t.Errorf("told: %s", book.lines())
		}
	})
}

// away is a store that fails until a moment.
type away struct {
	*memory
	until time.Time
}

func (a away) ClaimForward(ctx context.Context, node string, now, until time.Time) (*Claim, error) {
	if now.Before(a.until) {
		return nil, errors.New("no database")
	}
	return a.memory.ClaimForward(ctx, node, now, until)
}

// TestTwo: two forwarders share the work. Nothing is sent twice as long as nothing fails.
func TestTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &archive{most: 9}
		var pools []string
		for i := range 20 {
			pools = append(pools, string(rune('a'+i)))
			s.end(s.add(pools[i], int64(i+1), 40))
		}
		first, stopFirst := start(t, s, to, "n")
		defer stopFirst()
		second, stopSecond := start(t, s, to, "m")
		defer stopSecond()
		elapse(poll)
		for i, pool := range pools {
			wantPlaces(t, to, pool, places(int64(i)+43))
		}
		if n := len(first.lines("results forwarded")) + len(second.lines("results forwarded")); n != len(pools) || !s.done() {
			t.Errorf("%d jobs were ended", n)
		}
	})
}
