package memstore_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/storetest"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestSuite: the store that the engine is tested with passes the same suite as the databases,
// as far as it implements their interface.
func TestSuite(t *testing.T) {
	storetest.RunJobs(t, func(*testing.T) storetest.JobStore { return new(several) })
}

// several is a memory store for each pool.
type several struct {
	mu    sync.Mutex // guards pools; also held while a job is claimed
	pools []*memstore.Store
}

// of returns the store of a pool, or nil.
func (s *several) of(poolID string) *memstore.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.pools {
		if m.UserPool.ID == poolID {
			return m
		}
	}
	return nil
}

func (s *several) all() []*memstore.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pools)
}

func noPool(id string) error { return userpool.NoPool(id) }

func (s *several) CreatePool(_ context.Context, p *userpool.UserPool, _ int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pools = append(s.pools, memstore.New(p))
	return nil
}

func (s *several) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	if m := s.of(id); m != nil {
		return m.Pool(ctx, id)
	}
	return nil, noPool(id)
}

func (s *several) CreateUser(_ context.Context, p *userpool.UserPool, u *userpool.User, _ bool) error {
	if refused := s.of(p.ID).Insert(p, u); refused != nil {
		return refused
	}
	return nil
}

func (s *several) User(_ context.Context, p *userpool.UserPool, name string) (*userpool.User, error) {
	m := s.of(p.ID)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, u := range m.Users {
		if u.Username == name || slices.ContainsFunc(p.Aliases(u), func(a userpool.Alias) bool { return a.Key == name }) {
			return u, nil
		}
	}
	return nil, userpool.Errorf(userpool.UserNotFound, "there is no user %s", name)
}

func (s *several) CreateJob(_ context.Context, j *importjob.Job, _ int) error {
	m := s.of(j.PoolID)
	if m == nil {
		return noPool(j.PoolID)
	}
	m.Mu.Lock()
	defer m.Mu.Unlock()
	kept := *j
	m.Jobs[j.Key()] = &kept
	return nil
}

func (s *several) Job(_ context.Context, key importjob.Key) (*importjob.Job, error) {
	if m := s.of(key.PoolID); m != nil {
		m.Mu.Lock()
		defer m.Mu.Unlock()
		if j := m.Jobs[key]; j != nil {
			found := *j
			return &found, nil
		}
	}
	return nil, userpool.Errorf(userpool.ResourceNotFound, "there is no job %s", key.JobID)
}

func (s *several) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var longest *memstore.Store
	var waits *importjob.Job
	for _, m := range s.pools {
		if j := m.Waits(now); j != nil && (waits == nil || j.Requested.Before(waits.Requested)) {
			longest, waits = m, j
		}
	}
	if longest == nil {
		return nil, nil
	}
	return longest.Claim(ctx, node, now, until)
}

func (s *several) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	return s.of(key.PoolID).Commit(ctx, p, key, lease, b, now)
}

func (s *several) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	return s.of(key.PoolID).UpdateLeased(ctx, key, lease, update)
}

func (s *several) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	return s.of(key.PoolID).UpdateJob(ctx, key, update)
}

func (s *several) Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error) {
	return s.of(key.PoolID).Outcomes(ctx, key, afterLine, limit)
}

func (s *several) Causes(ctx context.Context, key importjob.Key) (*importjob.Job, []importjob.Cause, error) {
	return s.of(key.PoolID).Causes(ctx, key)
}

func (s *several) IndexUsers(ctx context.Context, poolID string) error {
	if m := s.of(poolID); m != nil {
		return m.IndexUsers(ctx, poolID)
	}
	return nil
}

func (s *several) Unindexed(ctx context.Context) (unindexed []string, err error) {
	for _, m := range s.all() {
		ids, problem := m.Unindexed(ctx)
		unindexed, err = append(unindexed, ids...), errors.Join(err, problem)
	}
	return unindexed, err
}

func (s *several) Overdue(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return s.page(limit, func(m *memstore.Store) ([]*importjob.Job, error) { return m.Overdue(ctx, createdBefore, after, limit) })
}

func (s *several) WithFiles(ctx context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return s.page(limit, func(m *memstore.Store) ([]*importjob.Job, error) { return m.WithFiles(ctx, after, limit) })
}

// page returns the first of the jobs that find returns for all pools.
func (s *several) page(limit int, find func(*memstore.Store) ([]*importjob.Job, error)) (found []*importjob.Job, err error) {
	for _, m := range s.all() {
		some, problem := find(m)
		found, err = append(found, some...), errors.Join(err, problem)
	}
	slices.SortFunc(found, func(a, b *importjob.Job) int { return memstore.ByPlace(a.Place(), b.Place()) })
	return found[:min(limit, len(found))], err
}

func (s *several) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	m := s.of(key.PoolID)
	if m == nil {
		return noPool(key.PoolID)
	}
	return m.KeepRest(ctx, key, from, rows, end, done)
}

func (s *several) ExpireRows(ctx context.Context, endedBefore time.Time) error {
	for _, m := range s.all() {
		if err := m.ExpireRows(ctx, endedBefore); err != nil {
			return err
		}
	}
	return nil
}

func (s *several) KeptRows(ctx context.Context, key importjob.Key, afterLine int64, limit int, rejected bool) ([]importjob.Kept, error) {
	return s.of(key.PoolID).KeptRows(ctx, key, afterLine, limit, rejected)
}

func (s *several) SetCorrections(ctx context.Context, key importjob.Key, corrections []importjob.Correction) error {
	return s.of(key.PoolID).SetCorrections(ctx, key, corrections)
}

func (s *several) Corrections(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Correction, error) {
	return s.of(key.PoolID).Corrections(ctx, key, afterLine, limit)
}

func (s *several) CountCorrections(ctx context.Context, key importjob.Key) (all, passing int64, err error) {
	return s.of(key.PoolID).CountCorrections(ctx, key)
}

func (s *several) Children(ctx context.Context, key importjob.Key) ([]*importjob.Job, error) {
	return s.of(key.PoolID).Children(ctx, key)
}

func (s *several) JobUsers(ctx context.Context, p *userpool.UserPool, key importjob.Key, afterNo int64, limit int) ([]importjob.NumberedUser, error) {
	return s.of(key.PoolID).JobUsers(ctx, p, key, afterNo, limit)
}
