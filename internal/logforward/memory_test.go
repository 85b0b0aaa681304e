package logforward

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// memory is a store in memory.
type memory struct {
	mu   sync.Mutex
	kept string // the name of the log groups of all pools, "" for none
	jobs map[importjob.Key]*kept
}

// kept has what is stored of a job.
type kept struct {
	job      importjob.Job
	segments []importjob.Segment
	progress Progress
	node     string
	until    time.Time
	done     bool
}

var begun = time.UnixMilli(1_700_000_000_000).UTC()

// key returns the key of a pool's job.
func key(pool string) importjob.Key { return importjob.Key{PoolID: pool, JobID: "import-" + pool} }

// add adds a job that has begun, and settles rows of its file in segments.
func (m *memory) add(pool string, segments ...int64) importjob.Key {
	m.mu.Lock()
	if m.jobs == nil {
		m.jobs = map[importjob.Key]*kept{}
	}
	k := key(pool)
	m.jobs[k] = &kept{job: importjob.Job{PoolID: k.PoolID, ID: k.JobID, Name: "job", State: importjob.InProgress, TotalRows: 1,
		Requested: begun.Add(time.Duration(len(m.jobs)) * time.Second), Started: begun.Add(time.Hour)}}
	m.mu.Unlock()
	for _, lines := range segments {
		m.settle(k, lines)
	}
	return k
}

// settle settles the next lines of the job's file.
func (m *memory) settle(k importjob.Key, lines int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[k]
	first := j.job.Counts.Sum() + 2
	j.segments = append(j.segments, importjob.Segment{At: begun.Add(2 * time.Hour), Outcomes: []importjob.Outcome{
		{Line: first, To: first + lines - 1, Verdict: importjob.RowSucceeded},
	}})
	j.job.Counts.Imported += lines
}

func (m *memory) end(k importjob.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs[k].job.State = importjob.Succeeded
}

// expire deletes the job's first segment.
func (m *memory) expire(k importjob.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs[k].segments = m.jobs[k].segments[1:]
}

// done reports whether all jobs were forwarded.
func (m *memory) done() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if !j.done {
			return false
		}
	}
	return true
}

func (m *memory) look(k importjob.Key) (*kept, error) {
	j := m.jobs[k]
	if j == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "gone")
	}
	return j, nil
}

func (m *memory) Job(_ context.Context, k importjob.Key) (*importjob.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, err := m.look(k)
	if err != nil {
		return nil, err
	}
	copied := j.job
	return &copied, nil
}

func (m *memory) Pool(_ context.Context, id string) (*userpool.UserPool, error) {
	return &userpool.UserPool{ID: id, Name: "people", LogGroup: m.kept}, nil
}

func (m *memory) Outcomes(_ context.Context, k importjob.Key, after int64, limit int) (out []importjob.Segment, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, err := m.look(k)
	if err != nil {
		return nil, err
	}
	for _, s := range j.segments {
		if last := s.Outcomes[0].Last(); last > after && limit > 0 {
			out = append(out, s)
			limit -= int(last - max(s.Outcomes[0].Line-1, after))
		}
	}
	return out, nil
}

// OutcomesBefore is not called, because events are read forward.
func (m *memory) OutcomesBefore(context.Context, importjob.Key, int64, int) ([]importjob.Segment, error) {
	panic("read backward")
}

func (m *memory) ClaimForward(_ context.Context, node string, now, until time.Time) (*Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*kept
	for _, j := range m.jobs {
		newer := slices.ContainsFunc(j.segments, func(s importjob.Segment) bool { return s.Outcomes[0].Last() >= j.progress.Next })
		if !j.done && !j.until.After(now) && (newer || j.progress.Next == 0 || j.job.State.Ended()) {
			found = append(found, j)
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	j := slices.MinFunc(found, func(a, b *kept) int { return cmp.Compare(a.job.Requested.UnixNano(), b.job.Requested.UnixNano()) })
	j.node, j.until = node, until
	return &Claim{Key: j.job.Key(), Node: node, Progress: j.progress}, nil
}

func (m *memory) NoteForward(ctx context.Context, c Claim, until time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[c.Key]
	if j == nil || j.node != c.Node {
		return ErrLost
	}
	j.progress, j.until = c.Progress, until
	return nil
}

func (m *memory) EndForward(ctx context.Context, c Claim) error {
	if err := m.NoteForward(ctx, c, time.Time{}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs[c.Key].done = true
	return nil
}

// archive is a destination in memory.
type archive struct {
	mu       sync.Mutex
	streams  map[string][]int64 // the places of the received events
	groups   []string           // the groups of the received calls
	puts     int
	most     int                                           // maximum number of events of a call; 0: all
	fail     func(stream string) error                     // the error of the next calls, or nil
	rejects  func(resultlog.Event) bool                    // nil for none
	received func(stream string, events []resultlog.Event) // may be nil
}

func (a *archive) Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.puts++
	a.groups = append(a.groups, group)
	if a.fail != nil {
		if err := a.fail(stream); err != nil {
			return 0, 0, err
		}
	}
	if a.most > 0 {
		events = events[:min(a.most, len(events))]
	}
	if a.streams == nil {
		a.streams = map[string][]int64{}
	}
	for _, e := range events {
		if a.rejects != nil && a.rejects(e) {
			rejected++
			continue
		}
		a.streams[stream] = append(a.streams[stream], e.Place)
	}
	if a.received != nil {
		a.received(stream, events)
	}
	return len(events), rejected, ctx.Err()
}

func (a *archive) set(fail func(string) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fail = fail
}

func (a *archive) tries() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.puts
}

// got returns the places received for the pool's job.
func (a *archive) got(pool string) []int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.streams["import-"+pool+"/job"])
}

// places returns the places from 0 to before end.
func places(end int64) (out []int64) {
	for i := range end {
		out = append(out, i)
	}
	return out
}
