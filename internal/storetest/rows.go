package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// textRows gives rows their texts, some of which are no UTF-8, and lets some take several
// lines.
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

// rowsOfJob reads all that is kept of a job, some rows at a time, and demands that it comes in
// the order of the file, and each line once.
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

// linesOf returns the first and the last line of which something is kept.
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

// wantKept demands that what is kept of a job is each of its settled rows once: with its
// outcome and text, or the user that it became.
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

// someNames returns names of rows: most are new, some are of rows before or of others, some
// stand for rows that failed.
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

// testKeptRows: after commits of whatever size, with a stop in between, each row is kept
// once, and found from each line on.
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
					t.Errorf("line %d is user %d behind line %d, want %d", run.Line, run.UserNo, after, users[run.Line])
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
		behind := func(line int64) bool { return line > after }
		if want := countOf(maps.Keys(rejected), behind); rows != want {
			t.Errorf("behind line %d are %d rows, want %d", after, rows, want)
		}
		if want := countOf(maps.Keys(users), behind); !only && runs != want {
			t.Errorf("behind line %d are %d users, want %d", after, runs, want)
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

// testKeptRowsOfInterrupted: commits whose context ends at any moment, and are tried again
// from where the job is, keep each row once.
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

// endedJob returns a job that was stopped after some rows.
func endedJob(t *testing.T, s JobStore, p *userpool.UserPool, rows fileRows) *importjob.Job {
	t.Helper()
	j := runningJob(t, s, p, "n")
	if len(rows.Rows) > 0 {
		_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, rows, now)
		noError(t, err)
	}
	j, err := s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error {
		j.State, j.Completed, j.Header = importjob.Stopped, now, `"cognito:username"`
		return nil
	})
	noError(t, err)
	return j
}

// restRows returns rows that were not reached, a line each.
func restRows(from, n int) (rows []importjob.KeptRow) {
	for i := range n {
		rows = append(rows, importjob.KeptRow{Line: int64(from+i) + 2, Offset: int64(from+i) * 10, Number: int64(from+i) + 1,
			Verdict: importjob.RowNotReached, Text: fmt.Sprintf("rest %d \xff", from+i)})
	}
	return rows
}

func restEnd(rows int) usercsv.Position {
	return usercsv.Position{Offset: int64(rows) * 10, Line: int64(rows), Rows: int64(rows)}
}

// testKeepRest: the rows that a job did not reach are kept from where the last ones ended,
// until they are done.
func testKeepRest(t *testing.T, s JobStore) {
	p := newPool(t, s)
	running := runningJob(t, s, p, "n")
	lost := func(why string, key importjob.Key, from usercsv.Position) {
		t.Helper()
		if err := s.KeepRest(t.Context(), key, from, restRows(50, 1), restEnd(51), false); !errors.Is(err, importjob.ErrLeaseLost) {
			t.Errorf("%s: %v", why, err)
		}
	}
	lost("of a job that runs", running.Key(), usercsv.Position{})
	_, _, err := settle(t.Context(), s, p, running.Key(), running.Lease, batch(p, usercsv.Position{}, "ada", "", "bob"), now)
	noError(t, err)
	j, err := s.UpdateLeased(t.Context(), running.Key(), running.Lease, func(j *importjob.Job) error { j.State, j.Completed = importjob.Stopped, now; return nil })
	noError(t, err)
	noError(t, s.KeepRest(t.Context(), j.Key(), usercsv.Position{}, restRows(3, 4), restEnd(7), false))
	lost("from the beginning again", j.Key(), usercsv.Position{})
	lost("from elsewhere", j.Key(), restEnd(6))
	noError(t, s.KeepRest(t.Context(), j.Key(), restEnd(7), restRows(7, 2), restEnd(9), true))
	lost("after they are done", j.Key(), restEnd(9))
	j, err = s.Job(t.Context(), j.Key())
	noError(t, err)
	if j.Rest != restEnd(9) || !j.RestKept {
		t.Errorf("the rest ends at %+v, %v", j.Rest, j.RestKept)
	}
	rejected, users := rowsOfJob(t, s, j.Key(), 2)
	if len(rejected) != 7 || len(users) != 2 {
		t.Errorf("%d rows and %d users are kept", len(rejected), len(users))
	}
	for _, row := range restRows(3, 6) {
		if diff := gocmp.Diff(row, rejected[row.Line]); diff != "" {
			t.Error(diff)
		}
	}
}

// testKeepRestOnce: of many nodes that keep the same rows, one does.
func testKeepRestOnce(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := endedJob(t, s, p, fileRows{})
	for round := range 5 {
		var nodes sync.WaitGroup
		var mu sync.Mutex
		kept := 0
		for range 6 {
			nodes.Go(func() {
				err := s.KeepRest(t.Context(), j.Key(), restEnd(round), restRows(round, 1), restEnd(round+1), false)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					kept++
				} else if !errors.Is(err, importjob.ErrLeaseLost) {
					t.Error(err)
				}
			})
		}
		if nodes.Wait(); kept != 1 {
			t.Fatalf("%d nodes kept the same row", kept)
		}
	}
	if rejected, _ := rowsOfJob(t, s, j.Key(), 3); len(rejected) != 5 {
		t.Errorf("%d rows are kept", len(rejected))
	}
}

// testExpireRows: what is kept of rows goes with its time, of ended jobs alone, and nothing
// comes after it. The job stays.
func testExpireRows(t *testing.T, s JobStore) {
	old, young, runs := newPool(t, s), newPool(t, s), newPool(t, s)
	gone := endedJob(t, s, old, batch(old, usercsv.Position{}, "ada", ""))
	for i := range 60 { // more segments than a slice has
		noError(t, s.KeepRest(t.Context(), gone.Key(), gone.Rest, restRows(2+i, 1), restEnd(3+i), false))
		gone.Rest = restEnd(3 + i)
	}
	stays := endedJob(t, s, young, batch(young, usercsv.Position{}, "ada", ""))
	going := runningJob(t, s, runs, "n")
	_, _, err := settle(t.Context(), s, runs, going.Key(), going.Lease, batch(runs, usercsv.Position{}, "ada", ""), now)
	noError(t, err)
	for _, j := range []*importjob.Job{gone, stays} {
		noError(t, s.SetCorrections(t.Context(), j.Key(), []importjob.Correction{{Line: 3, Text: "x"}}))
	}
	_, err = s.UpdateJob(t.Context(), stays.Key(), func(j *importjob.Job) error { j.Completed = now.Add(time.Hour); return nil })
	noError(t, err)
	before, err := s.Job(t.Context(), gone.Key())
	noError(t, err)
	for range 2 {
		noError(t, s.ExpireRows(t.Context(), now.Add(time.Minute)))
	}
	want := *before
	want.RowsGone, want.Header = true, ""
	after, err := s.Job(t.Context(), gone.Key())
	noError(t, err)
	if diff := gocmp.Diff(&want, after); diff != "" {
		t.Error(diff)
	}
	wantLeft := func(key importjob.Key, rows, corrections int) {
		t.Helper()
		rejected, _ := rowsOfJob(t, s, key, 10)
		all, _, err := s.CountCorrections(t.Context(), key)
		if err != nil || len(rejected) != rows || int(all) != corrections {
			t.Errorf("of %s are %d rows and %d corrections left, want %d and %d (%v)", key, len(rejected), all, rows, corrections, err)
		}
	}
	wantLeft(gone.Key(), 0, 0)
	wantLeft(stays.Key(), 1, 1)
	wantLeft(going.Key(), 1, 0)
	wantKind(t, s.SetCorrections(t.Context(), gone.Key(), []importjob.Correction{{Line: 3, Text: "x"}}), userpool.PreconditionNotMet)
	noError(t, s.KeepRest(t.Context(), gone.Key(), gone.Rest, restRows(70, 1), restEnd(71), true))
	wantLeft(gone.Key(), 0, 0)
}

func testCorrections(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j, other := endedJob(t, s, p, fileRows{}), newJob(p, "import-2")
	noError(t, s.CreateJob(t.Context(), other, 10))
	want := map[int64]importjob.Correction{}
	set := func(corrections ...importjob.Correction) {
		t.Helper()
		noError(t, s.SetCorrections(t.Context(), j.Key(), corrections))
		for _, c := range corrections {
			if want[c.Line] = c; len(c.Values) == 0 && c.Text == "" {
				delete(want, c.Line)
			}
		}
		passing := 0
		for _, c := range want {
			if c.Passes {
				passing++
			}
		}
		if all, pass, err := s.CountCorrections(t.Context(), j.Key()); err != nil || int(all) != len(want) || int(pass) != passing {
			t.Errorf("%d corrections, %d pass, want %d and %d (%v)", all, pass, len(want), passing, err)
		}
		for _, limit := range []int{1, 3, 1000} {
			var got []importjob.Correction
			for after := int64(0); ; after = got[len(got)-1].Line {
				page, err := s.Corrections(t.Context(), j.Key(), after, limit)
				noError(t, err)
				if got = append(got, page...); len(page) < limit {
					break
				}
			}
			var sorted []importjob.Correction
			for _, line := range slices.Sorted(maps.Keys(want)) {
				sorted = append(sorted, want[line])
			}
			if diff := gocmp.Diff(sorted, got); diff != "" {
				t.Errorf("pages of %d:\n%s", limit, diff)
			}
		}
	}
	email := func(line int64, value string, passes bool) importjob.Correction {
		return importjob.Correction{Line: line, Values: map[string]string{"email": value, "name": ""}, Passes: passes}
	}
	set(email(7, "a@example.com", true), email(3, "b", false), importjob.Correction{Line: 5, Text: "a \xff row,\x00\"", Passes: true})
	set(email(3, "b@example.com", true), email(9, "x", false), email(9, "c@example.com", true)) // the last counts
	set(importjob.Correction{Line: 7}, importjob.Correction{Line: 100})
	many := make([]importjob.Correction, 250)
	for i := range many {
		many[i] = email(int64(1000-i), fmt.Sprint(i, "@example.com"), i%3 == 0)
	}
	set(many...)
	set()
	if all, _, err := s.CountCorrections(t.Context(), other.Key()); err != nil || all != 0 {
		t.Errorf("another job has %d corrections, %v", all, err)
	}
}

func testChildren(t *testing.T, s JobStore) {
	p, other := newPool(t, s), newPool(t, s)
	var want []string
	for i, parent := range []string{"", "import-a", "", "import-a", "import-b", "import-a"} {
		j := newJob(p, "import-"+string(rune('a'+i)))
		if j.Created = now.Add(time.Duration(i) * time.Second); parent != "" {
			j.ParentID, j.Relation = parent, importjob.Retry
		}
		noError(t, s.CreateJob(t.Context(), j, 10))
		if parent == "import-a" {
			want = append(want, j.ID)
		}
	}
	for _, id := range []string{"import-a", "import-b"} { // the same ids in another pool
		j := newJob(other, id)
		j.ParentID = "import-a"
		noError(t, s.CreateJob(t.Context(), j, 10))
	}
	children, err := s.Children(t.Context(), importjob.Key{PoolID: p.ID, JobID: "import-a"})
	noError(t, err)
	var got []string
	for _, j := range children {
		got = append(got, j.ID)
		if kept, err := s.Job(t.Context(), j.Key()); err != nil || !gocmp.Equal(kept, j) || j.Relation != importjob.Retry {
			t.Errorf("the child %+v, %v", j, err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the children are %v, want %v", got, want)
	}
	if none, err := s.Children(t.Context(), importjob.Key{PoolID: p.ID, JobID: "import-c"}); err != nil || len(none) != 0 {
		t.Errorf("a job without children has %v, %v", none, err)
	}
}

// testRowsOfNoJob: what is asked for of a job that is not there is refused.
func testRowsOfNoJob(t *testing.T, s JobStore) {
	p := newPool(t, s)
	key := importjob.Key{PoolID: p.ID, JobID: "import-none"}
	_, kept := s.KeptRows(t.Context(), key, 0, 1, false)
	_, corrections := s.Corrections(t.Context(), key, 0, 1)
	_, _, count := s.CountCorrections(t.Context(), key)
	_, children := s.Children(t.Context(), key)
	_, users := s.JobUsers(t.Context(), p, key, 0, 1)
	for _, err := range []error{kept, corrections, count, children, users, s.SetCorrections(t.Context(), key, []importjob.Correction{{Line: 1, Text: "x"}})} {
		wantKind(t, err, userpool.ResourceNotFound)
	}
}

// testJobUsers: the users of a job are those that it made and who are still there, whoever
// came between them.
func testJobUsers(t *testing.T, s Store) {
	p := newPool(t, s)
	var jobs []importjob.Key
	for i := range 2 {
		startedJob(t, s, p, fmt.Sprint("import-", i))
		j, err := s.Claim(t.Context(), "n", now, now.Add(time.Minute))
		noError(t, err)
		_, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error { j.State = importjob.InProgress; return nil })
		noError(t, err)
		at := usercsv.Position{}
		for n := range 3 {
			names := []string{fmt.Sprintf("a%d-%d", i, n), "", fmt.Sprintf("b%d-%d", i, n), "between", fmt.Sprintf("c%d-%d", i, n)}
			_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, at, names...), now)
			noError(t, err)
			at = after.Checkpoint
			if i == 0 && n == 0 {
				noError(t, s.DeleteUser(t.Context(), p, "between"))
			}
			create(t, s, p, user(p, fmt.Sprintf("other%d-%d", i, n)))
		}
		_, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error { j.State, j.Completed = importjob.Succeeded, now; return nil })
		noError(t, err)
		jobs = append(jobs, j.Key())
	}
	for _, name := range []string{"a0-0", "c0-2", "b1-1"} {
		noError(t, s.DeleteUser(t.Context(), p, name))
	}
	for i, key := range jobs {
		var want []string
		for n := range 3 {
			for _, c := range "abc" {
				name := fmt.Sprintf("%c%d-%d", c, i, n)
				if c == 'c' && i == 0 && n == 1 {
					want = append(want, "between") // it was deleted, and so imported again
				}
				if !slices.Contains([]string{"a0-0", "c0-2", "b1-1"}, name) {
					want = append(want, name)
				}
			}
		}
		for _, limit := range []int{1, 2, 100} {
			var got []string
			for after := int64(0); ; {
				page, err := s.JobUsers(t.Context(), p, key, after, limit)
				noError(t, err)
				for _, u := range page {
					kept, err := s.User(t.Context(), p, u.Username)
					if err != nil || !gocmp.Equal(kept, u.User) || u.No <= after {
						t.Errorf("the user %d is %+v, %v", u.No, u.User, err)
					}
					got, after = append(got, u.Username), u.No
				}
				if len(page) < limit {
					break
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("users of %s by %d:\n%s", key.JobID, limit, diff)
			}
		}
	}
	none := newJob(p, "import-none")
	noError(t, s.CreateJob(t.Context(), none, 10))
	if users, err := s.JobUsers(t.Context(), p, none.Key(), 0, 10); err != nil || len(users) != 0 {
		t.Errorf("a job that did not begin has %v, %v", users, err)
	}
}

// testExternalIDs: what another system calls a user is kept, whichever way the user came, and
// may be there twice.
func testExternalIDs(t *testing.T, s Store) {
	p := newPool(t, s)
	want := map[string]string{}
	id := func(name, id string) *userpool.User {
		want[name] = id
		u := user(p, name)
		u.ExternalID = id
		return u
	}
	create(t, s, p, id("alone", "4711"), id("nothing", ""))
	j := runningJob(t, s, p, "n")
	at := usercsv.Position{}
	for _, size := range []int{1, 50, 7} {
		b := batch(p, at, make([]string, size)...)
		for i := range b.Rows {
			name, text := fmt.Sprintf("row%d", at.Rows+int64(i)), ""
			if i%3 > 0 {
				text = []string{"4711", "é\t\\N \"x\"", strings.Repeat("long", 500), "'; --"}[i%4]
			}
			b.Rows[i].Err, b.Rows[i].User = nil, id(name, text)
		}
		_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
		noError(t, err)
		at = after.Checkpoint
	}
	_, err := s.UpdateUser(t.Context(), p, "alone", func(u *userpool.User) error { u.Enabled = false; return nil })
	noError(t, err)
	_, err = s.UpdateUser(t.Context(), p, "row1", func(u *userpool.User) error { u.ExternalID = "other"; return nil })
	noError(t, err)
	_, err = s.UpdateUser(t.Context(), p, "row2", func(u *userpool.User) error { u.ExternalID = ""; return nil })
	noError(t, err)
	want["row1"], want["row2"] = "other", ""
	_, err = s.UpdateUser(t.Context(), p, "nothing", func(u *userpool.User) error { u.ExternalID = "changed"; return nil })
	noError(t, err)
	want["nothing"] = "changed"
	users, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 1000})
	noError(t, err)
	got := map[string]string{}
	for _, u := range users {
		got[u.Username] = u.ExternalID
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// testRowsStayWithoutLog: who deletes the log stream of a job, or lets it expire, does not
// delete what is kept of its rows.
func testRowsStayWithoutLog(t *testing.T, s Store) {
	p := newPool(t, s)
	j := endedJob(t, s, p, batch(p, usercsv.Position{}, "ada", "", "bob"))
	noError(t, s.SetRetention(t.Context(), p.ID, 1))
	noError(t, s.DeleteStreams(t.Context(), p.ID, []string{j.ID}))
	noError(t, s.ExpireOutcomes(t.Context(), time.Now().AddDate(1, 0, 0)))
	rejected, users := rowsOfJob(t, s, j.Key(), 10)
	if segments, err := s.Outcomes(t.Context(), j.Key(), 0, 10); err != nil || len(segments) > 0 || len(rejected) != 1 || len(users) != 2 {
		t.Errorf("%d segments of the log, %d rows and %d users are left, %v", len(segments), len(rejected), len(users), err)
	}
}

// testRowsGoWithPool: a pool that is made anew under the id of a deleted one, with a job of
// the same id, sees nothing of its rows.
func testRowsGoWithPool(t *testing.T, s Store) {
	p := newPool(t, s)
	j := endedJob(t, s, p, batch(p, usercsv.Position{}, "ada", ""))
	noError(t, s.SetCorrections(t.Context(), j.Key(), []importjob.Correction{{Line: 3, Text: "x"}}))
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	_, err := s.KeptRows(t.Context(), j.Key(), 0, 10, false)
	wantKind(t, err, userpool.ResourceNotFound)
	noError(t, s.CreatePool(t.Context(), p, 1000))
	startedJob(t, s, p, j.ID)
	rejected, users := rowsOfJob(t, s, j.Key(), 10)
	all, _, err := s.CountCorrections(t.Context(), j.Key())
	made, usersErr := s.JobUsers(t.Context(), p, j.Key(), 0, 10)
	if err := cmp.Or(err, usersErr); err != nil || len(rejected)+len(users)+len(made)+int(all) > 0 {
		t.Errorf("the new job has %v, %v, %v and %d corrections, %v", rejected, users, made, all, err)
	}
}
