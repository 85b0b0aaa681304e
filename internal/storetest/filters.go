package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

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
		`sub = "` + SubOf("ada") + `"`:             {"ada"},
		`sub = "` + SubOf("ada")[:35] + `"`:        nil,
		`sub = "` + SubOf("eve") + `"`:             nil,
		`sub ^= "` + SubOf("ada")[:20] + `"`:       {"ada"},
		`sub ^= "5ab0"`:                            {"Cyd", "ada", "bob"},
		`sub ^= "5AB0"`:                            nil,
		`sub ^= "sub"`:                             nil,
		`cognito:user_status = "confirm"`:          nil,
		`cognito:user_status ^= "X"`:               nil,
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

// testPages reads every kind of list in pages of every size: each user comes once, no matter how
// many share a value of the sort order.
func testPages(t *testing.T, s Store) {
	p := newPool(t, s)
	for i := range 23 {
		u := user(p, fmt.Sprintf("user%02d", i), "family_name", []string{"Smith", "Smithe", "SMITH"}[i%3], "email", fmt.Sprintf("u%02d@example.com", i))
		u.Enabled = i%2 == 0
		create(t, s, p, u)
	}
	for filter, want := range map[string]int{
		``: 23, `family_name ^= "smith"`: 23, `family_name = "smith"`: 15, `username ^= "user"`: 23, `sub ^= "5a"`: 23,
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
	if next == "" || strings.ContainsAny(next, " \t\r\n") {
		t.Errorf("the token is %q", next)
	}
	for _, q := range []userpool.UserQuery{
		{Limit: 1, After: "nonsense!"}, {Limit: 1, After: "bm9uc2Vuc2U"},
		{Limit: 1, After: next, Filter: userpool.Filter{Attribute: "email", Value: "x"}},
	} {
		_, _, err := s.ListUsers(t.Context(), p, q)
		wantKind(t, err, userpool.InvalidParameter)
	}
}

// testFiltersByModel compares filters with a plain implementation of their rules. The values are
// hard to sort: prefixes of each other, the last characters of Unicode, letters with case folding,
// quotes and wildcards.
func testFiltersByModel(t *testing.T, s Store) {
	r := rand.New(rand.NewPCG(7, 11))
	alphabet := []string{"a", "A", "b", "%", "_", "'", "\\", "é", "É", "\uD7FF", "\uE000", "\uFFFD", "\U0010FFFF"}
	word := func(atLeast int) string {
		var b strings.Builder
		for range atLeast + r.IntN(3) {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	for _, folds := range []bool{false, true} {
		p := newPool(t, s, func(p *userpool.UserPool) { p.CaseInsensitive = folds })
		names := map[string]bool{}
		var users []*userpool.User
		for len(users) < 150 {
			name := word(1)
			if key := p.UsernameKey(name); names[key] {
				continue
			} else {
				names[key] = true
			}
			u := user(p, name, "email", word(0), "name", word(0), "preferred_username", word(1))
			u.Enabled = r.IntN(3) > 0
			users = append(users, u)
		}
		last := user(p, "last", "name", strings.Repeat("\U0010FFFF", 300))
		users = append(users, last)
		create(t, s, p, users...)
		for range 300 {
			f := userpool.Filter{Attribute: []string{"username", "email", "name", "preferred_username", "sub"}[r.IntN(5)], Value: word(0), Prefix: r.IntN(2) == 0}
			if f.Attribute == "sub" {
				if f.Value = users[r.IntN(len(users))].Sub; f.Prefix {
					f.Value = f.Value[:r.IntN(len(f.Value)+1)]
				}
			}
			compareWithModel(t, s, p, f, users, 1+r.IntN(40))
		}
	}
}

func compareWithModel(t *testing.T, s Store, p *userpool.UserPool, f userpool.Filter, users []*userpool.User, limit int) {
	t.Helper()
	want, got := []string{}, []string{}
	for _, u := range users {
		if matches(p, f, u) {
			want = append(want, u.Username)
		}
	}
	for q := (userpool.UserQuery{Filter: f, Limit: limit}); ; {
		page, next, err := s.ListUsers(t.Context(), p, q)
		noError(t, err)
		for _, u := range page {
			got = append(got, u.Username)
		}
		if q.After = next; next == "" {
			break
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%+q, pages of %d:\n%s", f, limit, diff)
	}
}

// matches is the meaning of a filter (see [userpool.FilterAttributes]).
func matches(p *userpool.UserPool, f userpool.Filter, u *userpool.User) bool {
	value, wanted := userpool.Fold(u.Attributes.Get(f.Attribute)), userpool.Fold(f.Value)
	switch f.Attribute {
	case "username":
		value, wanted = p.UsernameKey(u.Username), p.UsernameKey(f.Value)
	case "sub":
		value, wanted = u.Sub, f.Value
	}
	if value == "" {
		return false
	}
	return value == wanted || f.Prefix && strings.HasPrefix(value, wanted)
}
