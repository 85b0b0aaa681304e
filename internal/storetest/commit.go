package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// fileRows are rows of a file.
type fileRows struct {
	From usercsv.Position
	Rows []importjob.Row
}

// batch returns rows, one on each line, from a position on. An empty name makes a row that failed.
func batch(p *userpool.UserPool, from usercsv.Position, names ...string) fileRows {
	b := fileRows{From: from}
	at := from
	for _, name := range names {
		row := importjob.Row{Line: at.Line + 2}
		at = usercsv.Position{Offset: at.Offset + 10, Line: at.Line + 1, Rows: at.Rows + 1}
		row.End = at
		if name == "" {
			row.Err = &usercsv.RowError{Line: row.Line, Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Reason: "Invalid email address format."}
		} else {
			row.User = user(p, name, "email", name+"@example.com", "email_verified", "true")
			row.User.Sub = SubOf(fmt.Sprint(row.User.Username, " of row ", at.Rows)) // a sub is never used twice
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// portions returns a batch of the rows in portions. It cannot yield a portion twice.
func (f fileRows) portions(size int) importjob.Batch {
	next := 0
	return importjob.Batch{From: f.From, Rows: func(yield func([]importjob.Row) bool) {
		for begin := 0; begin == next && begin < len(f.Rows); {
			some := slices.Clone(f.Rows[begin:min(begin+size, len(f.Rows))])
			if !yield(some) {
				return
			}
			clear(some)
			begin += len(some)
			next = begin
		}
	}}
}

// settle commits rows in one portion, and returns the number of settled rows.
func settle(ctx context.Context, s JobStore, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, f fileRows,
	at time.Time) (settled int, j *importjob.Job, err error) {
	if j, err = s.Commit(ctx, p, key, lease, f.portions(max(1, len(f.Rows))), at); err != nil {
		return 0, nil, err
	}
	return int(j.Checkpoint.Rows - f.From.Rows), j, nil
}

func testCommit(t *testing.T, s JobStore) {
	p := newPool(t, s)
	create(t, s, p, user(p, "there"))
	j := runningJob(t, s, p, "n")
	b := batch(p, usercsv.Position{}, "ada", "", "there", "bob", "ada", "cyd")
	settled, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
	noError(t, err)
	want := *j
	want.Counts = importjob.Counts{Imported: 3, Skipped: 2, Failed: 1}
	want.Checkpoint = usercsv.Position{Offset: 60, Line: 6, Rows: 6}
	if diff := cmp.Diff(&want, after); diff != "" || settled != 6 {
		t.Errorf("%d rows settled; the job after the commit:\n%s", settled, diff)
	}
	kept, err := s.Job(t.Context(), j.Key())
	noError(t, err)
	if diff := cmp.Diff(after, kept); diff != "" {
		t.Errorf("the job as it is kept:\n%s", diff)
	}
	wantUsers(t, s, p, 4)
	segments, err := s.Outcomes(t.Context(), j.Key(), 0, 100)
	noError(t, err)
	wantOutcomes := []importjob.Segment{{At: now, Outcomes: []importjob.Outcome{
		{Line: 2, Verdict: importjob.RowSucceeded},
		{Line: 3, Verdict: importjob.RowFailed, Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Reason: "Invalid email address format."},
		{Line: 4, Verdict: importjob.RowSkipped, Code: userpool.CodeUsernameExists, Reason: importjob.ReasonExists},
		{Line: 5, Verdict: importjob.RowSucceeded},
		{Line: 6, Verdict: importjob.RowSkipped, Code: userpool.CodeUsernameExists, Reason: importjob.ReasonExists},
		{Line: 7, Verdict: importjob.RowSucceeded},
	}}}
	if diff := cmp.Diff(wantOutcomes, segments); diff != "" {
		t.Error(diff)
	}
	wantCauses(t, s, j.Key(), importjob.Cause{Verdict: importjob.RowSkipped, Code: userpool.CodeUsernameExists, Rows: 2, Line: 4},
		importjob.Cause{Verdict: importjob.RowFailed, Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Rows: 1, Line: 3})
}

// testCommitDraws: a store may draw portion after portion, and some users may exist already. It
// cannot draw a portion twice.
func testCommitDraws(t *testing.T, s JobStore) {
	p := newPool(t, s)
	create(t, s, p, user(p, "there"))
	j := runningJob(t, s, p, "n")
	rest := batch(p, usercsv.Position{}, "ada", "", "bob", "cyd", "ada", "there", "dan", "", "bob", "eve")
	for len(rest.Rows) > 0 {
		after, err := s.Commit(t.Context(), p, j.Key(), j.Lease, rest.portions(3), now)
		noError(t, err)
		settled := after.Checkpoint.Rows - rest.From.Rows
		if settled < 1 || settled > int64(len(rest.Rows)) || after.Checkpoint != rest.Rows[settled-1].End {
			t.Fatalf("%d rows settled: %+v", settled, after)
		}
		rest = fileRows{after.Checkpoint, rest.Rows[settled:]}
		j = after
	}
	if want := (importjob.Counts{Imported: 5, Skipped: 3, Failed: 2}); j.Counts != want {
		t.Errorf("counts %+v, want %+v", j.Counts, want)
	}
	wantUsers(t, s, p, 6)
}

// testCommitMeetsUsers: the first rows of a file are new, and later ones exist already, so that a
// store may be optimistic. The verdicts are those with look-ups, even if one depends on another.
func testCommitMeetsUsers(t *testing.T, s JobStore) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	create(t, s, p, user(p, "bob", "email", "b@example.com", "email_verified", "true"), user(p, "fay"))
	j := runningJob(t, s, p, "n")
	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	rest := batch(p, j.Checkpoint, "cyd", "bob", "dan", "bob", "eve", "fay", "gus", "hal")
	mail := func(row int, address string) { rest.Rows[row].User.Attributes.Set("email", address) }
	mail(2, "bob@example.com") // taken by the previous row, whose user exists
	mail(4, "b@example.com")   // taken by an older user
	mail(7, "gus@example.com") // taken by the previous row, whose user is added
	for len(rest.Rows) > 0 {
		if j, err = s.Commit(t.Context(), p, j.Key(), j.Lease, rest.portions(2), now); err != nil {
			t.Fatal(err)
		}
		rest = fileRows{j.Checkpoint, rest.Rows[j.Checkpoint.Rows-rest.From.Rows:]}
	}
	var got []string
	segments, err := s.Outcomes(t.Context(), j.Key(), 0, 100)
	noError(t, err)
	for _, segment := range segments {
		for _, o := range segment.Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				got = append(got, fmt.Sprint(line, " ", o.Verdict, " ", o.Code))
			}
		}
	}
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SKIPPED UsernameExists", "5 SUCCEEDED ", "6 SKIPPED UsernameExists",
		"7 FAILED AliasExists", "8 SKIPPED UsernameExists", "9 SUCCEEDED ", "10 FAILED AliasExists"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if j.Counts != (importjob.Counts{Imported: 4, Skipped: 3, Failed: 2}) {
		t.Errorf("counts %+v", j.Counts)
	}
	wantUsers(t, s, p, 6)
	for name, want := range map[string]string{"bob@example.com": "dan", "b@example.com": "bob", "gus@example.com": "gus"} {
		if u, err := s.User(t.Context(), p, name); err != nil || u.Username != want {
			t.Errorf("%s is %v, %v", name, u, err)
		}
	}
}

func testCommitAliases(t *testing.T, s Store) {
	verdicts := func(t *testing.T, p *userpool.UserPool, rows ...*userpool.User) (codes []string) {
		j := runningJob(t, s, p, "n")
		b := batch(p, usercsv.Position{}, make([]string, len(rows))...)
		for i := range rows {
			b.Rows[i].User, b.Rows[i].Err = rows[i], nil
		}
		_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
		noError(t, err)
		segments, err := s.Outcomes(t.Context(), j.Key(), 0, 100)
		noError(t, err)
		for _, o := range segments[0].Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				codes = append(codes, string(o.Verdict)+" "+o.Code)
			}
		}
		return codes
	}
	t.Run("alias attributes", func(t *testing.T) {
		p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
		create(t, s, p, user(p, "ada", "email", "a@example.com", "email_verified", "true"), user(p, "eve"))
		got := verdicts(t, p,
			user(p, "bob", "email", "a@example.com", "email_verified", "true"), // ada's
			user(p, "ada", "email", "a@example.com", "email_verified", "true"), // ada again
			user(p, "eve", "email", "a@example.com", "email_verified", "true"), // exists already, no matter which user has the alias
			user(p, "cyd", "email", "c@example.com", "email_verified", "true"),
			user(p, "dan", "email", "c@example.com", "email_verified", "true"), // cyd's, of the same batch
			user(p, "fay", "email", "c@example.com", "email_verified", "false"))
		want := []string{"FAILED AliasExists", "SKIPPED UsernameExists", "SKIPPED UsernameExists", "SUCCEEDED ", "FAILED AliasExists", "SUCCEEDED "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if u, err := s.User(t.Context(), p, "c@example.com"); err != nil || u.Username != "cyd" {
			t.Errorf("c@example.com is %v, %v", u, err)
		}
		wantUsers(t, s, p, 4)
	})
	t.Run("username attributes", func(t *testing.T) {
		p := newPool(t, s, func(p *userpool.UserPool) { p.UsernameAttributes = []string{"email"} })
		create(t, s, p, user(p, "sub-1", "email", "a@example.com"))
		got := verdicts(t, p, user(p, "sub-2", "email", "a@example.com"), user(p, "sub-3", "email", "b@example.com"), user(p, "sub-4", "email", "b@example.com"))
		want := []string{"SKIPPED UsernameExists", "SUCCEEDED ", "SKIPPED UsernameExists"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		wantUsers(t, s, p, 2)
	})
}

func testCommitRefused(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	next := usercsv.Position{Offset: 10, Line: 1, Rows: 1}
	otherNode, otherEpoch := j.Lease, j.Lease
	otherNode.Node, otherEpoch.Epoch = "m", j.Lease.Epoch-1
	for name, try := range map[string]struct {
		lease importjob.Lease
		batch fileRows
	}{
		"another checkpoint": {j.Lease, batch(p, next, "ada")},
		"another node":       {otherNode, batch(p, usercsv.Position{}, "ada")},
		"an old epoch":       {otherEpoch, batch(p, usercsv.Position{}, "ada")},
	} {
		if _, _, err := settle(t.Context(), s, p, j.Key(), try.lease, try.batch, now); !errors.Is(err, importjob.ErrLeaseLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, none := range []importjob.Batch{{}, fileRows{}.portions(1)} {
		if _, err := s.Commit(t.Context(), p, j.Key(), j.Lease, none, now); err == nil {
			t.Error("a batch without rows is accepted")
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := settle(ended, s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now); err == nil {
		t.Error("a commit whose context has ended is accepted")
	}
	wantUsers(t, s, p, 0)
	if segments, err := s.Outcomes(t.Context(), j.Key(), 0, 10); err != nil || len(segments) != 0 {
		t.Errorf("refused commits left %v, %v", segments, err)
	}
	if kept, err := s.Job(t.Context(), j.Key()); err != nil || kept.Counts.Sum() != 0 || kept.Checkpoint != (usercsv.Position{}) {
		t.Errorf("refused commits changed the job: %+v, %v", kept, err)
	}
}

// testCommitGivesWay imports while other clients write. Each row is settled once, wherever the
// store ends a batch, and no writer is refused.
func testCommitGivesWay(t *testing.T, s JobStore) {
	const rows = 3000
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	names := make([]string, rows)
	for i := range names {
		names[i] = fmt.Sprintf("user%d", i)
	}
	whole := batch(p, usercsv.Position{}, names...)
	written := make(chan int)
	done := make(chan struct{})
	go func() {
		n := 0
		defer func() { written <- n }()
		for {
			select {
			case <-done:
				return
			default:
			}
			if err := s.CreateUser(t.Context(), p, user(p, fmt.Sprintf("other%d", n)), false); err != nil {
				t.Error(err)
				return
			}
			n++
		}
	}()
	commits := 0
	for rest := whole; len(rest.Rows) > 0; commits++ {
		settled, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, rest, now)
		noError(t, err)
		if settled < 1 || settled > len(rest.Rows) || after.Checkpoint != rest.Rows[settled-1].End {
			t.Fatalf("%d of %d rows settled, checkpoint %+v", settled, len(rest.Rows), after.Checkpoint)
		}
		rest = fileRows{after.Checkpoint, rest.Rows[settled:]}
	}
	close(done)
	others := <-written
	t.Logf("%d commits, %d other writes", commits, others)
	wantUsers(t, s, p, int64(rows+others))
	after, err := s.Job(t.Context(), j.Key())
	noError(t, err)
	if after.Counts != (importjob.Counts{Imported: rows}) {
		t.Errorf("counts %+v", after.Counts)
	}
}

func testOutcomes(t *testing.T, s Store) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	at := usercsv.Position{}
	for i := range 4 { // lines 2-4, 5-7, 8-10, 11-13
		b := batch(p, at, fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i), fmt.Sprintf("c%d", i))
		_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now.Add(time.Duration(i)*time.Second))
		noError(t, err)
		at = after.Checkpoint
	}
	for _, tt := range []struct {
		after       int64
		limit       int
		first, last int64 // lines of the segments
	}{{0, 100, 2, 13}, {0, 1, 2, 4}, {0, 3, 2, 4}, {0, 4, 2, 7}, {3, 2, 2, 7}, {4, 1, 5, 7}, {13, 10, 0, 0}} {
		segments, err := s.Outcomes(t.Context(), j.Key(), tt.after, tt.limit)
		noError(t, err)
		var first, last int64
		if n := len(segments); n > 0 {
			first, last = segments[0].Outcomes[0].Line, segments[n-1].Outcomes[len(segments[n-1].Outcomes)-1].Last()
		}
		if first != tt.first || last != tt.last {
			t.Errorf("after %d, limit %d: lines %d to %d, want %d to %d", tt.after, tt.limit, first, last, tt.first, tt.last)
		}
	}
	for _, tt := range []struct {
		before      int64
		limit       int
		first, last int64 // lines of the segments
	}{{14, 100, 2, 13}, {1 << 62, 1, 11, 13}, {14, 4, 8, 13}, {12, 1, 11, 13}, {12, 2, 8, 13}, {11, 3, 8, 10}, {3, 9, 2, 4}, {2, 9, 0, 0}, {0, 9, 0, 0}} {
		segments, err := s.OutcomesBefore(t.Context(), j.Key(), tt.before, tt.limit)
		noError(t, err)
		var first, last int64
		if n := len(segments); n > 0 {
			first, last = segments[n-1].Outcomes[0].Line, segments[0].Outcomes[len(segments[0].Outcomes)-1].Last()
		}
		if first != tt.first || last != tt.last {
			t.Errorf("before %d, limit %d: lines %d to %d, want %d to %d", tt.before, tt.limit, first, last, tt.first, tt.last)
		}
	}
}
