package importjob_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

const forbidden importjob.Forbidden = "The role has gone."

// answers is a permission that gives its answers in turn and then repeats the last one.
type answers struct {
	say   []error
	warn  string
	asked atomic.Int32
}

func (a *answers) Check(_ context.Context, p *userpool.UserPool, j *importjob.Job) (string, error) {
	if p.ID != j.PoolID || j.State != importjob.Pending {
		return "", fmt.Errorf("asked of pool %s and a job that is %s in pool %s", p.ID, j.State, j.PoolID)
	}
	return a.warn, a.say[min(int(a.asked.Add(1)), len(a.say))-1]
}

// permitted is the configuration of a node that asks for permission.
func permitted(node string, p importjob.Permission) importjob.Config {
	cfg := config(node)
	cfg.Permission = p
	return cfg
}

// TestForbiddenJobFails: a job that may not begin ends before its file is read, and nothing
// says that it began.
func TestForbiddenJobFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", "no file of users")
		requested := m.Job(key).Requested
		time.Sleep(3 * time.Second)
		_, stop := start(m, m, permitted("a", &answers{say: []error{fmt.Errorf("at length: %w", forbidden)}}))
		time.Sleep(2 * time.Second)
		stop()
		j := m.Job(key)
		if j.State != importjob.Failed || j.Message != string(forbidden) || j.Completed.IsZero() {
			t.Errorf("the job ended %s (%q) at %v", j.State, j.Message, j.Completed)
		}
		if j.Started != requested || j.TotalRows != 0 || j.Counts.Sum() != 0 || len(m.Users)+len(m.Segments) != 0 {
			t.Errorf("the job has begun: %+v", j)
		}
		if len(m.Files) != 0 || j.Upload.Name != "" {
			t.Errorf("the file is left")
		}
	})
}

// TestPermissionIsNotAskedAgain: a job that has begun goes on at another node, even if it
// would now be forbidden.
func TestPermissionIsNotAskedAgain(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		p := &answers{say: []error{nil, forbidden}}
		first, stop := context.WithCancel(context.Background())
		e := importjob.NewEngine(&cancelling{Store: m, cancel: stop, left: 3}, m, permitted("first", p))
		e.Run(first) // it returns when the store cancels its context
		if j := m.Job(key); j.State != importjob.InProgress || j.Counts.Sum() == 0 {
			t.Fatalf("after the shutdown: %s, %+v", j.State, j.Counts)
		}
		_, stopSecond := start(m, m, permitted("second", p))
		synctest.Wait()
		stopSecond()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" || p.asked.Load() != 1 {
			t.Errorf("asked %d times; the result differs (-undisturbed +taken over):\n%s", p.asked.Load(), diff)
		}
	})
}

// TestPermissionOfANodeThatDied: a node dies in its second call of the store, which moves the
// job to InProgress. Meanwhile the permission is withdrawn. That counts for the next node
// unless the job has begun.
func TestPermissionOfANodeThatDied(t *testing.T) {
	for after, want := range map[bool]importjob.State{false: importjob.Failed, true: importjob.Succeeded} {
		t.Run(fmt.Sprint("begun=", after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csvFile(20))
				f := &faulty{Store: m, after: after}
				f.left.Store(2)
				p := &answers{say: []error{nil, forbidden}}
				cfg := permitted("first", p)
				cfg.Parallel = 1 // so that no claim comes in between
				_, stopFirst := start(f, m, cfg)
				synctest.Wait()
				stopFirst()
				if begun := m.Job(key).State == importjob.InProgress; begun != after || p.asked.Load() != 1 {
					t.Fatalf("the node died when the job was %s, after %d questions", m.Job(key).State, p.asked.Load())
				}
				_, stop := start(m, m, permitted("second", p))
				time.Sleep(time.Minute)
				stop()
				if j := m.Job(key); j.State != want || after == (j.Counts.Sum() == 0) {
					t.Errorf("the job ended %s (%s) with %+v, want %s", j.State, j.Message, j.Counts, want)
				}
			})
		})
	}
}

// TestPermissionThatIsNotKnown: the job waits for an answer.
func TestPermissionThatIsNotKnown(t *testing.T) {
	csv := csvFile(60)
	want := undisturbed(t, csv)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		gone := errors.New("the database is gone")
		p := &answers{say: []error{gone, gone, nil}}
		cfg := permitted("a", p)
		cfg.Lease = 10 * time.Second
		_, stop := start(m, m, cfg)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if j := m.Job(key); p.asked.Load() != 2 || j.State != importjob.Pending || j.Message != "" {
			t.Errorf("after %d questions the job is %s (%s)", p.asked.Load(), j.State, j.Message)
		}
		time.Sleep(time.Minute)
		stop()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" || p.asked.Load() != 3 {
			t.Errorf("asked %d times; the result differs (-undisturbed +asked again):\n%s", p.asked.Load(), diff)
		}
	})
}

// TestWarningOfAJob: the warning from the beginning of a job replaces the one from its
// creation.
func TestWarningOfAJob(t *testing.T) {
	for _, warning := range []string{"The role is odd.", ""} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			key := m.Add("import-1", csvFile(20))
			if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { j.Warning = "before"; return nil }); err != nil {
				t.Fatal(err)
			}
			_, stop := start(m, m, permitted("a", &answers{say: []error{nil}, warn: warning}))
			time.Sleep(2 * time.Second)
			stop()
			if j := m.Job(key); j.State != importjob.Succeeded || j.Warning != warning {
				t.Errorf("the job is %s, with the warning %q; want %q", j.State, j.Warning, warning)
			}
		})
	}
}

// waiting is a permission that is refused when its channel is closed.
type waiting chan struct{}

func (w waiting) Check(context.Context, *userpool.UserPool, *importjob.Job) (string, error) {
	<-w
	return "", forbidden
}

// TestStopWhilePermissionIsAsked: a stop takes precedence over the answer.
func TestStopWhilePermissionIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csvFile(20))
		w := make(waiting)
		_, stop := start(m, m, permitted("a", w))
		synctest.Wait()
		if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) }); err != nil {
			t.Fatal(err)
		}
		close(w)
		synctest.Wait()
		stop()
		if j := m.Job(key); j.State != importjob.Stopped || j.Message != importjob.MessageStopped || len(m.Files) != 0 {
			t.Errorf("the job ended %s (%s) with %d files", j.State, j.Message, len(m.Files))
		}
	})
}
