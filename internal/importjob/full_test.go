package importjob_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

// full is a store whose pool has no room for more users.
type full struct{ importjob.Store }

func (f full) Commit(context.Context, *userpool.UserPool, importjob.Key, importjob.Lease, importjob.Batch, time.Time) (*importjob.Job, error) {
	return nil, userpool.Errorf(userpool.LimitExceeded, "The pool has had as many users as there are numbers.")
}

// TestFullPool: if the pool has no room for the users of a job, the job ends and says why. It
// is not tried again.
func TestFullPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-full", csvFile(10))
		_, stop := start(full{m}, m, config("node"))
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if j := m.Job(key); j.State != importjob.Failed || j.Message != importjob.MessagePoolFull || j.Explanation() != "The pool has had as many users as there are numbers." {
			t.Errorf("the job is %+v", j)
		}
	})
}
