package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a store for tests.
type memory struct {
	mu     sync.Mutex
	groups [][]Event
	tries  int
	fail   error         // of every call
	hang   chan struct{} // calls wait until it is closed or the context ends; nil means no wait
}

func (m *memory) Append(ctx context.Context, events []Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tries++
	if m.hang != nil {
		select {
		case <-m.hang:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if m.fail != nil {
		return m.fail
	}
	m.groups = append(m.groups, slices.Clone(events))
	return nil
}

func (m *memory) stored() (all []Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, group := range m.groups {
		all = append(all, group...)
	}
	return all
}

func (m *memory) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// logged is the output of a logger.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// harness is a recorder with its store and its log.
type harness struct {
	*Recorder
	*memory
	*logged
	stop func() // ends Run and waits for it
}

func newHarness() *harness {
	h := &harness{memory: &memory{}, logged: &logged{}}
	h.Recorder = NewRecorder(h.memory, Chain{ID: "c"}, slog.New(slog.NewTextHandler(h.logged, nil)))
	return h
}

func (h *harness) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.Run(ctx) }()
	h.stop = func() { cancel(); <-done }
}

// record records n events from concurrent calls.
func (h *harness) record(t *testing.T, n int) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { h.Record(t.Context(), Event{Operation: "Do", RequestID: fmt.Sprint("r", i)}) })
	}
	all.Wait()
}

const notStored = "an audit event could not be stored"

func (h *harness) want(t *testing.T, stored, lost int) {
	t.Helper()
	ids := map[string]bool{}
	for _, e := range h.stored() {
		ids[e.ID] = true
	}
	if len(ids) != stored || h.count(notStored) != lost || h.count("msg=audit ") != stored+lost {
		t.Errorf("%d events are stored and %d lost, of %d lines; want %d and %d", len(ids), h.count(notStored), h.count("msg=audit "), stored, lost)
	}
}

// TestRecord: the log line is written at once, the table row a moment later, together with
// others.
func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		h.run(t)
		defer h.stop()
		e := Event{RequestID: "r", Region: "eu-west-1", Service: "cognito-idp", Operation: "CreateUserPool", Principal: "arn:aws:iam::1:user/ada", AccessKeyID: "AKIA1",
			Address: "192.0.2.1", UserAgent: "aws-cli/2", Resource: "*", Details: "job=import-1 size=7", Result: "LimitExceededException"}
		ctx, gone := context.WithCancel(t.Context())
		gone() // the client leaves, which changes nothing
		h.Record(ctx, e)
		if line := `requestId=r region=eu-west-1 service=cognito-idp operation=CreateUserPool principal=arn:aws:iam::1:user/ada accessKeyId=AKIA1 address=192.0.2.1 userAgent=aws-cli/2 resource=* details="job=import-1 size=7" result=LimitExceededException chain=c chainNo=1 hash=`; h.count(line) != 1 || h.count("level=INFO msg=audit eventId=") != 1 {
			t.Errorf("logged %s", h.text.String())
		}
		h.Record(t.Context(), e)
		if got := h.stored(); got != nil {
			t.Errorf("stored at once, alone: %+v", got)
		}
		time.Sleep(gathering)
		synctest.Wait()
		got := h.stored()
		if len(got) != 2 || len(h.groups) != 1 || got[0].ID >= got[1].ID {
			t.Fatalf("stored %+v", h.groups)
		}
		e.ID, e.At = got[0].ID, time.Now().Add(-gathering).UTC().Truncate(time.Millisecond)
		e.Chain, e.ChainNo = "c", 1
		e.Hash = e.ComputeHash("")
		if second := got[1]; second.ChainNo != 2 || second.Hash != second.ComputeHash(e.Hash) {
			t.Errorf("the second event does not follow the first: %+v", second)
		}
		if got[0] != e {
			t.Errorf("stored %+v, want %+v", got[0], e)
		}
	})
}

func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		h.record(t, 2*maxGroup+1)
		h.run(t)
		synctest.Wait() // full groups do not wait for more events
		if len(h.groups) != 2 || len(h.groups[0]) != maxGroup || len(h.groups[1]) != maxGroup {
			t.Errorf("%d groups", len(h.groups))
		}
		h.stop()
		h.want(t, 2*maxGroup+1, 0)
	})
}

// TestFailingStore: a failed write is tried again, with growing pauses, until it succeeds.
func TestFailingStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		h.setFail(errors.New("disk full"))
		h.run(t)
		h.record(t, 3)
		time.Sleep(time.Minute)
		synctest.Wait()
		if h.tries < 8 || h.tries > 15 || h.count("disk full") != h.tries {
			t.Errorf("%d tries in a minute, %d of them logged", h.tries, h.count("disk full"))
		}
		h.setFail(nil)
		time.Sleep(longestPause)
		synctest.Wait()
		h.want(t, 3, 0)
		h.stop()
	})
}

// TestFullBacklog: calls wait for room, for a bounded time.
func TestFullBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		h.record(t, maxBacklog)
		begun := time.Now()
		h.record(t, 2)
		if waited := time.Since(begun); waited != patience {
			t.Errorf("a call without hope waits %v", waited)
		}
		var all sync.WaitGroup
		all.Go(func() { h.record(t, 2) })
		time.Sleep(patience / 2)
		h.run(t)
		all.Wait()
		h.stop()
		h.want(t, maxBacklog+2, 2)
	})
}

// TestStop: events from before the stop are stored, even if a transaction is interrupted. Later
// events are lost and logged as lost.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		h.hang = make(chan struct{})
		h.run(t)
		h.record(t, 3)
		time.Sleep(2 * gathering)
		h.record(t, maxGroup)
		synctest.Wait()
		go func() { time.Sleep(flushTimeout / 2); close(h.hang) }()
		h.stop()
		h.want(t, 3+maxGroup, 0)
		h.record(t, 2)
		h.want(t, 3+maxGroup, 2)
	})
}

// TestStopWithoutStore: a store that does not answer cannot prevent the server from stopping.
func TestStopWithoutStore(t *testing.T) {
	for name, spoil := range map[string]func(h *harness){
		"hangs": func(h *harness) { h.hang = make(chan struct{}) },
		"fails": func(h *harness) { h.setFail(errors.New("gone")) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHarness()
				spoil(h)
				h.run(t)
				h.record(t, maxGroup+3)
				time.Sleep(gathering)
				begun := time.Now()
				h.stop()
				if took := time.Since(begun); took != flushTimeout {
					t.Errorf("stopping takes %v", took)
				}
				h.want(t, 0, maxGroup+3)
			})
		})
	}
}

// TestRecordWhileStopping: every event is either stored or logged as lost, in every order of
// events.
func TestRecordWhileStopping(t *testing.T) {
	for range 200 {
		h := newHarness()
		h.run(t)
		var all sync.WaitGroup
		all.Go(func() { h.record(t, 50) })
		all.Go(h.stop)
		all.Wait()
		stored := len(h.stored())
		h.want(t, stored, 50-stored)
	}
}

func TestBounded(t *testing.T) {
	cases := []struct{ in, want string }{
		{"aws-cli/2.0 (é)", "aws-cli/2.0 (é)"},
		{"a\x00b\nc\x7f\xff", "a\uFFFDb\uFFFDc\uFFFD\uFFFD"},
		{strings.Repeat("x", maxUserAgent-1) + "é", strings.Repeat("x", maxUserAgent-1)},
		{strings.Repeat("\xff", 1000), strings.Repeat("\uFFFD", maxUserAgent/3)},
	}
	for _, c := range cases {
		if got := (Event{UserAgent: c.in}).bounded().UserAgent; got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
	long := strings.Repeat("x", 5000)
	if got := (Event{Resource: long, Principal: long}).bounded(); len(got.Resource) != maxText || len(got.Principal) != maxText {
		t.Error("an ARN is as long as a client likes")
	}
}
