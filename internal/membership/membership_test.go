package membership

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a store for tests.
type memory struct {
	mu    sync.Mutex
	nodes map[string]Member
	fail  error // error of the next calls
	hang  bool  // the next calls hang until their context ends
}

func newMemory() *memory { return &memory{nodes: map[string]Member{}} }

func (s *memory) Join(ctx context.Context, m Member, Recent, long time.Time) (others []Member, err error) {
	if err := s.answer(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.nodes, func(_ string, other Member) bool { return other.Seen.Before(long) })
	s.nodes[m.Node] = m
	for _, name := range slices.Sorted(maps.Keys(s.nodes)) {
		if other := s.nodes[name]; name != m.Node && !other.Seen.Before(Recent) {
			others = append(others, other)
		}
	}
	return others, nil
}

func (s *memory) Leave(ctx context.Context, node string) error {
	if err := s.answer(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.nodes, node)
	return nil
}

func (s *memory) answer(ctx context.Context) error {
	s.mu.Lock()
	fail, hang := s.fail, s.hang
	s.mu.Unlock()
	if hang {
		<-ctx.Done()
	}
	return errors.Join(fail, ctx.Err())
}

func (s *memory) set(fail error, hang bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail, s.hang = fail, hang
}

// seen returns the time since the node was last seen; listed is false if it is not in the list.
func (s *memory) seen(node string) (ago time.Duration, listed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, listed := s.nodes[node]
	return time.Since(m.Seen), listed
}

func server(node, region, bucket string) Member {
	return Member{Node: node, Settings: []Setting{
		{Name: "--region", Value: region, Advice: "Give all the same region."}, {Name: "--bucket", Value: bucket, Advice: "Give all the same bucket."},
	}}
}

func TestAgreement(t *testing.T) {
	s := newMemory()
	for _, node := range []string{"a", "b", "c"} {
		if err := Join(t.Context(), s, server(node, "eu-1", "x")); err != nil {
			t.Errorf("%s: %v", node, err)
		}
	}
	// A setting that only one of two versions has need not agree.
	more := server("d", "eu-1", "x")
	more.Settings = append(more.Settings, Setting{Name: "--new", Value: "1"})
	if err := Join(t.Context(), s, more); err != nil {
		t.Error(err)
	}
	if err := Join(t.Context(), s, server("a", "eu-1", "x")); err != nil {
		t.Errorf("a once more: %v", err)
	}
}

// TestDisagreement: every setting that differs is reported once, with both values and what to do. A
// server that disagrees is not registered.
func TestDisagreement(t *testing.T) {
	s := newMemory()
	for _, node := range []string{"a", "b"} {
		if err := Join(t.Context(), s, server(node, "eu-1", "x")); err != nil {
			t.Fatal(err)
		}
	}
	err := Join(t.Context(), s, server("c", "us-2", "y"))
	if err == nil {
		t.Fatal("a server that disagrees is a member")
	}
	for _, want := range []string{
		"--region is us-2 here, but eu-1 on the server a,", "Give all the same region.", "--bucket is y here, but x on the server a,", "Give all the same bucket.",
	} {
		if n := strings.Count(err.Error(), want); n != 1 {
			t.Errorf("%q is told %d times in: %v", want, n, err)
		}
	}
	if _, listed := s.seen("c"); listed {
		t.Error("the server that was refused is a member")
	}
	if err := Join(t.Context(), s, server("d", "eu-1", "x")); err != nil {
		t.Errorf("a server that agrees, after one that was refused: %v", err)
	}
}

// TestOldMembers: a server that ended without deregistering blocks others only until its entry is
// old. It never blocks its own restart with other settings.
func TestOldMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemory()
		if err := Join(t.Context(), s, server("a", "eu-1", "x")); err != nil {
			t.Fatal(err)
		}
		if err := Join(t.Context(), s, server("a", "us-2", "x")); err != nil {
			t.Errorf("a itself, with another setting: %v", err)
		}
		time.Sleep(Recent)
		if err := Join(t.Context(), s, server("b", "eu-1", "x")); err == nil {
			t.Error("a said that it is there just as long ago as counts")
		}
		time.Sleep(time.Millisecond)
		if err := Join(t.Context(), s, server("b", "eu-1", "x")); err != nil {
			t.Errorf("a is gone: %v", err)
		}
		time.Sleep(long)
		if err := Join(t.Context(), s, server("c", "eu-1", "x")); err != nil {
			t.Error(err)
		}
		if _, listed := s.seen("a"); listed {
			t.Error("a is remembered for good")
		}
	})
}

// TestStoreFails: a server that cannot register does not start.
func TestStoreFails(t *testing.T) {
	s := newMemory()
	broken := errors.New("broken")
	s.set(broken, false)
	if err := Join(t.Context(), s, server("a", "eu-1", "x")); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// halfway is a store that registers a member and then fails.
type halfway struct{ *memory }

func (s halfway) Join(ctx context.Context, m Member, Recent, long time.Time) ([]Member, error) {
	_, err := s.memory.Join(ctx, m, Recent, long)
	return nil, errors.Join(err, errors.New("the connection was lost"))
}

// TestLeave: a server that does not start is not registered, even if its start was interrupted.
func TestLeave(t *testing.T) {
	s := newMemory()
	if err := Join(t.Context(), halfway{s}, server("a", "eu-1", "x")); err == nil {
		t.Error("a store that fails is no error")
	}
	if err := Join(t.Context(), s, server("b", "eu-1", "x")); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Leave(ended, s, "b"); err != nil {
		t.Error(err)
	}
	for _, node := range []string{"a", "b"} {
		if _, listed := s.seen(node); listed {
			t.Errorf("%s is a member", node)
		}
	}
}

// record is the log: written by Keep, read and emptied by the test. It needs a lock, because the
// race detector does not see the order between the two.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// String returns the log since the last Reset.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// Reset empties the log.
func (r *record) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Reset()
}

// keep runs Keep until stop is called, which waits for its end.
func keep(s *memory, m Member) (logged *record, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	logged = new(record)
	ended := make(chan struct{})
	go func() { defer close(ended); KeepAlive(ctx, s, m, slog.New(slog.NewTextHandler(logged, nil))) }()
	return logged, func() { cancel(); <-ended }
}

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m := newMemory(), server("a", "eu-1", "x")
		if err := Join(t.Context(), s, m); err != nil {
			t.Fatal(err)
		}
		logged, stop := keep(s, m)
		for range 10 {
			time.Sleep(every)
			synctest.Wait()
			if ago, listed := s.seen("a"); !listed || ago > every {
				t.Errorf("seen %v ago, %t", ago, listed)
			}
		}
		stop()
		if _, listed := s.seen("a"); listed {
			t.Error("the member did not leave")
		}
		if logged.String() != "" {
			t.Errorf("logged: %s", logged)
		}
	})
}

// TestKeepThrough: a database that fails or hangs is logged, and the member reports again
// afterwards.
func TestKeepThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m := newMemory(), server("a", "eu-1", "x")
		logged, stop := keep(s, m)
		for _, trouble := range []struct {
			fail error
			hang bool
		}{{errors.New("broken"), false}, {nil, true}} {
			s.set(trouble.fail, trouble.hang)
			time.Sleep(10 * every)
			synctest.Wait()
			if !strings.Contains(logged.String(), "server not registered") {
				t.Errorf("nothing is told of %+v: %s", trouble, logged)
			}
			s.set(nil, false)
			time.Sleep(Recent + every)
			synctest.Wait()
			if ago, listed := s.seen("a"); !listed || ago > every {
				t.Errorf("after %+v: seen %v ago, %t", trouble, ago, listed)
			}
			logged.Reset()
		}
		// A disagreement that appears later is logged with both values.
		if _, err := s.Join(t.Context(), Member{Node: "b", Seen: time.Now(), Settings: server("b", "us-2", "x").Settings}, time.Time{}, time.Time{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(every)
		synctest.Wait()
		if text := logged.String(); !strings.Contains(text, "us-2") || !strings.Contains(text, "eu-1") {
			t.Errorf("logged: %s", text)
		}
		s.set(nil, true) // a store that hangs does not keep the server from ending
		begun := time.Now()
		stop()
		if took := time.Since(begun); took > every {
			t.Errorf("leaving took %v", took)
		}
		if !strings.Contains(logged.String(), "could not deregister server a; its peers list it for up to 15s") {
			t.Errorf("logged: %s", logged)
		}
	})
}
