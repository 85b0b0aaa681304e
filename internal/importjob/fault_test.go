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

// faulty is a store whose n-th call fails, before or after it took effect,
// and with it every later one: what a node sees that dies there, or loses its
// database.
type faulty struct {
	importjob.Store
	left  atomic.Int64 // calls until the fault
	after bool         // the fatal call takes effect
}

// pass reports whether the call reaches the store, and whether its answer
// comes back.
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

// TestDeathAtEveryCall lets the first node die at each of its calls of the
// store in turn, before and after the call took effect, and a second node go
// on. The result must be that of an undisturbed run, to the line.
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
	time.Sleep(time.Minute)
	synctest.Wait()
	stop()
	if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
		t.Errorf("the result differs (-undisturbed +resumed):\n%s", diff)
	}
	return died
}

// hanging is a store that holds a node up, inside its first commit and with
// the renewal of its lease, until it is released: a node that was suspended.
type hanging struct {
	importjob.Store
	release chan struct{}
	hangs   atomic.Bool
}

func (h *hanging) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, l importjob.Lease, batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	h.hangs.Store(true)
	<-h.release
	// A node that was suspended does not know that its context has ended.
	return h.Store.Commit(context.WithoutCancel(ctx), p, key, l, batch, now)
}

func (h *hanging) UpdateLeased(ctx context.Context, key importjob.Key, l importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	if h.hangs.Load() {
		<-h.release
	}
	return h.Store.UpdateLeased(ctx, key, l, update)
}

// TestNodeThatHungWritesNothing lets a node hang inside a commit until
// another has imported the whole file, and then come back.
func TestNodeThatHungWritesNothing(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		b := &hanging{Store: m, release: make(chan struct{})}
		_, stopSlow := start(b, m, config("slow"))
		synctest.Wait() // it has begun and hangs in its first commit
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

// TestHandOver stops a node in the middle; the next one must not have to wait
// for the lease to run out.
func TestHandOver(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		first, stop := context.WithCancel(context.Background())
		c := &cancelling{Store: m, cancel: stop, left: 3}
		e := importjob.NewEngine(c, m, config("first"))
		e.Run(first) // returns by itself once the store has cancelled it
		if j := m.Job(key); j.State != importjob.InProgress || j.Counts.Sum() == 0 || !j.LeaseUntil.IsZero() {
			t.Fatalf("after the shutdown: %s, %+v, lease until %v", j.State, j.Counts, j.LeaseUntil)
		}
		_, stopSecond := start(m, m, config("second"))
		synctest.Wait() // no time passes: the claim must work at once
		stopSecond()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
			t.Errorf("the result differs (-undisturbed +handed over):\n%s", diff)
		}
	})
}

// cancelling is a store whose n-th commit is the last before a shutdown.
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

// stopping is a store in which a client asks for a stop once the n-th batch
// is committed.
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

// slow is a store whose commits take until their context ends, and may have
// taken effect by then all the same.
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

// TestStopDoesNotWaitForABatch: a stop that this node hears of ends the commit
// that is going on, and the counts are those of what took effect.
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
				<-e.LetGo(key)
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

// drawing is a store whose first commit draws portion after portion, hangs until
// its context ends, and may have settled the first portion by then all the same.
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

// TestGivenUpCommitIsMadeUp: a commit is given up for a stop that no client wants. It
// drew rows that the engine no longer has, and may have taken effect. The job goes
// on at its checkpoint, at once and as if nothing had been.
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
				<-e.LetGo(key)
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
