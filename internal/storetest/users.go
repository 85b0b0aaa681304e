package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

func testUsers(t *testing.T, s Store) {
	p := newPool(t, s)
	create(t, s, p, user(p, "ada"), user(p, "bob"))
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "ada"), false), userpool.UsernameExists)
	wantUsers(t, s, p, 2)
	_, err := s.User(t.Context(), p, "unknown")
	wantKind(t, err, userpool.UserNotFound)
	bySub, err := s.User(t.Context(), p, strings.ToUpper(SubOf("ada")))
	noError(t, err)
	if bySub.Username != "ada" {
		t.Errorf("the sub of ada is %s's", bySub.Username)
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

// testUserStays: updates cannot change the names of a user.
func testUserStays(t *testing.T, s Store) {
	p := newPool(t, s)
	create(t, s, p, user(p, "ada"))
	want, err := s.User(t.Context(), p, "ada")
	noError(t, err)
	for name, update := range map[string]func(*userpool.User){
		"username": func(u *userpool.User) { u.Username = "eve" },
		"sub":      func(u *userpool.User) { u.Sub = SubOf("other") },
		"pool":     func(u *userpool.User) { u.PoolID = "us-east-1_other" },
	} {
		if _, err := s.UpdateUser(t.Context(), p, "ada", func(u *userpool.User) error { update(u); return nil }); err == nil {
			t.Errorf("an update of the %s is accepted", name)
		}
	}
	got, err := s.User(t.Context(), p, "ada")
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// testNameBeforeAlias creates a user that exists already, with an alias of another user.
func testNameBeforeAlias(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email", "preferred_username"} })
	create(t, s, p, user(p, "ada"), user(p, "bob", "email", "b@example.com", "email_verified", "true", "preferred_username", "bobby"))
	again := user(p, "ada", "email", "b@example.com", "email_verified", "true")
	for _, take := range []bool{false, true} {
		wantKind(t, s.CreateUser(t.Context(), p, again, take), userpool.UsernameExists)
	}
	if u, err := s.User(t.Context(), p, "b@example.com"); err != nil || u.Username != "bob" || !u.Verified("email") {
		t.Errorf("b@example.com is %v, %v", u, err)
	}
	// A preferred username has no verified mark to lose.
	noError(t, s.CreateUser(t.Context(), p, user(p, "cyd", "preferred_username", "bobby"), true))
	if u, err := s.User(t.Context(), p, "bobby"); err != nil || u.Username != "cyd" {
		t.Errorf("bobby is %v, %v", u, err)
	}
	_, err := s.UpdateUser(t.Context(), p, "bob", func(u *userpool.User) error { u.Attributes.Set("name", "Bob"); return nil })
	noError(t, err)
}

func testEndedContext(t *testing.T, s Store) {
	p := newPool(t, s)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.CreateUser(ended, p, user(p, "ada"), false); !errors.Is(err, context.Canceled) {
		t.Errorf("a write whose context has ended: %v", err)
	}
	if _, err := s.User(ended, p, "ada"); !errors.Is(err, context.Canceled) {
		t.Errorf("a read whose context has ended: %v", err)
	}
	wantUsers(t, s, p, 0)
}
