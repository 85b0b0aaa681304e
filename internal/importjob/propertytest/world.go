package propertytest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// world is what the nodes of a case share: a store and a file store of several pools, each
// with one job.
type world struct {
	pools   []*memstore.Store
	cuts    []int // maximum number of rows to settle, for each commit in turn; 0: all
	commits int

	mu        sync.Mutex
	unindexed map[string]bool // pools with unindexed users
}

func poolID(i int) string { return fmt.Sprintf("us-east-1_Property%d", i) }
func jobID(i int) string  { return fmt.Sprintf("import-property%d", i) }

// jobKey returns the key of the plan's i-th job.
func jobKey(i int) importjob.Key { return importjob.Key{PoolID: poolID(i), JobID: jobID(i)} }

// newWorld creates the pools of a plan. Their jobs are added later.
func newWorld(p plan) *world {
	w := &world{cuts: p.Cuts, unindexed: map[string]bool{}}
	for i, j := range p.Jobs {
		m := memstore.New(&userpool.UserPool{
			ID: poolID(i), Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
			FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
		})
		m.Taken = takenAddress
		for n := range j.Present {
			m.Users[presentUser(n)] = &userpool.User{Username: presentUser(n)}
		}
		w.pools = append(w.pools, m)
	}
	return w
}

// begin adds and starts the plan's i-th job, and applies the defect of its file.
func (w *world) begin(i int, j jobPlan) {
	text, _ := j.File.write(j.Present)
	key := w.pools[i].Add(jobID(i), j.File.file(text))
	w.pools[i].Mu.Lock()
	started := w.pools[i].Jobs[key]
	started.Budget, started.Format = j.Budget, j.File.format(text)
	if started.Format == nil { // package usercsv tests how the format of a file is detected
		started.Asked = &usercsv.Asked{Strict: true}
	}
	w.pools[i].Mu.Unlock()
	j.File.Defect.damage(w.pools[i], jobID(i)+"/file")
}

func (w *world) pool(id string) *memstore.Store {
	for _, m := range w.pools {
		if m.UserPool.ID == id {
			return m
		}
	}
	panic("no pool " + id)
}

func (w *world) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	for _, m := range w.pools {
		if j, err := m.Claim(ctx, node, now, until); j != nil || err != nil {
			return j, err
		}
	}
	return nil, nil
}

// Commit settles as many rows as the plan says for this commit. The audit admits one call at
// a time.
func (w *world) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	if len(w.cuts) > 0 {
		if most := w.cuts[w.commits%len(w.cuts)]; most > 0 {
			rows := batch.First()
			batch.Rows = together(rows[:min(most, len(rows))])
		}
		w.commits++
	}
	j, err := w.pool(key.PoolID).Commit(ctx, p, key, lease, batch, now)
	if err == nil {
		w.setUnindexed(key.PoolID, true)
	}
	return j, err
}

func (w *world) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (*importjob.Job, error) {
	return w.pool(key.PoolID).UpdateLeased(ctx, key, lease, update)
}

func (w *world) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	return w.pool(key.PoolID).UpdateJob(ctx, key, update)
}

func (w *world) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return w.pool(id).Pool(ctx, id)
}

func (w *world) Overdue(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) (all []*importjob.Job, err error) {
	return w.page(limit, func(m *memstore.Store) ([]*importjob.Job, error) { return m.Overdue(ctx, createdBefore, after, limit) })
}

func (w *world) WithFiles(ctx context.Context, after importjob.Place, limit int) (all []*importjob.Job, err error) {
	return w.page(limit, func(m *memstore.Store) ([]*importjob.Job, error) { return m.WithFiles(ctx, after, limit) })
}

// page returns the first of the jobs that find returns for all pools.
func (w *world) page(limit int, find func(*memstore.Store) ([]*importjob.Job, error)) (all []*importjob.Job, err error) {
	for _, m := range w.pools {
		some, err := find(m)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b *importjob.Job) int { return memstore.ByPlace(a.Place(), b.Place()) })
	return all[:min(limit, len(all))], nil
}

func (w *world) IndexUsers(ctx context.Context, poolID string) error {
	if ctx.Err() == nil {
		w.setUnindexed(poolID, false)
	}
	return ctx.Err()
}

func (w *world) setUnindexed(poolID string, is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unindexed[poolID] = is
}

func (w *world) isUnindexed(poolID string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unindexed[poolID]
}

func (w *world) Unindexed(ctx context.Context) (poolIDs []string, err error) {
	for i := range w.pools {
		if w.isUnindexed(poolID(i)) && !w.look(jobKey(i)).job.State.Active() {
			poolIDs = append(poolIDs, poolID(i))
		}
	}
	return poolIDs, ctx.Err()
}

// Outcomes is used by the result log.
func (w *world) Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error) {
	return w.pool(key.PoolID).Outcomes(ctx, key, afterLine, limit)
}

func (w *world) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	for i, m := range w.pools {
		if strings.HasPrefix(u.Name, jobID(i)+"/") {
			return m.Open(ctx, u, offset)
		}
	}
	return nil, importjob.FileMissing
}

func (w *world) Remove(ctx context.Context, key importjob.Key) error {
	return w.pool(key.PoolID).Remove(ctx, key)
}

// snapshot is the state of a job and its pool at one moment.
type snapshot struct {
	exists    bool // the job exists
	unindexed bool
	job       importjob.Job
	segments  int
	users     int
	kept      int    // number of kept segments
	causes    string // in the form of tellCauses
}

// String describes the snapshot for a violation.
func (s snapshot) String() string {
	j := &s.job
	return fmt.Sprintf("%s %+v %+v, leased to %+v until %v, file %q, %d segments, %d users, rest %+v, whole: %v, %d pieces kept",
		j.State, j.Counts, j.Checkpoint, j.Lease, j.LeaseUntil, j.Upload.Name, s.segments, s.users, j.Rest, j.RestKept, s.kept)
}

func (w *world) look(key importjob.Key) (s snapshot) {
	m := w.pool(key.PoolID)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	s = snapshot{unindexed: w.isUnindexed(key.PoolID), segments: len(m.Segments), users: len(m.Users), kept: len(m.Rows[key]), causes: tellCauses(m.Tallies[key])}
	if j := m.Jobs[key]; j != nil {
		s.exists, s.job = true, *j
	}
	return s
}

// tellCauses writes the causes, sorted by their text.
func tellCauses(causes []importjob.Cause) string {
	var lines []string
	for _, c := range causes {
		lines = append(lines, fmt.Sprintf("%s %s %q %q: %d from line %d", c.Verdict, c.Code, c.Column, c.Flaw, c.Rows, c.Line))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

// verdicts returns the verdicts of the segments from the n-th on, row by row.
func (w *world) verdicts(key importjob.Key, n int) (rows []importjob.Outcome) {
	m := w.pool(key.PoolID)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, s := range m.Segments[n:] {
		for _, o := range s.Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				row := o
				row.Line, row.To = line, 0
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// users returns the pool's users by name, described as in the model. Users from before the
// job have no description.
func (w *world) users(key importjob.Key) map[string]string {
	m := w.pool(key.PoolID)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	out := map[string]string{}
	for name, u := range m.Users {
		if out[name] = ""; len(u.Attributes) > 0 {
			out[name] = describeUser(u.Attributes.Get("email"), u.Attributes.Get("name"), u.Attributes.Get("birthdate"))
		}
	}
	return out
}

// keptRows returns what is kept of a job's rows in the segments from the n-th on: the rows
// that were not imported, and the usernames of the others by line and number. It also returns
// what is wrong with a run of users.
func (w *world) keptRows(key importjob.Key, n int) (rows []importjob.KeptRow, users map[importedRow]string, wrong string) {
	m := w.pool(key.PoolID)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	users = map[importedRow]string{}
	for _, piece := range m.Rows[key][min(n, len(m.Rows[key])):] {
		rows = append(rows, piece.Rejected...)
		for _, run := range piece.Users {
			for i := range run.Rows {
				row := importedRow{run.Line + i, run.Number + i}
				if _, twice := users[row]; twice {
					wrong = fmt.Sprintf("row %d became two users", row.number)
				}
				if made, is := m.Made[run.UserNo+i]; is && made.Job == key {
					users[row] = made.User.Username
				} else {
					users[row] = ""
				}
			}
		}
	}
	return rows, users, wrong
}

// importedRow is a row that became a user.
type importedRow struct{ line, number int64 }

func (w *world) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	return w.pool(key.PoolID).KeepRest(ctx, key, from, rows, end, done)
}

func (w *world) ExpireRows(ctx context.Context, endedBefore time.Time) error {
	for _, pool := range w.pools {
		if err := pool.ExpireRows(ctx, endedBefore); err != nil {
			return err
		}
	}
	return nil
}
