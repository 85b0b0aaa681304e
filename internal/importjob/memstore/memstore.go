// Package memstore stores import jobs in memory, for tests of the engine. It implements
// [importjob.Store] and [importjob.Files]. Tests may read and change its contents.
package memstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Store is a store of the jobs of one pool, and of their files. Every method runs under one
// lock, as if in a transaction. A caller that reads or changes the fields while engines run
// must hold Mu.
type Store struct {
	Mu        sync.Mutex
	UserPool  *userpool.UserPool
	Jobs      map[importjob.Key]*importjob.Job
	Users     map[string]*userpool.User // by username
	Segments  []Segment                 // in the order of the commits
	Tallies   map[importjob.Key][]importjob.Cause
	Files     map[string][]byte                                // by upload name
	Rows      map[importjob.Key][]importjob.Kept               // in the order in which they were kept
	Numbers   int64                                            // the number of the last user
	Made      map[int64]Made                                   // users that jobs created, by number
	Corrected map[importjob.Key]map[int64]importjob.Correction // by line
	Cut       int                                              // maximum number of rows that a commit settles; 0: all
	Taken     string                                           // the email address that an existing user signs in with, or ""
}

// Segment has outcomes of one job.
type Segment struct {
	importjob.Segment
	Job importjob.Key
}

// Made is a user and the job that created it.
type Made struct {
	User *userpool.User
	Job  importjob.Key
}

// New returns a store that has only the pool.
func New(pool *userpool.UserPool) *Store {
	return &Store{
		UserPool: pool, Jobs: map[importjob.Key]*importjob.Job{},
		Users: map[string]*userpool.User{}, Files: map[string][]byte{}, Rows: map[importjob.Key][]importjob.Kept{}, Tallies: map[importjob.Key][]importjob.Cause{},
		Made: map[int64]Made{}, Corrected: map[importjob.Key]map[int64]importjob.Correction{},
	}
}

// Add adds a started job with this ID and a file.
func (m *Store) Add(id, csv string) importjob.Key {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	now := time.Now()
	j := &importjob.Job{
		PoolID: m.UserPool.ID, ID: id, Name: id, State: importjob.Created, Created: now,
		Upload: importjob.Upload{Name: id + "/file", Size: int64(len(csv))},
	}
	m.Files[j.Upload.Name] = []byte(csv)
	if err := j.Start("", now); err != nil {
		panic(err)
	}
	m.Jobs[j.Key()] = j
	return j.Key()
}

// Job returns a copy of the job as it is now.
func (m *Store) Job(key importjob.Key) importjob.Job {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return *m.Jobs[key]
}

// Causes returns a job and its causes. See [importjob.Jobs].
func (m *Store) Causes(_ context.Context, key importjob.Key) (*importjob.Job, []importjob.Cause, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	j := m.Jobs[key]
	if j == nil {
		return nil, nil, userpool.Errorf(userpool.ResourceNotFound, "there is no job %s", key.JobID)
	}
	causes := slices.Clone(m.Tallies[key])
	importjob.SortCauses(causes)
	return clone(j), causes, nil
}

// AllOutcomes returns all outcomes in the order of the commits.
func (m *Store) AllOutcomes() []importjob.Outcome {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	var out []importjob.Outcome
	for _, s := range m.Segments {
		out = append(out, s.Outcomes...)
	}
	return out
}

// Outcomes returns segments of a job. See [importjob.Jobs].
func (m *Store) Outcomes(_ context.Context, key importjob.Key, afterLine int64, limit int) (page []importjob.Segment, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	var lines int64
	for _, s := range m.Segments {
		last := s.Outcomes[len(s.Outcomes)-1].Last()
		if s.Job != key || last <= afterLine || lines >= int64(limit) {
			continue
		}
		for _, o := range s.Outcomes {
			lines += max(0, o.Last()-max(o.Line-1, afterLine))
		}
		page = append(page, s.Segment)
	}
	return page, nil
}

// Waits returns the job that Claim would return, or nil.
func (m *Store) Waits(now time.Time) *importjob.Job {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if j := m.waits(now); j != nil {
		return clone(j)
	}
	return nil
}

func (m *Store) waits(now time.Time) *importjob.Job {
	var waiting []*importjob.Job
	for _, j := range m.Jobs {
		if j.State.Active() && !j.LeaseUntil.After(now) {
			waiting = append(waiting, j)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return slices.MinFunc(waiting, func(a, b *importjob.Job) int {
		return cmp.Or(a.Requested.Compare(b.Requested), cmp.Compare(a.ID, b.ID))
	})
}

// Claim claims the free job that has waited longest. See [importjob.Store].
func (m *Store) Claim(_ context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	j := m.waits(now)
	if j == nil {
		return nil, nil
	}
	j.Lease = importjob.Lease{Node: node, Epoch: j.Lease.Epoch + 1}
	j.LeaseUntil = until
	return clone(j), nil
}

// Commit settles the first rows of the batch, at most Cut of them. See [importjob.Store].
func (m *Store) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.Mu.Lock()
	defer m.Mu.Unlock()
	j := m.Jobs[key]
	if j == nil || j.Lease != lease || j.Checkpoint != batch.From || j.State != importjob.InProgress && j.State != importjob.Stopping {
		return nil, importjob.ErrLeaseLost
	}
	rows := batch.First()
	if len(rows) == 0 {
		return nil, fmt.Errorf("memstore: the batch is empty")
	}
	n := len(rows)
	if m.Cut > 0 {
		n = min(n, m.Cut)
	}
	var tally importjob.Tally
	for i := range rows[:n] {
		row := &rows[i]
		var refused *userpool.Error
		if row.User != nil {
			refused = m.insert(p, row.User)
		}
		if row.User != nil && refused == nil {
			m.Numbers++
			m.Made[m.Numbers] = Made{row.User, key}
		}
		tally.Settle(row, refused, m.Numbers)
	}
	m.Rows[key] = append(m.Rows[key], tally.Kept)
	m.Segments = append(m.Segments, Segment{importjob.Segment{At: now, Outcomes: tally.Outcomes}, key})
	m.Tallies[key] = importjob.AddCauses(m.Tallies[key], tally.Causes())
	j.Counts.Imported += tally.Counts.Imported
	j.Counts.Skipped += tally.Counts.Skipped
	j.Counts.Failed += tally.Counts.Failed
	j.Checkpoint = tally.End
	return clone(j), nil
}

// Insert adds a user, or returns why it cannot be added.
func (m *Store) Insert(p *userpool.UserPool, u *userpool.User) *userpool.Error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return m.insert(p, u)
}

func (m *Store) insert(p *userpool.UserPool, u *userpool.User) *userpool.Error {
	refused := m.conflict(p, u)
	if refused == nil {
		m.Users[u.Username] = u
	}
	return refused
}

// conflict returns why a user cannot be added, or nil.
func (m *Store) conflict(p *userpool.UserPool, u *userpool.User) *userpool.Error {
	switch {
	case m.Users[u.Username] != nil:
		return userpool.Errorf(userpool.UsernameExists, "taken")
	case m.Taken != "" && u.Attributes.Get("email") == m.Taken:
		return userpool.AliasTaken("email")
	}
	wanted := p.Aliases(u)
	if len(wanted) > 0 {
		for _, other := range m.Users {
			for _, held := range p.Aliases(other) {
				for _, a := range wanted {
					if a.Attribute == held.Attribute && a.Key == held.Key {
						return userpool.AliasTaken(a.Attribute)
					}
				}
			}
		}
	}
	return nil
}

// UpdateLeased changes a job under a lease. See [importjob.Store].
func (m *Store) UpdateLeased(_ context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (*importjob.Job, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if j := m.Jobs[key]; j == nil || j.Lease != lease {
		return nil, importjob.ErrLeaseLost
	}
	return m.update(key, update)
}

// UpdateJob changes a job. See [importjob.Store].
func (m *Store) UpdateJob(_ context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return m.update(key, update)
}

func (m *Store) update(key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	before := m.Jobs[key]
	if before == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "there is no job %s", key.JobID)
	}
	j := clone(before)
	if err := update(j); err != nil {
		return nil, err
	}
	if j.Key() != key {
		return nil, fmt.Errorf("UpdateJob must not change the key of job %s", key.JobID)
	}
	if j.State.Active() && !before.State.Active() {
		for _, other := range m.Jobs {
			if other.State.Active() {
				return nil, userpool.Errorf(userpool.PreconditionNotMet, "job %s is active", other.ID)
			}
		}
	}
	m.Jobs[key] = j
	return clone(j), nil
}

// Pool returns the store's pool for any ID.
func (m *Store) Pool(context.Context, string) (*userpool.UserPool, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	p := *m.UserPool
	p.Users = int64(len(m.Users))
	return &p, nil
}

// IndexUsers does nothing: a commit defers no index.
func (m *Store) IndexUsers(ctx context.Context, _ string) error { return ctx.Err() }

// Unindexed returns no pool; see IndexUsers.
func (m *Store) Unindexed(context.Context) ([]string, error) { return nil, nil }

// Overdue returns jobs that were created and not started. See [importjob.Store].
func (m *Store) Overdue(_ context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return m.page(after, limit, func(j *importjob.Job) bool { return j.State == importjob.Created && j.Created.Before(createdBefore) })
}

// WithFiles returns jobs that have ended and have a file. See [importjob.Store].
func (m *Store) WithFiles(_ context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return m.page(after, limit, func(j *importjob.Job) bool { return j.State.Ended() && j.Upload.Name != "" })
}

// page returns up to limit of the wanted jobs after a place.
func (m *Store) page(after importjob.Place, limit int, wanted func(*importjob.Job) bool) (out []*importjob.Job, _ error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, j := range m.Jobs {
		if wanted(j) && ByPlace(after, j.Place()) < 0 {
			out = append(out, clone(j))
		}
	}
	slices.SortFunc(out, func(a, b *importjob.Job) int { return ByPlace(a.Place(), b.Place()) })
	return out[:min(limit, len(out))], nil
}

// ByPlace compares the places of two jobs, which is the order of the pages of
// [importjob.Store].
func ByPlace(a, b importjob.Place) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Key.PoolID, b.Key.PoolID), cmp.Compare(a.Key.JobID, b.Key.JobID))
}

// Open reads a file from an offset on. See [importjob.Files].
func (m *Store) Open(_ context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	data, ok := m.Files[u.Name]
	if !ok {
		return nil, importjob.FileMissing
	}
	if offset > int64(len(data)) {
		return nil, importjob.FileTruncated
	}
	return io.NopCloser(bytes.NewReader(data[offset:])), nil
}

// Remove deletes a job's file. See [importjob.Files].
func (m *Store) Remove(_ context.Context, key importjob.Key) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	delete(m.Files, key.JobID+"/file")
	return nil
}

func clone(j *importjob.Job) *importjob.Job {
	c := *j
	return &c
}

// KeepRest keeps rows that an ended job did not reach. See [importjob.Store].
func (m *Store) KeepRest(_ context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	j := m.Jobs[key]
	if j == nil || j.Rest != from || j.RestKept || j.Completed.IsZero() {
		return importjob.ErrLeaseLost
	}
	if !j.RowsGone && len(rows) > 0 {
		m.Rows[key] = append(m.Rows[key], importjob.Kept{Rejected: slices.Clone(rows)})
	}
	j.Rest, j.RestKept = end, done
	return nil
}

// ExpireRows deletes kept rows of jobs. See [importjob.Store].
func (m *Store) ExpireRows(_ context.Context, endedBefore time.Time) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for key, j := range m.Jobs {
		if !j.Completed.IsZero() && j.Completed.Before(endedBefore) {
			delete(m.Rows, key)
			delete(m.Corrected, key)
			j.Header, j.Asked, j.Format = "", j.Asked.WithoutNames(), j.Format.WithoutNames()
			j.RowsGone = true
		}
	}
	return nil
}
