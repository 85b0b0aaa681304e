package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

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
	set(email(3, "b@example.com", true), email(9, "x", false), email(9, "c@example.com", true)) // the last one counts
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

// testRowsOfNoJob: calls for a job that does not exist are refused.
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

// testJobUsers: the users of a job are those that it created and that still exist, no matter which
// other users were created between them.
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

// testExternalIDs: a user's id in another system is stored, for created and imported users, and
// need not be unique.
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

// testRowsStayWithoutLog: the deletion or expiry of a job's log stream does not delete its kept
// rows.
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

// testRowsGoWithPool: a new pool with the id of a deleted one, with a job of the same id, sees none
// of its rows.
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
