package sqlstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// someKept returns kept rows as commits may have them.
func someKept() []importjob.Kept {
	failed := importjob.KeptRow{Line: 1 << 40, Offset: 1 << 50, Number: 3, Verdict: importjob.RowFailed, Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Reason: "Invalid.", Text: "a,\xff\xfe\x00é\""}
	rest := importjob.KeptRow{Line: 1<<40 + 5, Offset: 1<<50 + 9, Number: 4, Verdict: importjob.RowNotReached}
	again := failed
	again.Line, again.Number, again.Text = 1<<40+6, 5, ""
	return []importjob.Kept{
		{}, {Rejected: []importjob.KeptRow{failed}}, {Rejected: []importjob.KeptRow{failed, rest, again}},
		{Users: []importjob.UserRun{{Line: 2, Number: 1, Rows: 1000, UserNo: 77}, {Line: 2000, Number: 1001, Rows: 1, UserNo: 1077}}},
		{Rejected: []importjob.KeptRow{failed, rest}, Users: []importjob.UserRun{{Line: 5, Origin: 9, Number: 1, Rows: 1, UserNo: 1 << 31}, {Line: 7, Origin: 3, Number: 3, Rows: 2, UserNo: 5}}},
	}
}

// TestKeptRoundTrip: kept rows come back byte for byte.
func TestKeptRoundTrip(t *testing.T) {
	for _, want := range someKept() {
		got, err := unpackKept(packKept([]byte("room")[:0], want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v comes back as %+v, %v", want, got, err)
		}
	}
	whole := packKept(nil, someKept()[4])
	for n := range whole {
		if kept, err := unpackKept(whole[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read as %+v", n, len(whole), kept)
		}
	}
	if _, err := unpackKept(append(whole, 0)); err == nil {
		t.Error("a byte too many is not seen")
	}
}

// TestSegmentsOfLines: segments have consecutive lines and everything of these lines, and keep to
// their limits of rows, runs and bytes.
func TestSegmentsOfLines(t *testing.T) {
	for name, tt := range map[string]struct {
		rejected func(line int64) bool
		lines    int64
		text     int
		most     int // largest number of segments
	}{
		"all pass":           {func(int64) bool { return false }, 30_000, 0, 1},
		"all fail":           {func(int64) bool { return true }, 12_001, 10, 3},
		"every second":       {func(line int64) bool { return line%2 == 0 }, 24_000, 10, 3},
		"the first and last": {func(line int64) bool { return line == 2 || line == 20_001 }, 20_000, 10, 1},
		"long rows":          {func(line int64) bool { return line%3 == 0 }, 60, 1 << 20, 7},
		"a row too long":     {func(line int64) bool { return line%3 == 0 }, 9, segmentBytes + 1, 3},
	} {
		var kept importjob.Kept
		text := strings.Repeat("x", tt.text)
		for line := int64(2); line < tt.lines+2; line++ {
			if tt.rejected(line) {
				kept.Rejected = append(kept.Rejected, importjob.KeptRow{Line: line, Text: text})
			} else if n := len(kept.Users); n > 0 && kept.Users[n-1].Line+kept.Users[n-1].Rows == line {
				kept.Users[n-1].Rows++
			} else {
				kept.Users = append(kept.Users, importjob.UserRun{Line: line, Rows: 1, UserNo: line})
			}
		}
		segments := segmentsOf(kept)
		if len(segments) == 0 || len(segments) > tt.most {
			t.Errorf("%s: %d segments, want %d at most", name, len(segments), tt.most)
		}
		next := int64(2)
		for _, s := range segments {
			first, last := linesOf(s)
			rows := int64(len(s.Rejected))
			size := 0
			for _, run := range s.Users {
				rows += run.Rows
			}
			for _, row := range s.Rejected {
				size += len(row.Text)
			}
			if first != next || rows != last-first+1 {
				t.Errorf("%s: a segment has %d rows of the lines %d to %d, after line %d", name, rows, first, last, next-1)
			}
			if len(s.Rejected) > segmentRows || len(s.Users) > segmentRuns || size > segmentBytes && len(s.Rejected) > 1 {
				t.Errorf("%s: a segment has %d rows of %d bytes, and %d runs", name, len(s.Rejected), size, len(s.Users))
			}
			next = last + 1
		}
		if next != tt.lines+2 {
			t.Errorf("%s: the segments end at line %d", name, next-1)
		}
	}
	if segments := segmentsOf(importjob.Kept{}); len(segments) != 0 {
		t.Errorf("nothing makes %d segments", len(segments))
	}
}

// TestSegmentsStayInPlace: a segment or a correction in the place of another one cannot be read;
// the error says so.
func TestSegmentsStayInPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("swapped")
		key, lease := runJob(t, s, p)
		commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "", "bob"))
		if err := s.SetCorrections(t.Context(), key, []importjob.Correction{{Line: 3, Text: "x"}}); err != nil {
			t.Fatal(err)
		}
		if page, err := s.KeptRows(t.Context(), key, 0, 9, true); err != nil || len(page) != 1 {
			t.Fatalf("%v, %v", page, err)
		}
		for _, move := range []string{"UPDATE import_rows SET last_line = last_line + 1", "UPDATE import_corrections SET line = line + 1"} {
			if _, err := s.write.Exec(move); err != nil {
				t.Fatal(err)
			}
		}
		_, rows := s.KeptRows(t.Context(), key, 0, 9, true)
		_, corrections := s.Corrections(t.Context(), key, 0, 9)
		for _, err := range []error{rows, corrections} {
			if err == nil || !strings.Contains(err.Error(), "import job, line") {
				t.Errorf("what is in another place is read: %v", err)
			}
		}
	})
}

// TestCorrectionsAreBounded: no more rows than the limit have a correction; what has one may
// get another.
func TestCorrectionsAreBounded(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("corrected")
		key, _ := runJob(t, s, p)
		if err := s.SetCorrections(t.Context(), key, []importjob.Correction{{Line: 1, Text: "x", Passes: true}}); err != nil {
			t.Fatal(err)
		}
		series := fmt.Sprintf("generate_series(2, %d) AS g (n)", importjob.MaxCorrections)
		if _, ok := s.backend.(*sqliteBackend); ok {
			series = fmt.Sprintf("(WITH RECURSIVE g (n) AS (VALUES (2) UNION ALL SELECT n + 1 FROM g WHERE n < %d) SELECT n FROM g) g", importjob.MaxCorrections)
		}
		if _, err := s.write.Exec("INSERT INTO import_corrections SELECT c.pool_no, c.job_no, g.n, c.passes, c.correction FROM import_corrections c, " + series); err != nil {
			t.Fatal(err)
		}
		over := []importjob.Correction{{Line: 5, Text: "y"}, {Line: importjob.MaxCorrections + 1, Text: "y"}}
		if err := s.SetCorrections(t.Context(), key, over); userpool.KindOf(err) != userpool.LimitExceeded {
			t.Errorf("one more than the limit: %v", err)
		}
		if all, passing, err := s.CountCorrections(t.Context(), key); all != importjob.MaxCorrections || passing != all || err != nil {
			t.Errorf("there are %d, of which %d pass, %v", all, passing, err)
		}
		for _, some := range [][]importjob.Correction{over[:1], {{Line: 9}, over[1]}} {
			if err := s.SetCorrections(t.Context(), key, some); err != nil {
				t.Errorf("%v: %v", some, err)
			}
		}
	})
}

// TestExpiryMeetsRest: while a job's rows expire, nodes store the rows it did not reach; in the end
// nothing is left.
func TestExpiryMeetsRest(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("expired")
		key, lease := runJob(t, s, p)
		commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "", "bob"))
		ended := time.Now().Add(-time.Hour)
		if _, err := s.UpdateLeased(t.Context(), key, lease, func(j *importjob.Job) error { j.State, j.Completed = importjob.Stopped, ended; return nil }); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		writers.Go(func() {
			for at := (usercsv.Position{}); ctx.Err() == nil; {
				next := usercsv.Position{Offset: at.Offset + 1, Line: at.Line + 1, Rows: at.Rows + 1}
				rows := []importjob.KeptRow{{Line: 10 + next.Line, Text: "rest", Verdict: importjob.RowNotReached}}
				if err := s.KeepRest(t.Context(), key, at, rows, next, false); err != nil {
					t.Error(err)
				}
				at = next
			}
		})
		writers.Go(func() {
			for line := int64(1); ctx.Err() == nil; line++ {
				err := s.SetCorrections(t.Context(), key, []importjob.Correction{{Line: line, Text: "x"}})
				if err != nil && userpool.KindOf(err) != userpool.PreconditionNotMet {
					t.Error(err)
				}
			}
		})
		for i := 0; ; i++ { // until the rows expired during a KeepRest
			if err := s.ExpireRows(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			if j, err := s.Job(t.Context(), key); err != nil || j.RowsGone && i > 3 {
				break
			}
		}
		stop()
		writers.Wait()
		for _, table := range []string{"import_rows", "import_corrections"} {
			if n := rowsIn(t, s, table, p); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}

// TestEarlierLooks: looks stored by an earlier version can be read.
func TestEarlierLooks(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("looked")
		key, _ := runJob(t, s, p)
		u := &importfile.Upload{PoolID: p.ID, ID: "import-upload", State: importfile.Waiting, Created: time.Now()}
		if err := s.CreateUpload(t.Context(), u, 10); err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.Exec(`UPDATE import_uploads SET look = '{"Rows":7,"First":[]}'`); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Upload(t.Context(), u.Key()); err != nil || got.Report == nil || got.Report.Rows != 7 {
			t.Errorf("the upload is %+v, %v", got, err)
		}
		if _, err := s.write.Exec(`UPDATE import_uploads SET look = 'AAAA'`); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Upload(t.Context(), u.Key()); err == nil {
			t.Errorf("a damaged look is read: %+v, beside job %s", got.Report, key.JobID)
		}
	})
}

// TestJobsOfEarlierVersions: the users of a job without a range of user numbers, as earlier
// versions stored it, are found.
func TestJobsOfEarlierVersions(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("earlier")
		key, lease := runJob(t, s, p)
		if err := s.CreateUser(t.Context(), p, named(p, "first", "f"), false); err != nil {
			t.Fatal(err)
		}
		commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "", "bob"))
		if _, err := s.write.Exec("UPDATE import_jobs SET first_user_no = NULL, last_user_no = NULL"); err != nil {
			t.Fatal(err)
		}
		if users, err := s.JobUsers(t.Context(), p, key, 0, 9); err != nil || len(users) != 2 || users[1].Username != "bob" {
			t.Errorf("the users are %+v, %v", users, err)
		}
	})
}

// TestRandomSegments: random kept rows come back, in segments, after each line.
func TestRandomSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 5))
	for range 50 {
		var kept importjob.Kept
		line, no := int64(2), int64(1)
		for range 1 + r.IntN(300) {
			if r.IntN(2) == 0 {
				kept.Rejected = append(kept.Rejected, importjob.KeptRow{Line: line, Number: no, Text: fmt.Sprint(line)})
				line += 1 + r.Int64N(3)
				no++
				continue
			}
			rows := 1 + r.Int64N(50)
			kept.Users = append(kept.Users, importjob.UserRun{Line: line, Number: no, Rows: rows, UserNo: no + 100})
			line, no = line+rows+r.Int64N(2), no+rows
		}
		for range 20 {
			start := r.Int64N(line + 1)
			rest := keptAfter(kept, start)
			for l := int64(2); l < line; l++ {
				if has, had := hasLine(rest, l), hasLine(kept, l); has != (had && l > start) {
					t.Fatalf("line %d after line %d: %t, and it was %t", l, start, has, had)
				}
			}
			for _, run := range rest.Users {
				if whole := runOf(kept, run.Line); run.UserNo-run.Line != whole.UserNo-whole.Line || run.Number-run.Line != whole.Number-whole.Line {
					t.Fatalf("%+v after line %d is of %+v", run, start, whole)
				}
			}
		}
	}
}

func hasLine(kept importjob.Kept, line int64) bool {
	for _, row := range kept.Rejected {
		if row.Line == line {
			return true
		}
	}
	return runOf(kept, line).Rows > 0
}

func runOf(kept importjob.Kept, line int64) importjob.UserRun {
	for _, run := range kept.Users {
		if line >= run.Line && line < run.Line+run.Rows {
			return run
		}
	}
	return importjob.UserRun{}
}
