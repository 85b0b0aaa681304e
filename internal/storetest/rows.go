package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// textRows sets the texts of rows. Some are not valid UTF-8, and some rows take several lines.
func textRows(f fileRows, r *rand.Rand) fileRows {
	line, offset := f.From.Line+2, f.From.Offset
	for i := range f.Rows {
		row := &f.Rows[i]
		row.Text = fmt.Sprintf("row %d,\xff\xfe\x00 é \"%s\"", row.End.Rows, strings.Repeat("x", r.IntN(20)))
		row.Line, row.Offset = line, offset
		line += int64(1 + r.IntN(4)/3)
		offset += int64(len(row.Text) + 1)
		row.End.Line, row.End.Offset = line-2, offset
	}
	return f
}

// rowsOfJob reads all kept rows and users of a job, some at a time. They must come in the order of
// the file, and each line once.
func rowsOfJob(t *testing.T, s importjob.Rows, key importjob.Key, limit int) (rejected map[int64]importjob.KeptRow, users map[int64]int64) {
	t.Helper()
	rejected, users = map[int64]importjob.KeptRow{}, map[int64]int64{}
	for after := int64(0); ; {
		page, err := s.KeptRows(t.Context(), key, after, limit, false)
		noError(t, err)
		if len(page) == 0 {
			return rejected, users
		}
		begun, most, n := after, after, 0
		for _, kept := range page {
			first, last := linesOf(kept)
			if first <= most || last < first {
				t.Fatalf("lines %d to %d come after line %d", first, last, most)
			}
			most = last
			before := int64(0)
			for _, row := range kept.Rejected {
				if row.Line <= before || rejected[row.Line].Line != 0 {
					t.Fatalf("the row on line %d comes twice, or after line %d", row.Line, before)
				}
				rejected[row.Line], before = row, row.Line
				n++
			}
			for _, run := range kept.Users {
				for i := range run.Rows {
					if users[run.Line+i] != 0 || rejected[run.Line+i].Line != 0 {
						t.Fatalf("the user of line %d comes twice", run.Line+i)
					}
					users[run.Line+i] = run.UserNo + i
				}
			}
		}
		if after = most; after <= begun {
			t.Fatalf("a page goes back from line %d to %d", begun, after)
		}
		if n > limit+len(page[len(page)-1].Rejected) {
			t.Fatalf("a page has %d rows in place of %d and those of one segment", n, limit)
		}
	}
}

// linesOf returns the first and the last line with a kept row or a user.
func linesOf(kept importjob.Kept) (first, last int64) {
	first = 1 << 60
	for _, row := range kept.Rejected {
		first, last = min(first, row.Line), max(last, row.Line)
	}
	for _, run := range kept.Users {
		first, last = min(first, run.Line), max(last, run.Line+run.Rows-1)
	}
	return first, last
}

// wantKept checks that each settled row of a job is kept once: with its outcome and text, or with
// its user.
func wantKept(t *testing.T, s JobStore, p *userpool.UserPool, key importjob.Key, rows []importjob.Row, limit int) {
	t.Helper()
	rejected, users := rowsOfJob(t, s, key, limit)
	outcomes := map[int64]importjob.Outcome{}
	segments, err := s.Outcomes(t.Context(), key, 0, 1e6)
	noError(t, err)
	for _, segment := range segments {
		for _, o := range segment.Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				outcomes[line] = o
			}
		}
	}
	byNo := map[int64]string{}
	made, err := s.JobUsers(t.Context(), p, key, 0, 1e6)
	noError(t, err)
	for _, u := range made {
		byNo[u.No] = u.Username
	}
	if len(outcomes) != len(rows) || len(rejected)+len(users) != len(rows) {
		t.Errorf("of %d rows %d have outcomes, and %d rejected ones and %d users are kept", len(rows), len(outcomes), len(rejected), len(users))
	}
	for _, row := range rows {
		o := outcomes[row.Line]
		if o.Verdict == importjob.RowSucceeded {
			if name := byNo[users[row.Line]]; name != row.User.Username {
				t.Errorf("line %d became user %d, %q, want %q", row.Line, users[row.Line], name, row.User.Username)
			}
			continue
		}
		want := importjob.KeptRow{Line: row.Line, Offset: row.Offset, Number: row.End.Rows, Text: row.Text,
			Verdict: o.Verdict, Column: o.Column, Code: o.Code, Flaw: o.Flaw, Reason: o.Reason}
		if diff := gocmp.Diff(want, rejected[row.Line]); diff != "" {
			t.Errorf("line %d:\n%s", row.Line, diff)
		}
	}
}

// someNames returns names of rows: mostly new ones, some of earlier rows or existing users, and
// some for rows that failed.
func someNames(r *rand.Rand, n int) []string {
	names := make([]string, n)
	for i := range names {
		switch r.IntN(6) {
		case 0:
			names[i] = ""
		case 1:
			names[i] = fmt.Sprint("user", r.IntN(i+1))
		case 2:
			names[i] = "there"
		default:
			names[i] = fmt.Sprint("user", i)
		}
	}
	return names
}

// testKeptRows: after commits of all sizes and a stop in between, each row is kept once and can be
// read from each line on.
func testKeptRows(t *testing.T, s JobStore) {
	r := rand.New(rand.NewPCG(16, 3))
	p := newPool(t, s)
	create(t, s, p, user(p, "there"))
	j := runningJob(t, s, p, "n")
	whole := textRows(batch(p, usercsv.Position{}, someNames(r, 400)...), r)
	origins := map[int64]int64{} // lines in the file of the first job, of most rows
	for i := range whole.Rows {
		if row := &whole.Rows[i]; i%11 > 0 {
			row.Origin = row.Line + 100 + int64(i/7)
			origins[row.Line] = row.Origin
		}
	}
	for rest := whole; len(rest.Rows) > 0; {
		some := fileRows{rest.From, rest.Rows[:min(1+r.IntN(90), len(rest.Rows))]}
		settled, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, some, now)
		noError(t, err)
		rest = fileRows{after.Checkpoint, rest.Rows[settled:]}
		if len(rest.Rows) < 200 && after.State == importjob.InProgress {
			_, err = s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { return j.Stop("", now) })
			noError(t, err)
		}
	}
	for _, limit := range []int{1, 7, 1000} {
		wantKept(t, s, p, j.Key(), whole.Rows, limit)
	}
	rejected, users := rowsOfJob(t, s, j.Key(), 50)
	for range 60 {
		after, only := r.Int64N(whole.Rows[len(whole.Rows)-1].Line+2), r.IntN(2) == 0
		page, err := s.KeptRows(t.Context(), j.Key(), after, 1e6, only)
		noError(t, err)
		rows, runs := 0, 0
		for _, kept := range page {
			if first, _ := linesOf(kept); first <= after || only && len(kept.Rejected) == 0 {
				t.Errorf("after line %d comes %+v", after, kept)
			}
			for _, run := range kept.Users {
				if run.UserNo != users[run.Line] {
					t.Errorf("line %d is user %d after line %d, want %d", run.Line, run.UserNo, after, users[run.Line])
				}
				for i := range run.Rows {
					if row := run.From(i); row.Origin != origins[row.Line] {
						t.Errorf("line %d is line %d of the first file, want %d", row.Line, row.Origin, origins[row.Line])
					}
				}
				runs += int(run.Rows)
			}
			rows += len(kept.Rejected)
		}
		isAfter := func(line int64) bool { return line > after }
		if want := countOf(maps.Keys(rejected), isAfter); rows != want {
			t.Errorf("after line %d are %d rows, want %d", after, rows, want)
		}
		if want := countOf(maps.Keys(users), isAfter); !only && runs != want {
			t.Errorf("after line %d are %d users, want %d", after, runs, want)
		}
	}
}

func countOf(lines func(func(int64) bool), is func(int64) bool) (n int) {
	for line := range lines {
		if is(line) {
			n++
		}
	}
	return n
}

// testKeptRowsOfInterrupted: commits are interrupted at random times and repeated from the job's
// checkpoint; each row is kept once.
func testKeptRowsOfInterrupted(t *testing.T, s Store) {
	r := rand.New(rand.NewPCG(16, 4))
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	create(t, s, p, user(p, "there"))
	j := runningJob(t, s, p, "n")
	whole := textRows(batch(p, usercsv.Position{}, someNames(r, 600)...), r)
	rest, interrupted := whole, 0
	for len(rest.Rows) > 0 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(6000))*time.Microsecond)
		_, err := s.Commit(ctx, p, j.Key(), j.Lease, rest.portions(1+r.IntN(100)), now)
		cancel()
		if err != nil {
			interrupted++
		}
		if interrupted > 20 {
			_, err = s.Commit(t.Context(), p, j.Key(), j.Lease, rest.portions(100), now)
			if !errors.Is(err, importjob.ErrLeaseLost) {
				noError(t, err)
			}
		}
		at, err := s.Job(t.Context(), j.Key())
		noError(t, err)
		rest = fileRows{at.Checkpoint, rest.Rows[at.Checkpoint.Rows-rest.From.Rows:]}
	}
	wantKept(t, s, p, j.Key(), whole.Rows, 40)
}
