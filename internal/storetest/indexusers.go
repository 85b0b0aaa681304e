package storetest

import (
	"fmt"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// testIndexUsers: deferred indexes are invisible to callers. Filters find imported users at once,
// and the same users after IndexUsers; a change in between counts.
func testIndexUsers(t *testing.T, s Store) {
	p := newPool(t, s)
	create(t, s, p, user(p, "there", "email", "a@example.com", "family_name", "Family"))
	j := runningJob(t, s, p, "n")
	b := batch(p, usercsv.Position{}, "ada", "bob", "cyd", "dan")
	for i := range b.Rows {
		b.Rows[i].User.Attributes.Set("family_name", "Family")
	}
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
	noError(t, err)
	want := func(filter string, want ...string) {
		t.Helper()
		if got := filtered(t, s, p, filter); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s finds %q, want %q", filter, got, want)
		}
	}
	const family = `family_name = "family"`
	want(family, "ada", "bob", "cyd", "dan", "there")
	want(`email ^= "bob@"`, "bob")
	_, err = s.UpdateUser(t.Context(), p, "bob", func(u *userpool.User) error { u.Attributes.Set("family_name", "Other"); return nil })
	noError(t, err)
	noError(t, s.DeleteUser(t.Context(), p, "cyd"))
	want(family, "ada", "dan", "there")
	for range 2 { // the second time, there is nothing to do
		noError(t, s.IndexUsers(t.Context(), p.ID))
		want(family, "ada", "dan", "there")
		want(`family_name ^= "o"`, "bob")
		want(`email = "cyd@example.com"`)
	}
	noError(t, s.IndexUsers(t.Context(), "us-east-1_unknown"))
}

// testUnindexed: a pool with unindexed users is listed after its import, and no more after
// IndexUsers.
func testUnindexed(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	pools, err := s.Unindexed(t.Context())
	if err != nil || len(pools) > 0 {
		t.Errorf("while the job is active: %q, %v", pools, err)
	}
	_, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
	noError(t, err)
	pools, err = s.Unindexed(t.Context())
	noError(t, err)
	for _, id := range pools {
		noError(t, s.IndexUsers(t.Context(), id))
	}
	if pools, err = s.Unindexed(t.Context()); err != nil || len(pools) > 0 {
		t.Errorf("after all was done: %q, %v", pools, err)
	}
}
