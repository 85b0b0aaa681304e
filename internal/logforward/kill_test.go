package logforward

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// mortal is the store and the destination of a node that is killed at one of its calls,
// before or after the call takes effect. Later calls have no effect.
type mortal struct {
	*memory
	to    *archive
	at    int // the number of the call, from 1 on
	after bool
	calls int
	kill  func()
}

var errKilled = errors.New("killed")

func act[T any](m *mortal, do func() (T, error)) (T, error) {
	var none T
	m.calls++
	if m.calls > m.at || m.calls == m.at && !m.after {
		m.kill()
		return none, errKilled
	}
	out, err := do()
	if m.calls == m.at {
		m.kill()
		return none, errKilled
	}
	return out, err
}

func (m *mortal) Job(ctx context.Context, k importjob.Key) (*importjob.Job, error) {
	return act(m, func() (*importjob.Job, error) { return m.memory.Job(ctx, k) })
}

func (m *mortal) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return act(m, func() (*userpool.UserPool, error) { return m.memory.Pool(ctx, id) })
}

func (m *mortal) Outcomes(ctx context.Context, k importjob.Key, after int64, limit int) ([]importjob.Segment, error) {
	return act(m, func() ([]importjob.Segment, error) { return m.memory.Outcomes(ctx, k, after, limit) })
}

func (m *mortal) ClaimForward(ctx context.Context, node string, now, until time.Time) (*Claim, error) {
	return act(m, func() (*Claim, error) { return m.memory.ClaimForward(ctx, node, now, until) })
}

func (m *mortal) NoteForward(ctx context.Context, c Claim, until time.Time) error {
	_, err := act(m, func() (any, error) { return nil, m.memory.NoteForward(ctx, c, until) })
	return err
}

func (m *mortal) EndForward(ctx context.Context, c Claim) error {
	_, err := act(m, func() (any, error) { return nil, m.memory.EndForward(ctx, c) })
	return err
}

func (m *mortal) Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error) {
	taken, err = act(m, func() (taken int, err error) {
		taken, rejected, err = m.to.Put(ctx, group, stream, events)
		return taken, err
	})
	return taken, rejected, err
}

// TestKills kills a node at each of its calls in turn. Another node goes on. Nothing is
// missing or out of order, and only the events that were sent last come twice.
func TestKills(t *testing.T) {
	for _, after := range []bool{false, true} {
		calls := 1
		for at := 1; at <= calls; at++ {
			t.Run(fmt.Sprintf("at %d after %t", at, after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { calls = max(calls, killAt(t, at, after)) })
			})
		}
		if calls < 30 {
			t.Errorf("only %d calls were seen", calls)
		}
	}
}

// killAt returns how many calls the node made.
func killAt(t *testing.T, at int, after bool) (calls int) {
	const most = 5
	s, to := &memory{}, &archive{most: most}
	a, b := s.add("a", 4, 9), s.add("b", 6)
	m := &mortal{memory: s, to: to, at: at, after: after}
	ended := make(chan struct{})
	ctx, kill := context.WithCancel(t.Context())
	m.kill = kill
	go func() { defer close(ended); New(m, m, "killed", slog.New(slog.DiscardHandler)).Run(ctx) }()
	elapse(poll / 2)
	s.settle(a, 11) // not seen by the first look
	s.end(a)
	elapse(poll)
	calls = m.calls + 1
	if ctx.Err() == nil {
		kill() // the call was not reached
	}
	<-ended

	_, stop := start(t, s, to, "heir")
	defer stop()
	s.end(b)
	elapse(lease + poll)
	if !s.done() {
		t.Error("not all was forwarded")
	}
	wantReplay(t, to.got("a"), 26, most)
	wantReplay(t, to.got("b"), 8, most)
	return min(calls, 200)
}

// wantReplay checks that all places before end came in order. At one point, up to most of
// them may be repeated.
func wantReplay(t *testing.T, got []int64, end, most int64) {
	t.Helper()
	next, replays := int64(0), 0
	for _, place := range got {
		if place < next {
			if replays++; next-place > most {
				t.Fatalf("%d comes again after %d: %v", place, next-1, got)
			}
			next = place
		}
		if place != next {
			t.Fatalf("%d comes in place of %d: %v", place, next, got)
		}
		next++
	}
	if next != end || replays > 1 {
		t.Errorf("it ends before %d, want %d, and goes back %d times: %v", next, end, replays, got)
	}
}
