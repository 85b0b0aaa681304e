// Package memstore stores uploads in memory, for tests. It implements [importfile.Store] and
// [importjob.Files].
package memstore

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Store has uploads, jobs and files of some pools. Every method runs under one lock, as if in
// a transaction. A caller that reads or changes the fields while readers run must hold Mu.
type Store struct {
	Mu      sync.Mutex
	Pools   map[string]*userpool.UserPool
	Uploads map[importjob.Key]*importfile.Upload
	Jobs    map[importjob.Key]*importjob.Job
	Files   map[string][]byte // by upload name
	// OnOpen, if not nil, is called before a file is opened.
	OnOpen func(importjob.Upload) error
}

// New returns a store that has only the pools.
func New(pools ...*userpool.UserPool) *Store {
	s := &Store{
		Pools: map[string]*userpool.UserPool{}, Uploads: map[importjob.Key]*importfile.Upload{},
		Jobs: map[importjob.Key]*importjob.Job{}, Files: map[string][]byte{},
	}
	for _, p := range pools {
		s.Pools[p.ID] = p
	}
	return s
}

// Put stores a file where a reader finds it, and returns its upload.
func (s *Store) Put(key importjob.Key, csv string) importjob.Upload {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	u := importjob.Upload{Name: key.PoolID + "/" + key.JobID, Size: int64(len(csv))}
	s.Files[u.Name] = []byte(csv)
	return u
}

// CreatePool adds a pool.
func (s *Store) CreatePool(_ context.Context, p *userpool.UserPool, _ int) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Pools[p.ID] = p
	return nil
}

// Pool returns a pool.
func (s *Store) Pool(_ context.Context, id string) (*userpool.UserPool, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if s.Pools[id] == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "User pool %s does not exist.", id)
	}
	p := *s.Pools[id]
	return &p, nil
}

// Job returns a job.
func (s *Store) Job(_ context.Context, key importjob.Key) (*importjob.Job, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if s.Jobs[key] == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "User import job %s does not exist.", key.JobID)
	}
	j := *s.Jobs[key]
	return &j, nil
}

// CreateUpload adds an upload. See [importfile.Store].
func (s *Store) CreateUpload(_ context.Context, u *importfile.Upload, limit int) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if s.Pools[u.PoolID] == nil {
		return userpool.Errorf(userpool.ResourceNotFound, "User pool %s does not exist.", u.PoolID)
	}
	n := 0
	for key := range s.Uploads {
		if key.PoolID == u.PoolID {
			n++
		}
	}
	if n >= limit {
		return userpool.Errorf(userpool.LimitExceeded, "User pool %s has %d uploads.", u.PoolID, n)
	}
	kept := *u
	s.Uploads[u.Key()] = &kept
	return nil
}

// Upload returns an upload. See [importfile.Store].
func (s *Store) Upload(_ context.Context, key importjob.Key) (*importfile.Upload, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.upload(key)
}

func (s *Store) upload(key importjob.Key) (*importfile.Upload, error) {
	if s.Uploads[key] == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "Upload %s does not exist.", key.JobID)
	}
	u := *s.Uploads[key]
	return &u, nil
}

// UpdateUpload changes an upload. See [importfile.Store].
func (s *Store) UpdateUpload(_ context.Context, key importjob.Key, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.update(key, update)
}

func (s *Store) update(key importjob.Key, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	u, err := s.upload(key)
	if err == nil {
		err = update(u)
	}
	if err != nil {
		return nil, err
	}
	kept := *u
	s.Uploads[key] = &kept
	return u, nil
}

// TakeUpload makes a job of an upload. See [importfile.Store].
func (s *Store) TakeUpload(_ context.Context, key importjob.Key, j *importjob.Job, limit int, take func(*importfile.Upload, *importjob.Job) error) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	u, err := s.upload(key)
	if err == nil {
		err = take(u, j)
	}
	if err != nil {
		return err
	}
	n := 0
	for other := range s.Jobs {
		if other.PoolID == key.PoolID {
			n++
		}
	}
	if n >= limit {
		return userpool.Errorf(userpool.LimitExceeded, "User pool %s has had %d import jobs.", key.PoolID, n)
	}
	kept := *j
	s.Jobs[j.Key()] = &kept
	delete(s.Uploads, key)
	return nil
}

// ClaimUpload claims an upload. See [importfile.Store].
func (s *Store) ClaimUpload(_ context.Context, node string, now, until time.Time) (*importfile.Upload, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var next *importfile.Upload
	for _, u := range s.Uploads {
		if u.State == importfile.Reading && !u.LeaseUntil.After(now) && (next == nil || before(u, next)) {
			next = u
		}
	}
	if next == nil {
		return nil, nil
	}
	next.Lease = importjob.Lease{Node: node, Epoch: next.Lease.Epoch + 1}
	next.LeaseUntil = until
	claimed := *next
	return &claimed, nil
}

func before(a, b *importfile.Upload) bool { return compare(a.Place(), b.Place()) < 0 }

func compare(a, b importjob.Place) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Key.PoolID, b.Key.PoolID), cmp.Compare(a.Key.JobID, b.Key.JobID))
}

// UpdateLeasedUpload changes an upload under a lease. See [importfile.Store].
func (s *Store) UpdateLeasedUpload(_ context.Context, key importjob.Key, lease importjob.Lease, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if u := s.Uploads[key]; u == nil || u.Lease != lease || u.State != importfile.Reading {
		return nil, importjob.ErrLeaseLost
	}
	return s.update(key, update)
}

// OverdueUploads returns uploads to delete. See [importfile.Store].
func (s *Store) OverdueUploads(_ context.Context, createdBefore time.Time, after importjob.Place, limit int) (page []*importfile.Upload, err error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, u := range s.Uploads {
		if compare(u.Place(), after) > 0 && (u.Created.Before(createdBefore) || u.State == importfile.Expired) {
			found := *u
			page = append(page, &found)
		}
	}
	slices.SortFunc(page, func(a, b *importfile.Upload) int { return compare(a.Place(), b.Place()) })
	return page[:min(len(page), limit)], nil
}

// DeleteUpload deletes an upload. See [importfile.Store].
func (s *Store) DeleteUpload(_ context.Context, key importjob.Key) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if u := s.Uploads[key]; u != nil && u.State == importfile.Expired {
		delete(s.Uploads, key)
	}
	return nil
}

// Open returns the bytes of a file. See [importjob.Files].
func (s *Store) Open(_ context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	s.Mu.Lock()
	data, onOpen := s.Files[u.Name], s.OnOpen
	s.Mu.Unlock()
	if onOpen != nil {
		if err := onOpen(u); err != nil {
			return nil, err
		}
	}
	if data == nil {
		return nil, importjob.FileMissing
	}
	return io.NopCloser(bytes.NewReader(data[offset:])), nil
}

// Remove deletes a file. See [importjob.Files].
func (s *Store) Remove(_ context.Context, key importjob.Key) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.Files, key.PoolID+"/"+key.JobID)
	return nil
}
