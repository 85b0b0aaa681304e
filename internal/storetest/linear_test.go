package storetest

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// TestLinearizableFinds runs the workload of testLinearizable on stores that each break one rule,
// most of them only under concurrency. The test must find every fault.
func TestLinearizableFinds(t *testing.T) {
	for name, breakIt := range map[string]func(Store) Store{
		"a commit under whatever lease":       func(s Store) Store { return anyLease{s} },
		"a commit from whatever checkpoint":   func(s Store) Store { return anyCheckpoint{s} },
		"a commit refused that was written":   func(s Store) Store { return &refusesLate{Store: s} },
		"a claim that keeps the epoch":        func(s Store) Store { return sameEpoch{s} },
		"a claim of what is leased":           func(s Store) Store { return hastyClaim{s} },
		"a lease that is looked at too early": func(s Store) Store { return lostUpdate{s} },
		"a read of what was":                  func(s Store) Store { return &staleRead{Store: s, was: map[importjob.Key]*importjob.Job{}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
			noError(t, err)
			defer s.Close()
			key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
			noError(t, err)
			s.SealWith(key)
			for i := range 30 {
				h := newHistory(t, s, 1+i%maxJobs)
				h.store = breakIt(s)
				h.run(t.Context())
				h.retire()
				if h.check() == porcupine.Illegal {
					t.Logf("noticed in history %d", i+1)
					return
				}
			}
			t.Error("nothing was noticed")
		})
	}
}

// anyLease commits under the job's current lease.
type anyLease struct{ Store }

func (s anyLease) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, _ importjob.Lease, b importjob.Batch, at time.Time) (*importjob.Job, error) {
	j, err := s.Job(ctx, key)
	if err != nil {
		return nil, err
	}
	return s.Store.Commit(ctx, p, key, j.Lease, b, at)
}

// anyCheckpoint accepts every batch as if it began at the checkpoint.
type anyCheckpoint struct{ Store }

func (s anyCheckpoint) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b importjob.Batch, at time.Time) (*importjob.Job, error) {
	j, err := s.Job(ctx, key)
	if err != nil {
		return nil, err
	}
	n := len(b.First())
	return s.Store.Commit(ctx, p, key, lease, rowsFrom(p, j.Checkpoint.Rows, n).portions(n), at)
}

// refusesLate reports a lost lease for every third batch, after it was written.
type refusesLate struct {
	Store
	written atomic.Int32
}

func (s *refusesLate) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b importjob.Batch, at time.Time) (*importjob.Job, error) {
	j, err := s.Store.Commit(ctx, p, key, lease, b, at)
	if err == nil && s.written.Add(1)%3 == 0 {
		return nil, importjob.ErrLeaseLost
	}
	return j, err
}

// sameEpoch keeps the epoch when another node takes the lease.
type sameEpoch struct{ Store }

func (s sameEpoch) Claim(ctx context.Context, node string, at, until time.Time) (*importjob.Job, error) {
	j, err := s.Store.Claim(ctx, node, at, until)
	if err != nil || j == nil || j.Lease.Epoch == 1 {
		return j, err
	}
	again, err := s.UpdateLeased(ctx, j.Key(), j.Lease, func(j *importjob.Job) error { j.Lease.Epoch--; return nil })
	if errors.Is(err, importjob.ErrLeaseLost) {
		return j, nil
	}
	return again, err
}

// hastyClaim takes a lease that has almost run out.
type hastyClaim struct{ Store }

func (s hastyClaim) Claim(ctx context.Context, node string, at, until time.Time) (*importjob.Job, error) {
	return s.Store.Claim(ctx, node, at.Add(5*time.Millisecond), until)
}

// lostUpdate checks the lease in one transaction and writes in the next.
type lostUpdate struct{ Store }

func (s lostUpdate) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	if j, err := s.Job(ctx, key); err != nil || j.Lease != lease {
		return nil, importjob.ErrLeaseLost
	}
	return s.UpdateJob(ctx, key, update)
}

// staleRead returns the previous answer for every other read.
type staleRead struct {
	Store
	mu  sync.Mutex
	was map[importjob.Key]*importjob.Job
}

func (s *staleRead) Job(ctx context.Context, key importjob.Key) (*importjob.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j := s.was[key]; j != nil {
		delete(s.was, key)
		return j, nil
	}
	j, err := s.Store.Job(ctx, key)
	s.was[key] = j
	return j, err
}
