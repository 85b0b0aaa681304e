package importjob_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

var errCrash = errors.New("the node is dead")

// faulty is a store whose n-th call and all later ones fail. The n-th fails before or after
// it took effect. A node that dies or loses its database has such a store.
type faulty struct {
	importjob.Store
	left  atomic.Int64 // calls until the fault
	after bool         // the first failing call takes effect
}

// pass reports whether the call reaches the store, and whether its result returns.
func (f *faulty) pass() (reaches, answers bool) {
	switch left := f.left.Add(-1); {
	case left > 0:
		return true, true
	case left == 0:
		return f.after, false
	}
	return false, false
}

func (f *faulty) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	reaches, answers := f.pass()
	if !reaches {
		return nil, errCrash
	}
	j, err := f.Store.Commit(ctx, p, key, l, b, now)
	if !answers {
		return nil, errCrash
	}
	return j, err
}

func (f *faulty) UpdateLeased(ctx context.Context, key importjob.Key, l importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	reaches, answers := f.pass()
	if !reaches {
		return nil, errCrash
	}
	j, err := f.Store.UpdateLeased(ctx, key, l, update)
	if !answers {
		return nil, errCrash
	}
	return j, err
}

func (f *faulty) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	reaches, answers := f.pass()
	if !reaches {
		return nil, errCrash
	}
	j, err := f.Store.Claim(ctx, node, now, until)
	if !answers {
		return nil, errCrash
	}
	return j, err
}

// TestDeathAtEveryCall: the first node dies at each of its calls of the store in turn, before
// and after the call took effect. A second node goes on. The result must be the same as
// without a fault, line by line.
func TestDeathAtEveryCall(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	for _, after := range []bool{false, true} {
		for call := int64(1); ; call++ {
			var died bool
			t.Run(fmt.Sprintf("call %d, after=%v", call, after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					died = dieAt(t, csv, call, after, want)
				})
			})
			if !died {
				if call < 10 {
					t.Fatalf("only %d calls were made: the test tests nothing", call)
				}
				break
			}
		}
	}
}

func dieAt(t *testing.T, csv string, call int64, after bool, want result) (died bool) {
	m := memstore.New(testPool())
	key := m.Add("import-undisturbed", csv)
	f := &faulty{Store: m, after: after}
	f.left.Store(call)
	_, stopFirst := start(f, m, config("first"))
	synctest.Wait()
	stopFirst()
	died = !m.Job(key).State.Ended() || f.left.Load() <= 0
	_, stop := start(m, m, config("second"))
	time.Sleep(time.Minute) // in a bubble
	synctest.Wait()
	stop()
	if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
		t.Errorf("the result differs (-undisturbed +resumed):\n%s", diff)
	}
	return died
}

// hanging is a store that blocks its first commit and the renewals of the lease until it is
// released. A suspended node has such a store.
type hanging struct {
	importjob.Store
	release chan struct{}
	hangs   atomic.Bool
}

func (h *hanging) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	h.hangs.Store(true)
	<-h.release
	// A suspended node does not notice that its context has ended.
	return h.Store.Commit(context.WithoutCancel(ctx), p, key, l, batch, now)
}

func (h *hanging) UpdateLeased(ctx context.Context, key importjob.Key, l importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	if h.hangs.Load() {
		<-h.release
	}
	return h.Store.UpdateLeased(ctx, key, l, update)
}

// TestNodeThatHungWritesNothing: a node hangs inside a commit until another node has imported
// the whole file. Then it continues.
func TestNodeThatHungWritesNothing(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		b := &hanging{Store: m, release: make(chan struct{})}
		_, stopSlow := start(b, m, config("slow"))
		synctest.Wait() // the job has begun and its first commit hangs
		if got := m.Job(key); got.State != importjob.InProgress || got.Counts.Sum() != 0 {
			t.Fatalf("the slow node did not hang: %s %+v", got.State, got.Counts)
		}
		_, stopQuick := start(m, m, config("quick"))
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := m.Job(key); got.State != importjob.Succeeded {
			t.Fatalf("the quick node did not finish: %s", got.State)
		}
		close(b.release)
		synctest.Wait()
		stopSlow()
		stopQuick()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
			t.Errorf("the result differs (-undisturbed +contested):\n%s", diff)
		}
	})
}

// TestHandOver: a node shuts down in the middle of a job. The next node must not wait for the
// lease to expire.
func TestHandOver(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		first, stop := context.WithCancel(context.Background())
		c := &cancelling{Store: m, cancel: stop, left: 3}
		e := importjob.NewEngine(c, m, config("first"))
		e.Run(first) // it returns when the store cancels its context
		if j := m.Job(key); j.State != importjob.InProgress || j.Counts.Sum() == 0 || !j.LeaseUntil.IsZero() {
			t.Fatalf("after the shutdown: %s, %+v, lease until %v", j.State, j.Counts, j.LeaseUntil)
		}
		_, stopSecond := start(m, m, config("second"))
		synctest.Wait() // no time passes: the claim must succeed at once
		stopSecond()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
			t.Errorf("the result differs (-undisturbed +handed over):\n%s", diff)
		}
	})
}

// cancelling is a store that shuts the node down after its n-th commit.
type cancelling struct {
	importjob.Store
	cancel context.CancelFunc
	left   int
}

func (c *cancelling) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	j, err := c.Store.Commit(ctx, p, key, l, b, now)
	if c.left--; c.left == 0 {
		c.cancel()
	}
	return j, err
}

// TestStopIsSeenBetweenBatches asks for a stop after each batch in turn.
func TestStopIsSeenBetweenBatches(t *testing.T) {
	for after := 1; after <= 4; after++ {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csvFile(200))
				s := &stopping{Store: m, memory: m, key: key, left: after}
				_, stop := start(s, m, config("a"))
				synctest.Wait()
				stop()
				j := m.Job(key)
				if j.State != importjob.Stopped || j.Message != importjob.MessageStopped || j.Completed.IsZero() {
					t.Errorf("the job ended %s: %q", j.State, j.Message)
				}
				if sum := j.Counts.Sum(); sum != int64(8*after) || int(j.Counts.Imported) != len(m.Users) {
					t.Errorf("counts %+v after %d batches, %d users", j.Counts, after, len(m.Users))
				}
			})
		})
	}
}

// stopping is a store in which a client asks for a stop after the n-th commit.
type stopping struct {
	importjob.Store
	memory *memstore.Store
	key    importjob.Key
	left   int
}

func (s *stopping) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	if s.left--; s.left == 0 {
		_, err := s.memory.UpdateJob(ctx, s.key, func(j *importjob.Job) error { return j.Stop("", now) })
		if err != nil {
			return nil, err
		}
	}
	return s.Store.Commit(ctx, p, key, l, b, now)
}

// slow is a store whose commits last until their context ends. They may have taken effect by
// then.
type slow struct {
	importjob.Store
	begun   chan struct{}
	effects bool
}

func (s *slow) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	if s.effects {
		if _, err := s.Store.Commit(ctx, p, key, l, b, now); err != nil {
			return nil, err
		}
	}
	close(s.begun)
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestStopDoesNotWaitForABatch: if this node receives the stop, it cancels the commit in
// progress. The counts are those of what took effect.
func TestStopDoesNotWaitForABatch(t *testing.T) {
	for _, effects := range []bool{false, true} {
		t.Run(fmt.Sprint(effects), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csvFile(200))
				s := &slow{m, make(chan struct{}), effects}
				e, stop := start(s, m, config("a"))
				<-s.begun
				if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) }); err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				<-e.Interrupt(key)
				if took := time.Since(begun); took != 0 {
					t.Errorf("the stop took %v", took)
				}
				stop()
				j := m.Job(key)
				if j.State != importjob.Stopped || int(j.Counts.Imported) != len(m.Users) || effects != (len(m.Users) > 0) {
					t.Errorf("the job is %+v, with %d users", j, len(m.Users))
				}
			})
		})
	}
}

// drawing is a store whose first commit draws portion after portion and then hangs until its
// context ends. It may have settled the first portion by then.
type drawing struct {
	slow
	once sync.Once
}

func (s *drawing) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, b importjob.Batch, now time.Time) (j *importjob.Job, err error) {
	first := false
	s.once.Do(func() { first = true })
	if !first {
		return s.Store.Commit(ctx, p, key, l, b, now)
	}
	if s.effects {
		if _, err := s.Store.Commit(ctx, p, key, l, b, now); err != nil {
			return nil, err
		}
	}
	portions := 0
	for range b.Rows {
		if portions++; portions == 3 {
			break
		}
	}
	if rows := b.First(); portions == 3 && len(rows) > 0 {
		return nil, fmt.Errorf("rows that are gone are given out again: %v", rows)
	}
	close(s.begun)
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestGivenUpCommitIsMadeUp: a commit is cancelled for a stop that no client asked for. It
// drew rows that the engine no longer has, and may have taken effect. The job goes on at its
// checkpoint at once, with the same result.
func TestGivenUpCommitIsMadeUp(t *testing.T) {
	csv := csvFile(200)
	want := undisturbed(t, csv)
	for _, effects := range []bool{false, true} {
		t.Run(fmt.Sprint(effects), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-undisturbed", csv)
				s := &drawing{slow: slow{m, make(chan struct{}), effects}}
				e, stop := start(s, m, config("a"))
				<-s.begun
				begun := time.Now()
				<-e.Interrupt(key)
				if took := time.Since(begun); took > time.Second {
					t.Errorf("the rest of the job took %v", took)
				}
				stop()
				if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
					t.Errorf("the result differs (-undisturbed +given up):\n%s", diff)
				}
			})
		})
	}
}
