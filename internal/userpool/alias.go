package userpool

import (
	"slices"
	"strings"
)

// Fold returns the form of a name for comparison without regard to case.
func Fold(s string) string { return strings.ToLower(s) }

// UsernameKey returns the form of a username that is unique in the pool.
func (p *UserPool) UsernameKey(username string) string {
	if p.CaseInsensitive {
		return Fold(username)
	}
	return username
}

// Alias is a value other than the username that identifies one user of a pool.
type Alias struct {
	Attribute string // email, phone_number or preferred_username
	Key       string // the value in its unique form
	// Username is set if the alias takes the place of the username: in a pool with
	// username attributes.
	Username bool
}

// Aliases returns the aliases that the user holds.
//
// In a pool with username attributes these are the email address and phone
// number that the pool takes for usernames, verified or not. In a pool with
// alias attributes, an email address or phone number counts once it is
// verified, a preferred username always (Developer Guide, customizing
// sign-in attributes).
func (p *UserPool) Aliases(u *User) []Alias {
	var out []Alias
	for _, name := range p.UsernameAttributes {
		if v := u.Attributes.Get(name); v != "" {
			out = append(out, Alias{Attribute: name, Key: p.aliasKey(name, v), Username: true})
		}
	}
	for _, name := range p.AliasAttributes {
		v := u.Attributes.Get(name)
		if v == "" || name != "preferred_username" && !u.Verified(name) {
			continue
		}
		if slices.ContainsFunc(out, func(a Alias) bool { return a.Attribute == name }) {
			continue
		}
		out = append(out, Alias{Attribute: name, Key: p.aliasKey(name, v)})
	}
	return out
}

// LoginAliases returns the aliases that name could be in the pool. A user is looked up by
// username first, then by these aliases, then by sub.
func (p *UserPool) LoginAliases(name string) []Alias {
	var out []Alias
	for _, attribute := range []string{"email", "phone_number", "preferred_username"} {
		if slices.Contains(p.UsernameAttributes, attribute) || slices.Contains(p.AliasAttributes, attribute) {
			out = append(out, Alias{Attribute: attribute, Key: p.aliasKey(attribute, name)})
		}
	}
	return out
}

func (p *UserPool) aliasKey(attribute, value string) string {
	if p.CaseInsensitive && attribute != "phone_number" {
		return Fold(value)
	}
	return value
}

// AliasTaken returns the AliasExists error for the attribute.
func AliasTaken(attribute string) *Error {
	e := Errorf(AliasExists, "An account with the given %s already exists.", attribute)
	e.Attribute, e.Code = attribute, CodeAliasExists
	return e
}
