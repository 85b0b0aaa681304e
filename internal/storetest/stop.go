package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// testStopDuring stops a job between two batches: the next commit tells the engine, and after the
// end no batch is accepted.
func testStopDuring(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	_, err = s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { return j.Stop("", now) })
	noError(t, err)
	settled, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, j.Checkpoint, "bob"), now)
	noError(t, err)
	if settled != 1 || after.State != importjob.Stopping || after.Counts.Imported != 2 {
		t.Errorf("%d rows settled; after the stop the job is %+v", settled, after)
	}
	_, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
	noError(t, err)
	wantLeaseLost(t, s, p, after, "after the end")
	wantUsers(t, s, p, 2)
	startedJob(t, s, p, "import-2") // the pool is free again
}

// wantLeaseLost checks that a commit under the job's lease, from its checkpoint, is refused.
func wantLeaseLost(t *testing.T, s JobStore, p *userpool.UserPool, j *importjob.Job, when string) {
	t.Helper()
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, j.Checkpoint, "late"), now)
	if !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("a commit %s: %v", when, err)
	}
}

func testCommitBeforeBegin(t *testing.T, s JobStore) {
	p := newPool(t, s)
	startedJob(t, s, p, "import-1")
	j, err := s.Claim(t.Context(), "n", now, now.Add(time.Minute))
	noError(t, err)
	wantLeaseLost(t, s, p, j, "to a job that is Pending")
	wantUsers(t, s, p, 0)
}

// testWorkOnDeleted: a node continues with a job whose pool was deleted, even after a new pool got
// the same id.
func testWorkOnDeleted(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	j := runningJob(t, s, p, "n")
	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	wantLeaseLost(t, s, p, j, "to a deleted pool")
	keep := func(*importjob.Job) error { return nil }
	if _, err := s.UpdateLeased(t.Context(), j.Key(), j.Lease, keep); !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("a leased update of a deleted job: %v", err)
	}
	_, err = s.UpdateJob(t.Context(), j.Key(), keep)
	wantKind(t, err, userpool.ResourceNotFound)

	noError(t, s.CreatePool(t.Context(), p, 1000))
	wantUsers(t, s, p, 0)
	for _, name := range []string{"ada", "ada@example.com", "sub-ada"} {
		_, err := s.User(t.Context(), p, name)
		wantKind(t, err, userpool.UserNotFound)
	}
	if segments, err := s.Outcomes(t.Context(), j.Key(), 0, 10); err != nil || len(segments) != 0 {
		t.Errorf("the deleted pool left %v, %v", segments, err)
	}
	startedJob(t, s, p, "import-1")
	create(t, s, p, user(p, "bob", "email", "ada@example.com", "email_verified", "true"))
}

// testRefusedRowsLeaveNoAlias: refused rows leave the aliases free that they asked for.
func testRefusedRowsLeaveNoAlias(t *testing.T, s JobStore) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email", "phone_number"} })
	contact := func(name, email, phone string) *userpool.User {
		return user(p, name, "email", email, "email_verified", "true", "phone_number", phone, "phone_number_verified", "true")
	}
	create(t, s, p, user(p, "ada"), contact("eve", "e@example.com", "+15550001"))
	j := runningJob(t, s, p, "n")
	rows := []*userpool.User{
		contact("ada", "a@example.com", "+15550002"), // exists already
		contact("bob", "b@example.com", "+15550001"), // eve's number
		contact("cyd", "a@example.com", "+15550002"), // what ada asked for
		contact("dan", "b@example.com", "+15550003"), // what bob asked for
	}
	b := batch(p, usercsv.Position{}, make([]string, len(rows))...)
	for i := range rows {
		b.Rows[i].User, b.Rows[i].Err = rows[i], nil
	}
	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
	noError(t, err)
	if j.Counts != (importjob.Counts{Imported: 2, Skipped: 1, Failed: 1}) {
		t.Errorf("counts %+v", j.Counts)
	}
	for name, want := range map[string]string{"a@example.com": "cyd", "+15550002": "cyd", "b@example.com": "dan", "+15550001": "eve"} {
		if u, err := s.User(t.Context(), p, name); err != nil || u.Username != want {
			t.Errorf("%s is %v, %v", name, u, err)
		}
	}
}

// testManyOutcomes stores more outcomes than fit in a few bytes.
func testManyOutcomes(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	b := batch(p, usercsv.Position{}, make([]string, 2000)...)
	for i := range b.Rows {
		b.Rows[i].Err.Reason = fmt.Sprintf("reason %d: ünknöwn \"value\" <&>\u2028", i)
	}
	for rest := b; len(rest.Rows) > 0; {
		settled, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, rest, now)
		noError(t, err)
		rest = fileRows{after.Checkpoint, rest.Rows[settled:]}
	}
	segments, err := s.Outcomes(t.Context(), j.Key(), 0, len(b.Rows))
	noError(t, err)
	i := 0
	for _, segment := range segments {
		for _, o := range segment.Outcomes {
			if want := b.Rows[i].Err; o.Line != want.Line || o.Reason != want.Reason || o.Column != want.Column || o.Code != want.Code {
				t.Fatalf("outcome %d is %+v", i, o)
			}
			i++
		}
	}
	if i != len(b.Rows) {
		t.Errorf("%d outcomes of %d", i, len(b.Rows))
	}
}
