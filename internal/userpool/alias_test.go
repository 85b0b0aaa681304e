package userpool

import (
	"slices"
	"testing"
)

func TestAliases(t *testing.T) {
	full := Attributes{{"email", "Jane@Example.com"}, {"email_verified", "true"}, {"phone_number", "+14255550100"},
		{"phone_number_verified", "false"}, {"preferred_username", "JD"}}
	tests := []struct {
		name               string
		usernames, aliases []string
		caseless           bool
		attributes         Attributes
		want               []Alias
	}{
		{name: "neither", attributes: full},
		{name: "verified email", aliases: []string{"email"}, attributes: full, want: []Alias{{Attribute: "email", Key: "Jane@Example.com"}}},
		{name: "without regard to case", aliases: []string{"email", "preferred_username"}, caseless: true, attributes: full,
			want: []Alias{{Attribute: "email", Key: "jane@example.com"}, {Attribute: "preferred_username", Key: "jd"}}},
		{name: "phone not verified", aliases: []string{"phone_number"}, attributes: full},
		{name: "preferred username needs no mark", aliases: []string{"preferred_username"}, attributes: full, want: []Alias{{Attribute: "preferred_username", Key: "JD"}}},
		{name: "username attributes need no mark", usernames: []string{"email", "phone_number"}, attributes: full,
			want: []Alias{{"email", "Jane@Example.com", true}, {"phone_number", "+14255550100", true}}},
		{name: "one of both", usernames: []string{"email", "phone_number"}, attributes: full[:2], want: []Alias{{"email", "Jane@Example.com", true}}},
		{name: "both kinds name email", usernames: []string{"email"}, aliases: []string{"email", "preferred_username"}, attributes: full,
			want: []Alias{{"email", "Jane@Example.com", true}, {Attribute: "preferred_username", Key: "JD"}}},
		{name: "no attributes", usernames: []string{"email"}, aliases: []string{"phone_number"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &UserPool{UsernameAttributes: tt.usernames, AliasAttributes: tt.aliases, CaseInsensitive: tt.caseless}
			if got := p.Aliases(&User{Attributes: tt.attributes}); !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestLoginAliases(t *testing.T) {
	p := &UserPool{UsernameAttributes: []string{"phone_number"}, AliasAttributes: []string{"preferred_username"}, CaseInsensitive: true}
	want := []Alias{{Attribute: "phone_number", Key: "Jane"}, {Attribute: "preferred_username", Key: "jane"}}
	if got := p.LoginAliases("Jane"); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := (&UserPool{}).LoginAliases("Jane"); got != nil {
		t.Errorf("a pool without aliases: got %+v", got)
	}
}

func TestUsernameKey(t *testing.T) {
	if got := (&UserPool{}).UsernameKey("JÖRG"); got != "JÖRG" {
		t.Error(got)
	}
	if got := (&UserPool{CaseInsensitive: true}).UsernameKey("JÖRG"); got != "jörg" {
		t.Error(got)
	}
}

func TestAliasTaken(t *testing.T) {
	e := AliasTaken("email")
	if e.Kind != AliasExists || e.Code != CodeAliasExists || e.Attribute != "email" || e.Error() != "An account with the given email already exists." {
		t.Errorf("%+v", e)
	}
}
