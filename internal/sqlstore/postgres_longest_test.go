package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// incompressible returns n four-byte characters that cannot be compressed: PostgreSQL compresses
// index entries before it checks their size.
func incompressible(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(0x20000 + r.Int32N(0xA000))
	}
	return b.String()
}

// TestLongestValues stores the longest values that a store may receive: of each attribute more than
// the API allows, in a pool with as many aliases as possible.
func TestLongestValues(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Store{"postgres": openPostgres(t, emptySchema(t)), "sqlite": open(t)} {
		for _, oneByOne := range []bool{false, true} {
			if oneByOne && name == "sqlite" {
				continue // it can only insert one by one
			}
			t.Run(fmt.Sprint(name, " ", oneByOne), func(t *testing.T) { testLongest(t, s, oneByOne) })
		}
	}
}

func testLongest(t *testing.T, s *Store, oneByOne bool) {
	r := rand.New(rand.NewPCG(1, 2))
	p := aliasPool(fmt.Sprint(strings.Repeat("x", 44), oneByOne)) // a pool's id has up to 55 characters
	p.AliasAttributes, p.CaseInsensitive = []string{"email", "phone_number", "preferred_username"}, true
	longest := func() *userpool.User {
		u := &userpool.User{PoolID: p.ID, Username: incompressible(r, userpool.MaxUsernameLength), Sub: userpool.NewSub(), Status: userpool.ResetRequired, Enabled: true}
		for _, a := range userpool.StandardSchema() {
			if strings.HasSuffix(a.Name, "_verified") {
				u.Attributes.Set(a.Name, "true")
			} else if a.Name != "sub" {
				u.Attributes.Set(a.Name, incompressible(r, 2048))
			}
		}
		return u
	}
	key, lease := runJob(t, s, p)
	if oneByOne {
		postgresOf(s).copies = 0
		defer func() { postgresOf(s).copies = maxCopies }()
	}
	made, imported := longest(), longest()
	if err := s.CreateUser(t.Context(), p, made, false); err != nil {
		t.Fatal(err)
	}
	again := longest()
	for _, name := range p.AliasAttributes { // equal to made's except for the last character
		again.Attributes.Set(name, made.Attributes.Get(name)[:2047*4]+"z")
	}
	b := rowsOf(p, usercsv.Position{}, "", "", "")
	b.Rows[0] = importjob.Row{Line: 2, End: b.Rows[0].End, User: imported}
	b.Rows[1] = importjob.Row{Line: 3, End: b.Rows[1].End, User: made}
	b.Rows[2] = importjob.Row{Line: 4, End: b.Rows[2].End, User: again}
	if _, j, err := commit(t.Context(), s, p, key, lease, b, time.Now()); err != nil || j.Counts != (importjob.Counts{Imported: 2, Skipped: 1}) {
		t.Fatal(j, err)
	}
	for _, u := range []*userpool.User{made, imported, again} {
		wantFound(t, s, p, u)
	}
	change := func(u *userpool.User) error {
		u.Attributes.Set("preferred_username", imported.Attributes.Get("preferred_username"))
		return nil
	}
	if _, err := s.UpdateUser(t.Context(), p, made.Username, change); userpool.KindOf(err) != userpool.AliasExists {
		t.Errorf("another user's alias: %v", err)
	}
	if err := s.DeleteUser(t.Context(), p, imported.Username); err != nil {
		t.Error(err)
	}
	if _, err := s.UpdateUser(t.Context(), p, made.Username, change); err != nil {
		t.Errorf("an alias that is free: %v", err)
	}
	wantSound(t, s, p)
}

// wantFound finds the user in every way, page by page.
func wantFound(t *testing.T, s *Store, p *userpool.UserPool, u *userpool.User) {
	t.Helper()
	names := []string{u.Username, u.Sub}
	for _, a := range p.AliasAttributes {
		names = append(names, u.Attributes.Get(a))
	}
	for _, name := range names {
		if got, err := s.User(t.Context(), p, name); err != nil || got.Username != u.Username {
			t.Errorf("%.40s…: %v", name, err)
		}
	}
	for _, name := range append([]string{"username"}, lookupsByName()...) {
		value := u.Attributes.Get(name)
		if name == "username" {
			value = p.UsernameKey(u.Username)
		}
		f := userpool.Filter{Attribute: name, Value: value[:4*80], Prefix: true} // a filter has up to 256 characters
		if !pagesHave(t, s, p, f, u.Username) {
			t.Errorf("a filter by %s does not find the user", name)
		}
	}
}

// lookupsByName returns the names of the lookups.
func lookupsByName() (names []string) {
	for _, l := range lookups {
		names = append(names, l.name)
	}
	return names
}

func pagesHave(t *testing.T, s *Store, p *userpool.UserPool, f userpool.Filter, username string) bool {
	t.Helper()
	for after := ""; ; {
		page, next, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Filter: f, After: after, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			if u.Username == username {
				return true
			}
		}
		if next == "" {
			return false
		}
		after = next
	}
}
