package importjob_test

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
	"poolhouse/internal/userpool"
)

// memory is a store and a file store that live as long as a test. Every
// method is one act under one lock, as the interface asks of a database.
type memory struct {
	mu       sync.Mutex
	pool     *userpool.UserPool
	jobs     map[importjob.Key]*importjob.Job
	users    map[string]*userpool.User // by username
	segments []importjob.Segment
	files    map[string][]byte // by upload name
	cut      int               // settle at most this many rows a commit; 0: all
	taken    string            // the email address of somebody who signs in with it; "": of nobody
}

func newMemory(pool *userpool.UserPool) *memory {
	return &memory{
		pool: pool, jobs: map[importjob.Key]*importjob.Job{},
		users: map[string]*userpool.User{}, files: map[string][]byte{},
	}
}

// add makes a started job with a file.
func (m *memory) add(id, csv string) importjob.Key {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	j := &importjob.Job{
		PoolID: m.pool.ID, ID: id, Name: id, State: importjob.Created, Created: now,
		Upload: importjob.Upload{Name: id + "/file", Size: int64(len(csv))},
	}
	m.files[j.Upload.Name] = []byte(csv)
	if err := j.Start(now); err != nil {
		panic(err)
	}
	m.jobs[j.Key()] = j
	return j.Key()
}

// job returns a copy of the job as it is now.
func (m *memory) job(key importjob.Key) importjob.Job {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.jobs[key]
}

// outcomes returns everything that was said of rows, in order.
func (m *memory) outcomes() []importjob.Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []importjob.Outcome
	for _, s := range m.segments {
		out = append(out, s.Outcomes...)
	}
	return out
}

func (m *memory) Claim(_ context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var waiting []*importjob.Job
	for _, j := range m.jobs {
		if j.State.Active() && !j.LeaseUntil.After(now) {
			waiting = append(waiting, j)
		}
	}
	if len(waiting) == 0 {
		return nil, nil
	}
	j := slices.MinFunc(waiting, func(a, b *importjob.Job) int { return cmp.Compare(a.ID, b.ID) })
	j.Lease = importjob.Lease{Node: node, Epoch: j.Lease.Epoch + 1}
	j.LeaseUntil = until
	return clone(j), nil
}

func (m *memory) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (int, *importjob.Job, error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[key]
	if j.Lease != lease || j.Checkpoint != batch.From || j.State != importjob.InProgress && j.State != importjob.Stopping {
		return 0, nil, importjob.ErrLeaseLost
	}
	if len(batch.Rows) == 0 {
		return 0, nil, fmt.Errorf("an empty batch")
	}
	n := len(batch.Rows)
	if m.cut > 0 {
		n = min(n, m.cut)
	}
	var tally importjob.Tally
	for i := range batch.Rows[:n] {
		row := &batch.Rows[i]
		var refused *userpool.Error
		if row.User != nil {
			refused = m.insert(row.User)
		}
		tally.Settle(row, refused)
	}
	m.segments = append(m.segments, importjob.Segment{At: now, Outcomes: tally.Outcomes})
	j.Counts.Imported += tally.Counts.Imported
	j.Counts.Skipped += tally.Counts.Skipped
	j.Counts.Failed += tally.Counts.Failed
	j.Checkpoint = tally.End
	return n, clone(j), nil
}

// meets reports whether users of the batch are there already.
func (m *memory) meets(batch importjob.Batch) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(batch.Rows, func(row importjob.Row) bool { return row.User != nil && m.users[row.User.Username] != nil })
}

// insert adds a user, or says why it cannot be there.
func (m *memory) insert(u *userpool.User) *userpool.Error {
	switch {
	case m.users[u.Username] != nil:
		return userpool.Errorf(userpool.UsernameExists, "taken")
	case m.taken != "" && u.Attributes.Get("email") == m.taken:
		return userpool.AliasTaken("email")
	}
	m.users[u.Username] = u
	return nil
}

func (m *memory) UpdateLeased(_ context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (*importjob.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.jobs[key].Lease != lease {
		return nil, importjob.ErrLeaseLost
	}
	return m.update(key, update)
}

func (m *memory) UpdateJob(_ context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.update(key, update)
}

func (m *memory) update(key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	j := clone(m.jobs[key])
	if err := update(j); err != nil {
		return nil, err
	}
	m.jobs[key] = j
	return clone(j), nil
}

func (m *memory) Pool(context.Context, string) (*userpool.UserPool, error) { return m.pool, nil }

func (m *memory) CatchUp(ctx context.Context, _ string) error { return ctx.Err() }
func (m *memory) Behind(context.Context) ([]string, error)    { return nil, nil }

func (m *memory) Overdue(_ context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return m.page(after, limit, func(j *importjob.Job) bool { return j.State == importjob.Created && j.Created.Before(createdBefore) })
}

func (m *memory) WithFiles(_ context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return m.page(after, limit, func(j *importjob.Job) bool { return j.State.Ended() && j.Upload.Name != "" })
}

// page returns the first jobs after a place that are asked for.
func (m *memory) page(after importjob.Place, limit int, wanted func(*importjob.Job) bool) (out []*importjob.Job, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if wanted(j) && byPlace(after, j.Place()) < 0 {
			out = append(out, clone(j))
		}
	}
	slices.SortFunc(out, func(a, b *importjob.Job) int { return byPlace(a.Place(), b.Place()) })
	return out[:min(limit, len(out))], nil
}

func byPlace(a, b importjob.Place) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Key.PoolID, b.Key.PoolID), cmp.Compare(a.Key.JobID, b.Key.JobID))
}

func (m *memory) Open(_ context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[u.Name]
	if !ok {
		return nil, importjob.FileMissing
	}
	if offset > int64(len(data)) {
		return nil, importjob.FileTruncated
	}
	return io.NopCloser(bytes.NewReader(data[offset:])), nil
}

func (m *memory) Remove(_ context.Context, key importjob.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, key.JobID+"/file")
	return nil
}

func clone(j *importjob.Job) *importjob.Job {
	c := *j
	return &c
}
