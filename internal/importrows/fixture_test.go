package importrows_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// memory has the kept rows of one job and the users of its pool.
type memory struct {
	segments    []importjob.Kept
	corrections map[int64]importjob.Correction
	users       map[string]bool // usernames
	asked       int             // how often rows were checked
	reads       int             // how often rows were read
}

func (m *memory) KeptRows(_ context.Context, _ importjob.Key, afterLine int64, limit int, _ bool) (page []importjob.Kept, err error) {
	m.reads++
	n := 0
	for _, s := range m.segments {
		if n >= limit {
			break
		}
		if len(s.Rejected) == 0 || s.Rejected[len(s.Rejected)-1].Line <= afterLine {
			continue
		}
		page = append(page, s)
		n += len(s.Rejected)
	}
	return page, nil
}

func (m *memory) SetCorrections(_ context.Context, _ importjob.Key, corrections []importjob.Correction) error {
	for _, c := range corrections {
		if len(c.Values) == 0 && c.Text == "" {
			delete(m.corrections, c.Line)
			continue
		}
		m.corrections[c.Line] = c
	}
	return nil
}

func (m *memory) Corrections(_ context.Context, _ importjob.Key, afterLine int64, limit int) (page []importjob.Correction, err error) {
	for _, line := range slices.Sorted(maps.Keys(m.corrections)) {
		if line > afterLine && len(page) < limit {
			page = append(page, m.corrections[line])
		}
	}
	return page, nil
}

func (m *memory) CountCorrections(context.Context, importjob.Key) (all, passing int64, err error) {
	for _, c := range m.corrections {
		all++
		if c.Passes {
			passing++
		}
	}
	return all, passing, nil
}

func (m *memory) Children(context.Context, importjob.Key) ([]*importjob.Job, error) { return nil, nil }

func (m *memory) JobUsers(context.Context, *userpool.UserPool, importjob.Key, int64, int) ([]importjob.NumberedUser, error) {
	return nil, nil
}

func (m *memory) CheckRows(_ context.Context, p *userpool.UserPool, rows []importjob.Row, before *importjob.Taken) ([]*userpool.Error, error) {
	m.asked++
	errs := make([]*userpool.Error, len(rows))
	for i, row := range rows {
		name := row.User.Username
		if m.users[name] || before.Has("name", name) {
			errs[i] = userpool.Errorf(userpool.UsernameExists, "taken")
			continue
		}
		before.Add("name", name)
	}
	return errs, nil
}

// job is a job whose rows are in a memory.
type job struct {
	*memory
	*importjob.Job
	pool  *userpool.UserPool
	sheet *importrows.Sheet
}

// kept returns a job that keeps all rows of a file that break a rule or name an existing
// user. segment is the number of rows of a segment.
func kept(t *testing.T, csv, algorithm string, segment int, users ...string) job {
	t.Helper()
	pool := &userpool.UserPool{
		ID: "us-east-1_x", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
	}
	m := &memory{corrections: map[int64]importjob.Correction{}, users: map[string]bool{}}
	for _, name := range users {
		m.users[name] = true
	}
	r := usercsv.NewReader(strings.NewReader(csv), usercsv.Position{}, usercsv.Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	j := &importjob.Job{PoolID: pool.ID, ID: "import-1", State: importjob.Succeeded, Header: usercsv.FormatRow(header), HashAlgorithm: algorithm}
	d, err := usercsv.NewDecoder(pool, header, algorithm, usercsv.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var s importjob.Kept
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		row := importjob.KeptRow{Line: record.Line, Offset: record.Offset, Number: record.End.Rows, Text: record.Text}
		u, problem := d.Decode(record)
		switch {
		case problem != nil:
			row.Verdict, row.Column, row.Code, row.Flaw, row.Reason = importjob.RowFailed, problem.Column, problem.Code, problem.Flaw, problem.Reason
		case m.users[u.Username]:
			row.Verdict, row.Code, row.Reason = importjob.RowSkipped, userpool.CodeUsernameExists, importjob.ReasonExists
		default:
			continue
		}
		if s.Rejected = append(s.Rejected, row); len(s.Rejected) == segment {
			m.segments, s = append(m.segments, s), importjob.Kept{}
		}
	}
	if len(s.Rejected) > 0 {
		m.segments = append(m.segments, s)
	}
	sheet, err := importrows.NewSheet(j, pool, usercsv.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return job{m, j, pool, sheet}
}

// views returns the rows of a query from all its pages.
func (j job) views(t *testing.T, q importrows.Query) (all []importrows.View) {
	t.Helper()
	q.Limit = cmp.Or(q.Limit, 100)
	for more := true; more; {
		page, err := importrows.Find(t.Context(), j.memory, j.Key(), q)
		if err != nil {
			t.Fatal(err)
		}
		views, err := j.sheet.Views(t.Context(), j.memory, page.Rows)
		if err != nil {
			t.Fatal(err)
		}
		all, more, q.After = append(all, views...), page.More, page.Next
	}
	return all
}

// correct applies valid edits.
func (j job) correct(t *testing.T, edits ...importrows.Edit) []importrows.View {
	t.Helper()
	views, err := j.sheet.Correct(t.Context(), j.memory, j.Key(), edits)
	if err != nil {
		t.Fatal(err)
	}
	return views
}

func lines(views []importrows.View) (out []int64) {
	for _, v := range views {
		out = append(out, v.Line)
	}
	return out
}
