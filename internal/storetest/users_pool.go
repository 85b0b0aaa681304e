package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

// testUserIn finds users of a pool by its id and by each of their names, before and after the pool
// was first read.
func testUserIn(t *testing.T, s Store) {
	folds := newPool(t, s, func(p *userpool.UserPool) { p.CaseInsensitive, p.AliasAttributes = true, []string{"email"} })
	exact := newPool(t, s)
	for _, p := range []*userpool.UserPool{folds, exact} {
		create(t, s, p, user(p, "Ada", "email", "a@example.com", "email_verified", "true"))
	}
	for range 2 {
		for name, found := range map[string][2]bool{"Ada": {true, true}, "ADA": {true, false}, "a@example.com": {true, false}, SubOf("Ada"): {true, true}, "unknown": {}} {
			for i, p := range []*userpool.UserPool{folds, exact} {
				in, u, err := s.UserIn(t.Context(), p.ID, name)
				if !found[i] {
					wantKind(t, err, userpool.UserNotFound)
					continue
				}
				noError(t, err)
				want, err := s.User(t.Context(), p, name)
				noError(t, err)
				pool, err := s.Pool(t.Context(), p.ID)
				noError(t, err)
				if diff := cmp.Diff(want, u) + cmp.Diff(pool, in); diff != "" {
					t.Errorf("%s in %s:\n%s", name, p.ID, diff)
				}
			}
		}
		_, _, err := s.UserIn(t.Context(), "us-east-1_none", "Ada")
		wantKind(t, err, userpool.ResourceNotFound)
	}
}

// testUserInMadeAgain finds a user of a new pool with the id of a deleted pool that folded names
// differently.
func testUserInMadeAgain(t *testing.T, s Store) {
	for _, folds := range []bool{false, true} {
		old := newPool(t, s, func(p *userpool.UserPool) { p.CaseInsensitive = folds })
		create(t, s, old, user(old, "Ada"))
		_, _, err := s.UserIn(t.Context(), old.ID, "Ada")
		noError(t, err)
		noError(t, s.DeletePool(t.Context(), old.ID, func(*userpool.UserPool, bool) error { return nil }))
		_, _, err = s.UserIn(t.Context(), old.ID, "Ada")
		wantKind(t, err, userpool.ResourceNotFound)
		anew := *old
		anew.CaseInsensitive = !folds
		noError(t, s.CreatePool(t.Context(), &anew, 1000))
		_, _, err = s.UserIn(t.Context(), anew.ID, "Ada")
		wantKind(t, err, userpool.UserNotFound)
		create(t, s, &anew, user(&anew, "Ada"))
		p, u, err := s.UserIn(t.Context(), anew.ID, "Ada")
		noError(t, err)
		if u.Username != "Ada" || p.CaseInsensitive == folds {
			t.Errorf("%+v of %+v", u, p)
		}
		_, _, err = s.UserIn(t.Context(), anew.ID, "ADA")
		if folds {
			wantKind(t, err, userpool.UserNotFound)
		} else {
			noError(t, err)
		}
	}
}

// testOlderPool reads and changes users with an attribute that was added after the caller read the
// pool: no attribute is lost.
func testOlderPool(t *testing.T, s Store) {
	older := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	newer, err := s.UpdatePool(t.Context(), older.ID, func(p *userpool.UserPool, _ bool) (err error) {
		p.Schema, err = p.Schema.With([]userpool.SchemaAttribute{{Name: "badge", Type: userpool.String, Mutable: true}})
		return err
	})
	noError(t, err)
	create(t, s, newer, user(newer, "ada", "email", "a@example.com", "email_verified", "true", "custom:badge", "7"), user(newer, "bob", "custom:badge", "8"))
	wantBadge := func(u *userpool.User, err error, badge string) {
		t.Helper()
		noError(t, err)
		if got := u.Attributes.Get("custom:badge"); got != badge {
			t.Errorf("the badge of %s is %q, want %q", u.Username, got, badge)
		}
	}
	for _, name := range []string{"ada", "a@example.com", SubOf("ada")} {
		u, err := s.User(t.Context(), older, name)
		wantBadge(u, err, "7")
	}
	users, _, err := s.ListUsers(t.Context(), older, userpool.UserQuery{Limit: 10})
	noError(t, err)
	if len(users) != 2 {
		t.Fatalf("the users are %v", users)
	}
	wantBadge(users[1], nil, "8")
	found, _, err := s.ListUsers(t.Context(), older, userpool.UserQuery{Limit: 10, Filter: userpool.Filter{Attribute: "email", Value: "A@example.com"}})
	noError(t, err)
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	wantBadge(found[0], nil, "7")
	u, err := s.UpdateUser(t.Context(), older, "bob", func(u *userpool.User) error { u.Attributes.Set("name", "Bob"); return nil })
	wantBadge(u, err, "8")
	u, err = s.User(t.Context(), newer, "bob")
	wantBadge(u, err, "8")
	// Another user takes the alias.
	noError(t, s.CreateUser(t.Context(), older, user(older, "cyd", "email", "a@example.com", "email_verified", "true"), true))
	u, err = s.User(t.Context(), older, "ada")
	wantBadge(u, err, "7")
	// What is written with the older pool can be read with the newer one.
	create(t, s, older, user(older, "dan", "custom:badge", "9"))
	u, err = s.User(t.Context(), newer, "dan")
	wantBadge(u, err, "9")
	noError(t, s.DeleteUser(t.Context(), older, "bob"))
	wantUsers(t, s, older, 3)
}

// testUsersInOrder lists users in the order of their creation.
func testUsersInOrder(t *testing.T, s Store) {
	p := newPool(t, s)
	want := []string{"zoe", "ada", "Bob", "ann"}
	for _, name := range want {
		create(t, s, p, user(p, name))
	}
	_, err := s.UpdateUser(t.Context(), p, "zoe", func(u *userpool.User) error { u.Attributes.Set("name", "Zoë"); return nil })
	noError(t, err)
	for _, filter := range []string{``, `status = "Enabled"`, `cognito:user_status = "CONFIRMED"`} {
		f, err := userpool.ParseFilter(filter)
		noError(t, err)
		users, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 10, Filter: f})
		noError(t, err)
		var got []string
		for _, u := range users {
			got = append(got, u.Username)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", filter, diff)
		}
	}
}
