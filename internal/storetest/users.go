package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

func testUsers(t *testing.T, s Store) {
	p := newPool(t, s)
	create(t, s, p, user(p, "ada"), user(p, "bob"))
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "ada"), false), userpool.UsernameExists)
	wantUsers(t, s, p, 2)
	_, err := s.User(t.Context(), p, "nobody")
	wantKind(t, err, userpool.UserNotFound)
	bySub, err := s.User(t.Context(), p, "sub-ada")
	noError(t, err)
	if bySub.Username != "ada" {
		t.Errorf("sub-ada is %s", bySub.Username)
	}
	refusal := errors.New("no")
	_, err = s.UpdateUser(t.Context(), p, "ada", func(u *userpool.User) error { u.Enabled = false; return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("got %v, want the function's error", err)
	}
	if got, _ := s.User(t.Context(), p, "ada"); !got.Enabled {
		t.Error("a refused update changed the user")
	}
	_, err = s.UpdateUser(t.Context(), p, "ada", func(u *userpool.User) error { u.Enabled = false; u.Attributes.Set("name", "Ada"); return nil })
	noError(t, err)
	if got, _ := s.User(t.Context(), p, "ada"); got.Enabled || got.Attributes.Get("name") != "Ada" {
		t.Error("the update was not kept")
	}
	noError(t, s.DeleteUser(t.Context(), p, "ada"))
	wantKind(t, s.DeleteUser(t.Context(), p, "ada"), userpool.UserNotFound)
	_, err = s.UpdateUser(t.Context(), p, "ada", func(*userpool.User) error { return nil })
	wantKind(t, err, userpool.UserNotFound)
	wantUsers(t, s, p, 1)
}

func testUserKeepsEverything(t *testing.T, s Store) {
	p := newPool(t, s)
	want := user(p, "Zoë\u202e\"\\", "name", "a \"quoted\" \\ name\n", "address", "1 <High> Street & co\x7f", "locale", "日本語", "email", "Zoe@example.com")
	want.Status, want.Enabled, want.SMSMFA = userpool.ResetRequired, false, true
	want.Credential = userpool.Credential{Scheme: "BCRYPT", Secret: "$2b$10$x", Expires: now.AddDate(0, 0, 7)}
	create(t, s, p, want)
	got, err := s.User(t.Context(), p, want.Username)
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func testCaseFolding(t *testing.T, s Store) {
	folds := newPool(t, s, func(p *userpool.UserPool) { p.CaseInsensitive, p.AliasAttributes = true, []string{"email"} })
	create(t, s, folds, user(folds, "Ada", "email", "Ada@Example.com", "email_verified", "true"))
	wantKind(t, s.CreateUser(t.Context(), folds, user(folds, "ADA"), false), userpool.UsernameExists)
	wantKind(t, s.CreateUser(t.Context(), folds, user(folds, "x", "email", "ADA@EXAMPLE.COM", "email_verified", "true"), false), userpool.AliasExists)
	for _, name := range []string{"ada", "ADA", "ada@example.com"} {
		if u, err := s.User(t.Context(), folds, name); err != nil || u.Username != "Ada" {
			t.Errorf("%s is %v, %v", name, u, err)
		}
	}
	exact := newPool(t, s)
	create(t, s, exact, user(exact, "Ada"), user(exact, "ada"))
	_, err := s.User(t.Context(), exact, "ADA")
	wantKind(t, err, userpool.UserNotFound)
}

func testAliases(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) {
		p.AliasAttributes = []string{"email", "phone_number", "preferred_username"}
	})
	create(t, s, p,
		user(p, "ada", "email", "a@example.com", "email_verified", "true", "preferred_username", "countess"),
		user(p, "bob", "email", "b@example.com", "email_verified", "false"),
		user(p, "cyd", "email", "b@example.com")) // not verified: no alias, no conflict
	for name, want := range map[string]string{"a@example.com": "ada", "countess": "ada"} {
		if u, err := s.User(t.Context(), p, name); err != nil || u.Username != want {
			t.Errorf("%s is %v, %v", name, u, err)
		}
	}
	_, err := s.User(t.Context(), p, "b@example.com")
	wantKind(t, err, userpool.UserNotFound)
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "dan", "email", "a@example.com", "email_verified", "true"), false), userpool.AliasExists)
	_, err = s.User(t.Context(), p, "dan")
	wantKind(t, err, userpool.UserNotFound)

	verify := func(u *userpool.User) error { u.Attributes.Set("email_verified", "true"); return nil }
	_, err = s.UpdateUser(t.Context(), p, "bob", verify)
	noError(t, err)
	_, err = s.UpdateUser(t.Context(), p, "cyd", verify)
	wantKind(t, err, userpool.AliasExists)
	if u, err := s.User(t.Context(), p, "cyd"); err != nil || u.Attributes.Get("email_verified") == "true" {
		t.Errorf("a refused update was kept: %v, %v", u, err)
	}
	noError(t, s.DeleteUser(t.Context(), p, "bob"))
	_, err = s.UpdateUser(t.Context(), p, "cyd", verify)
	noError(t, err)
	wantUsers(t, s, p, 2)
}

func testUsernameAttributes(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.UsernameAttributes = []string{"email", "phone_number"} })
	create(t, s, p, user(p, "sub-1", "email", "a@example.com"), user(p, "sub-2", "phone_number", "+15550001"))
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "sub-3", "email", "a@example.com"), false), userpool.UsernameExists)
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "sub-4", "email", "a@example.com"), true), userpool.UsernameExists)
	_, err := s.UpdateUser(t.Context(), p, "sub-2", func(u *userpool.User) error { u.Attributes.Set("email", "a@example.com"); return nil })
	wantKind(t, err, userpool.AliasExists)
	_, err = s.UpdateUser(t.Context(), p, "a@example.com", func(u *userpool.User) error { u.Attributes.Set("email", "new@example.com"); return nil })
	noError(t, err)
	for name, want := range map[string]string{"new@example.com": "sub-1", "+15550001": "sub-2"} {
		if u, err := s.User(t.Context(), p, name); err != nil || u.Username != want {
			t.Errorf("%s is %v, %v", name, u, err)
		}
	}
	_, err = s.User(t.Context(), p, "a@example.com")
	wantKind(t, err, userpool.UserNotFound)
}

func testTakeAliases(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	create(t, s, p, user(p, "ada", "email", "a@example.com", "email_verified", "true"))
	noError(t, s.CreateUser(t.Context(), p, user(p, "bob", "email", "a@example.com", "email_verified", "true"), true))
	u, err := s.User(t.Context(), p, "a@example.com")
	noError(t, err)
	ada, err := s.User(t.Context(), p, "ada")
	noError(t, err)
	if u.Username != "bob" || ada.Attributes.Get("email") != "a@example.com" || ada.Attributes.Get("email_verified") != "false" {
		t.Errorf("the alias is %s's; ada has %v", u.Username, ada.Attributes)
	}
}

func testOneOfManyCreates(t *testing.T, s Store) {
	p := newPool(t, s)
	var created, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := s.CreateUser(t.Context(), p, user(p, "ada"), false); {
			case err == nil:
				created.Add(1)
			case userpool.KindOf(err) == userpool.UsernameExists:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if created.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d of 8 created the user, %d were refused", created.Load(), refused.Load())
	}
	wantUsers(t, s, p, 1)
}

func filtered(t *testing.T, s Store, p *userpool.UserPool, filter string) (names []string) {
	t.Helper()
	f, err := userpool.ParseFilter(filter)
	noError(t, err)
	users, next, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Filter: f, Limit: 60})
	if err != nil || next != "" {
		t.Fatalf("%s: next %q, %v", filter, next, err)
	}
	for _, u := range users {
		names = append(names, u.Username)
	}
	slices.Sort(names)
	return names
}

func testFilters(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	ada := user(p, "ada", "email", "Ada@example.com", "name", "Ada L.", "given_name", "Ada", "family_name", "Lovelace", "phone_number", "+15550001", "preferred_username", "countess")
	bob := user(p, "bob", "email", "bob@example.com", "name", "Bob", "family_name", "Love")
	bob.Enabled = false
	cyd := user(p, "Cyd", "family_name", "ÖZ", "name", "\U0010FFFF")
	cyd.Status = userpool.ResetRequired
	create(t, s, p, ada, bob, cyd)
	create(t, s, other, user(other, "ada", "email", "ada@example.com"))
	for filter, want := range map[string][]string{
		``:                                         {"Cyd", "ada", "bob"},
		`username = "ada"`:                         {"ada"},
		`username = "ADA"`:                         nil,
		`username ^= "a"`:                          {"ada"},
		`email = "ada@EXAMPLE.com"`:                {"ada"},
		`email ^= ""`:                              {"ada", "bob"},
		`email ^= "B"`:                             {"bob"},
		`name = "bob"`:                             {"bob"},
		`name ^= "` + "\U0010FFFF\"":               {"Cyd"},
		`given_name ^= "ad"`:                       {"ada"},
		`family_name ^= "love"`:                    {"ada", "bob"},
		`family_name = "love"`:                     {"bob"},
		`family_name = "öz"`:                       {"Cyd"},
		`family_name ^= "Ö"`:                       {"Cyd"},
		`phone_number ^= "+1555"`:                  {"ada"},
		`preferred_username = "countess"`:          {"ada"},
		`cognito:user_status = "confirmed"`:        {"ada", "bob"},
		`cognito:user_status ^= "RESET"`:           {"Cyd"},
		`status = "Enabled"`:                       {"Cyd", "ada"},
		`status = "Disabled"`:                      {"bob"},
		`sub = "sub-ada"`:                          {"ada"},
		`sub ^= "sub-"`:                            {"Cyd", "ada", "bob"},
		`email = "' OR 1 = 1 --"`:                  nil,
		`email ^= "%"`:                             nil,
		`phone_number = "+15550002"`:               nil,
		`preferred_username ^= "countess of love"`: nil,
	} {
		if diff := cmp.Diff(want, filtered(t, s, p, filter)); diff != "" {
			t.Errorf("%s:\n%s", filter, diff)
		}
	}
}

// testPages reads every kind of list in pages of every size: each user comes
// once, however many share the value that the page is sorted by.
func testPages(t *testing.T, s Store) {
	p := newPool(t, s)
	for i := range 23 {
		u := user(p, fmt.Sprintf("user%02d", i), "family_name", []string{"Smith", "Smithe", "SMITH"}[i%3], "email", fmt.Sprintf("u%02d@example.com", i))
		u.Enabled = i%2 == 0
		create(t, s, p, u)
	}
	for filter, want := range map[string]int{
		``: 23, `family_name ^= "smith"`: 23, `family_name = "smith"`: 15, `username ^= "user"`: 23, `sub ^= "s"`: 23,
		`status = "Enabled"`: 12, `status = "Disabled"`: 11, `cognito:user_status ^= "C"`: 23, `cognito:user_status = "CONFIRMED"`: 23,
	} {
		f, err := userpool.ParseFilter(filter)
		noError(t, err)
		for limit := 1; limit <= 24; limit += 5 {
			seen := map[string]bool{}
			for q := (userpool.UserQuery{Filter: f, Limit: limit}); ; {
				users, next, err := s.ListUsers(t.Context(), p, q)
				noError(t, err)
				if len(users) > limit {
					t.Fatalf("%s: a page of %d for a limit of %d", filter, len(users), limit)
				}
				for _, u := range users {
					if seen[u.Username] {
						t.Fatalf("%s, limit %d: %s comes twice", filter, limit, u.Username)
					}
					seen[u.Username] = true
				}
				if q.After = next; next == "" {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("%s, limit %d: %d users, want %d", filter, limit, len(seen), want)
			}
		}
	}
}

func testTokens(t *testing.T, s Store) {
	p := newPool(t, s)
	create(t, s, p, user(p, "a"), user(p, "b"), user(p, "c"))
	_, next, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 1})
	noError(t, err)
	for _, q := range []userpool.UserQuery{
		{Limit: 1, After: "nonsense!"}, {Limit: 1, After: "bm9uc2Vuc2U"},
		{Limit: 1, After: next, Filter: userpool.Filter{Attribute: "email", Value: "x"}},
	} {
		_, _, err := s.ListUsers(t.Context(), p, q)
		wantKind(t, err, userpool.InvalidParameter)
	}
}
