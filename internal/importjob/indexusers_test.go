package importjob_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
)

// defers is a store whose IndexUsers takes long or fails.
type defers struct {
	*memstore.Store
	takes time.Duration
	fail  error // the error of the first call

	unindexed []string
}

func (s *defers) IndexUsers(ctx context.Context, pool string) error {
	s.Mu.Lock()
	fail := s.fail
	s.fail = nil
	s.Mu.Unlock()
	if fail != nil {
		return fail
	}
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.unindexed = nil
	return nil
}

func (s *defers) Unindexed(context.Context) ([]string, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, j := range s.Jobs {
		if j.State.Active() {
			return nil, nil
		}
	}
	return s.unindexed, nil
}

func (s *defers) left() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return len(s.unindexed)
}

// TestEndAfterIndexUsers: a job succeeds only after IndexUsers has returned.
func TestEndAfterIndexUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &defers{Store: memstore.New(testPool()), takes: time.Hour, fail: errors.New("no room"), unindexed: []string{testPool().ID}}
		key := s.Add("import-1", csvFile(20))
		_, stop := start(s, s, config("a"))
		defer stop()
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		if j := s.Job(key); j.State != importjob.InProgress || j.Counts.Sum() != 20 {
			t.Errorf("while indexes are deferred the job is %s with %+v", j.State, j.Counts)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if j := s.Job(key); j.State != importjob.Succeeded || s.left() > 0 {
			t.Errorf("afterwards the job is %s", j.State)
		}
	})
}

// TestStopDuringIndexUsers: a stop does not wait for IndexUsers; the sweep calls it
// afterwards.
func TestStopDuringIndexUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &defers{Store: memstore.New(testPool()), takes: 10 * time.Minute, unindexed: []string{testPool().ID}}
		key := s.Add("import-1", csvFile(20))
		e, stop := start(s, s, config("a"))
		defer stop()
		time.Sleep(time.Minute)
		if _, err := s.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) }); err != nil {
			t.Fatal(err)
		}
		asked := time.Now()
		<-e.Interrupt(key)
		if took := time.Since(asked); took > 0 {
			t.Errorf("letting go took %v", took)
		}
		if j := s.Job(key); j.State != importjob.Stopped || s.left() == 0 {
			t.Errorf("the job is %s, %d pools have unindexed users", j.State, s.left())
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if s.left() > 0 {
			t.Error("the sweep does not do what was left")
		}
	})
}
