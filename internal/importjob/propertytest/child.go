package propertytest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// resumeAll resumes the stopped jobs whose rest is completely kept. It checks that the result
// is that of the whole import.
func (s *simulation) resumeAll() {
	for i, m := range s.models {
		key := jobKey(i)
		if j := s.world.look(key).job; s.intact() && j.State == importjob.Stopped && j.RestKept {
			s.resume(i, key, m)
		}
	}
}

// resume imports the rest of a job by a child, which is stopped after its first commit, and
// by a child of that child.
func (s *simulation) resume(job int, parent importjob.Key, m model) {
	pool := s.world.pools[job]
	for generation := 1; ; generation++ {
		rest := notReached(pool, parent)
		if len(rest) == 0 {
			break
		}
		s.count("child of a stopped job")
		var file strings.Builder
		p := pool.Job(parent)
		if err := importjob.WriteChild(&file, p.Header, usercsv.Limits{RowChars: rowChars}, sequence(s.defect.brokenChild(rest)), nil); err != nil {
			s.violate("%s: the file: %v", ruleChild, err)
			return
		}
		child := pool.Add(fmt.Sprintf("%s-%d", jobID(job), generation), file.String())
		s.runChild(pool, child, parent, generation == 1)
		s.checkChild(pool, child, file.String(), m)
		if !s.intact() {
			return
		}
		parent = child
	}
	want := map[string]string{}
	for i := range s.plan.Jobs[job].Present {
		want[presentUser(i)] = ""
	}
	for _, f := range m.fates {
		if f.username != "" {
			want[f.username] = f.user
		}
	}
	if got := s.world.users(jobKey(job)); !maps.Equal(want, got) {
		s.violate("%s: users (-model +kept):\n%s", ruleChild, cmp.Diff(want, got))
	}
}

// notReached returns the kept rows that a job did not reach.
func notReached(pool *memstore.Store, key importjob.Key) (rows []importjob.KeptRow) {
	pool.Mu.Lock()
	defer pool.Mu.Unlock()
	for _, piece := range pool.Rows[key] {
		for _, row := range piece.Rejected {
			if row.Verdict == importjob.RowNotReached {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func sequence(rows []importjob.KeptRow) func(func(importjob.KeptRow, error) bool) {
	return func(yield func(importjob.KeptRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// runChild runs an engine that imports a child, either without interruption or until a stop
// during its first commit.
func (s *simulation) runChild(pool *memstore.Store, key, parent importjob.Key, stop bool) {
	pool.Mu.Lock()
	pool.Jobs[key].SetParent(s.defect.brokenParent(pool.Jobs[parent]), importjob.Resume)
	pool.Jobs[key].Budget = importjob.Budget{NeverFail: true}
	pool.Mu.Unlock()
	store := importjob.Store(pool)
	if stop {
		store = &stopsOnce{Store: pool, pool: pool}
	}
	engine := importjob.NewEngine(store, pool, importjob.Config{
		Node: "resuming", Log: quiet(), Limits: usercsv.Limits{RowChars: rowChars}, PortionRows: s.plan.Nodes[0].PortionRows,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); engine.Run(ctx) }()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) { // in a bubble
		if j := pool.Job(key); j.State.Ended() && j.Upload.Name == "" {
			if stop && j.State == importjob.Stopped {
				s.count("child that was stopped")
			}
			if !stop && j.State != importjob.Succeeded || j.State == importjob.Failed {
				s.violate("%s: the child ended %s: %s", ruleChild, j.State, j.Message)
			}
			break
		}
		if time.Since(begun) > 10*time.Minute {
			s.violate("%s: the child has not ended", ruleChild)
			break
		}
	}
	cancel()
	<-done
}

// stopsOnce is a store in which a client asks for a stop during the first commit.
type stopsOnce struct {
	importjob.Store
	pool  *memstore.Store
	asked bool
}

func (s *stopsOnce) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	if !s.asked {
		s.asked = true
		if _, err := s.pool.UpdateJob(ctx, key, func(j *importjob.Job) error { return j.Stop("", now) }); err != nil {
			return nil, err
		}
	}
	return s.Store.Commit(ctx, p, key, lease, batch, now)
}

// checkChild checks the settled rows of a child. Each must have the verdict that it would
// have got in the first job, by its line there. The rows must be the next ones.
func (s *simulation) checkChild(pool *memstore.Store, key importjob.Key, file string, m model) {
	lines, err := firstLines(file)
	if err != nil {
		s.violate("%s: the file: %v", ruleChild, err)
		return
	}
	fates, outcomes := map[int64]fate{}, map[int64]importjob.Outcome{}
	for n, f := range m.fates {
		fates[f.outcome.Line], outcomes[f.outcome.Line] = f, m.outcomeOfKept(n)
	}
	var got, want []importjob.Outcome
	pool.Mu.Lock()
	for _, segment := range pool.Segments {
		if segment.Job != key {
			continue
		}
		for _, o := range segment.Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				row := o
				row.Line, row.To, row.Reason = lines[line], 0, "" // some reasons have the number of columns
				got = append(got, row)
			}
		}
	}
	pool.Mu.Unlock()
	for _, line := range slices.Sorted(maps.Keys(lines))[:min(len(got), len(lines))] {
		want = append(want, outcomes[lines[line]])
	}
	if !slices.Equal(want, got) || int64(len(got)) != pool.Job(key).Counts.Sum() {
		s.violate("%s: verdicts (-model +child):\n%s", ruleChild, cmp.Diff(want, got))
	}
	rows, users, wrong := s.world.keptRows(key, 0)
	for row, name := range users {
		if f := fates[lines[row.line]]; name != f.username {
			wrong = fmt.Sprintf("line %d became user %q, want %q", row.line, name, f.username)
		}
	}
	for _, run := range runsOf(pool, key) {
		for i := range run.Rows {
			if left := run.From(i); left.Origin != lines[left.Line] {
				wrong = fmt.Sprintf("line %d is said to be of line %d, is of %d", left.Line, left.Origin, lines[left.Line])
			}
		}
	}
	if wrong != "" || len(rows)+len(users) != len(lines) {
		s.violate("%s: of %d rows there are %d kept and %d users %s", ruleChild, len(lines), len(rows), len(users), wrong)
	}
	if last := m.fates[len(m.fates)-1].outcome.Line; len(lines) == 0 || lines[slices.Max(slices.Collect(maps.Keys(lines)))] != last {
		s.violate("%s: the child's last row is not that of line %d", ruleChild, last)
	}
}

// runsOf returns the runs of users that a job's rows became.
func runsOf(pool *memstore.Store, key importjob.Key) (runs []importjob.UserRun) {
	pool.Mu.Lock()
	defer pool.Mu.Unlock()
	for _, piece := range pool.Rows[key] {
		runs = append(runs, piece.Users...)
	}
	return runs
}

// firstLines returns the line of each row of a child's file in the first job's file, by the
// line in the child's file.
func firstLines(file string) (map[int64]int64, error) {
	lines := map[int64]int64{}
	r := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, usercsv.Limits{RowChars: rowChars})
	_, err := r.Header()
	for err == nil {
		var record usercsv.Record
		if record, err = r.Next(); err != nil {
			break
		}
		number, _, _ := strings.Cut(record.Text, ",")
		lines[record.Line], err = strconv.ParseInt(number, 10, 64)
	}
	if err == io.EOF {
		err = nil
	}
	return lines, err
}
