package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantCounted checks the counts of a pool's users against the listed users.
func wantCounted(t *testing.T, s Store, p *userpool.UserPool) {
	t.Helper()
	var want []userpool.UserCount
	q := userpool.UserQuery{Limit: 60}
	for {
		users, next, err := s.ListUsers(t.Context(), p, q)
		noError(t, err)
		for _, u := range users {
			c := userpool.UserCount{Day: u.Created.Truncate(24 * time.Hour), Status: u.Status, Enabled: u.Enabled, Users: 1}
			i := slices.IndexFunc(want, func(have userpool.UserCount) bool {
				return have.Day.Equal(c.Day) && have.Status == c.Status && have.Enabled == c.Enabled
			})
			if i < 0 {
				want = append(want, c)
			} else {
				want[i].Users++
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	got, err := s.CountUsers(t.Context(), p)
	noError(t, err)
	if !slices.IsSortedFunc(got, func(a, b userpool.UserCount) int { return a.Day.Compare(b.Day) }) {
		t.Errorf("the counts are not in the order of their days: %v", got)
	}
	unordered := func(counts []userpool.UserCount) map[userpool.UserCount]bool {
		set := map[userpool.UserCount]bool{}
		for _, c := range counts {
			set[c] = true
		}
		return set
	}
	if diff := cmp.Diff(unordered(want), unordered(got)); diff != "" || len(want) != len(got) {
		t.Errorf("the counts of the users (-of the list +of the store):\n%s", diff)
	}
}

// testCountUsers: after every change, users are counted by day, status and whether they are
// enabled.
func testCountUsers(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	wantCounted(t, s, p)
	on := func(name string, day int, status userpool.UserStatus) *userpool.User {
		u := user(p, name)
		u.Created, u.Status = now.AddDate(0, 0, day), status
		return u
	}
	midnight := now.Truncate(24 * time.Hour)
	last, first := on("last of a day", 0, userpool.Confirmed), on("first of a day", 0, userpool.Confirmed)
	last.Created, first.Created = midnight.Add(-time.Millisecond), midnight
	create(t, s, p, last, first, on("ada", 0, userpool.Confirmed), on("bob", 0, userpool.ForceChangePassword),
		on("cyd", 3, userpool.Confirmed), on("dan", 3, userpool.Unconfirmed), on("eve", -400, userpool.Confirmed))
	create(t, s, other, user(other, "ada"))
	wantCounted(t, s, p)
	change := func(name string, update func(*userpool.User)) {
		t.Helper()
		_, err := s.UpdateUser(t.Context(), p, name, func(u *userpool.User) error { update(u); return nil })
		noError(t, err)
		wantCounted(t, s, p)
	}
	change("ada", func(u *userpool.User) { u.Enabled = false })
	change("bob", func(u *userpool.User) { u.Enabled, u.Status = false, userpool.ResetRequired })
	change("cyd", func(u *userpool.User) { u.Attributes.Set("name", "Cyd") })
	change("ada", func(u *userpool.User) { u.Enabled = true })
	for _, name := range []string{"bob", "eve"} {
		noError(t, s.DeleteUser(t.Context(), p, name))
		wantCounted(t, s, p)
	}
	j := runningJob(t, s, p, "n")
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "fay", "", "ada", "gus", "fay", "hal"), now)
	noError(t, err)
	wantCounted(t, s, p)
	wantUsers(t, s, p, 8)
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	_, err = s.CountUsers(t.Context(), p)
	wantKind(t, err, userpool.ResourceNotFound)
	anew := newPool(t, s, func(made *userpool.UserPool) { made.ID = p.ID })
	if counts, err := s.CountUsers(t.Context(), anew); err != nil || len(counts) > 0 {
		t.Errorf("a pool that was made again counts %v, %v", counts, err)
	}
	wantCounted(t, s, other)
}
