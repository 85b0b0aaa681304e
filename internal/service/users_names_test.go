package service_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUsernameAttributes: in a pool with username attributes the username is
// the sub, and the name that was given an attribute.
func TestUsernameAttributes(t *testing.T) {
	f := newFixture(t)
	both := f.pool(object{"UsernameAttributes": []any{"email", "phone_number"}})
	phone := f.pool(object{"UsernameAttributes": []any{"phone_number"}})
	for _, tt := range []struct {
		pool, name string
		attributes []any
		want       object
	}{
		{both, "a@example.com", nil, object{"email": "a@example.com"}},
		{both, "+15550001", named("email", "b@example.com"), object{"email": "b@example.com", "phone_number": "+15550001"}},
		{phone, "+15550001", named("phone_number", "+15550001", "phone_number_verified", "TRUE"), object{"phone_number": "+15550001", "phone_number_verified": "true"}},
	} {
		in := object{"UserPoolId": tt.pool, "Username": tt.name}
		if tt.attributes != nil {
			in["UserAttributes"] = tt.attributes
		}
		u := f.do("AdminCreateUser", in)["User"].(object)
		got := f.do("AdminGetUser", object{"UserPoolId": tt.pool, "Username": tt.name})
		if diff := cmp.Diff(tt.want, attributes(got["UserAttributes"])); diff != "" || got["Username"] != u["Username"] {
			t.Errorf("%s is %v:\n%s", tt.name, got["Username"], diff)
		}
	}
	f.refused("AdminCreateUser", object{"UserPoolId": both, "Username": "ada"}, "InvalidParameterException", "Username should be either an email or a phone number.")
	f.refused("AdminCreateUser", object{"UserPoolId": phone, "Username": "a@example.com"}, "InvalidParameterException", "Username should be a phone number.")
	f.refused("AdminCreateUser", object{"UserPoolId": both, "Username": "b@example.com"}, "UsernameExistsException", "An account with the given email already exists.")

	change := func(pairs ...string) object {
		return object{"UserPoolId": both, "Username": "a@example.com", "UserAttributes": named(pairs...)}
	}
	f.refused("AdminUpdateUserAttributes", change("email", "b@example.com"), "AliasExistsException", "An account with the given email already exists.")
	f.refused("AdminUpdateUserAttributes", change("email", ""), "InvalidParameterException", "none of the attributes")
	sub := f.do("AdminGetUser", object{"UserPoolId": both, "Username": "a@example.com"})["Username"]
	f.do("AdminUpdateUserAttributes", change("email", "c@example.com"))
	if got := f.do("AdminGetUser", object{"UserPoolId": both, "Username": "c@example.com"})["Username"]; got != sub {
		t.Errorf("under the new address is %v, want %v", got, sub)
	}
	f.refused("AdminGetUser", object{"UserPoolId": both, "Username": "a@example.com"}, "UserNotFoundException", "User does not exist.")
}

// TestForcedAlias: who loses an alias keeps the address, unverified.
func TestForcedAlias(t *testing.T) {
	f := newFixture(t)
	pool := f.pool(object{"AliasAttributes": []any{"email"}})
	in := object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("email", "a@example.com", "email_verified", "true")}
	f.do("AdminCreateUser", in)
	in["Username"], in["ForceAliasCreation"] = "bob", true
	f.do("AdminCreateUser", in)
	got := attributes(f.do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"])
	if diff := cmp.Diff(object{"email": "a@example.com", "email_verified": "false"}, got); diff != "" {
		t.Errorf("who lost the alias:\n%s", diff)
	}
	if got := f.do("AdminGetUser", object{"UserPoolId": pool, "Username": "a@example.com"})["Username"]; got != "bob" {
		t.Errorf("the alias is %v's", got)
	}
}

func TestUsernamesByCase(t *testing.T) {
	f := newFixture(t)
	sensitive := f.pool(nil)
	folded := f.pool(object{"UsernameConfiguration": object{"CaseSensitive": false}})
	for _, pool := range []string{sensitive, folded} {
		f.do("AdminCreateUser", object{"UserPoolId": pool, "Username": "Ada"})
	}
	f.do("AdminCreateUser", object{"UserPoolId": sensitive, "Username": "ada"})
	f.refused("AdminCreateUser", object{"UserPoolId": folded, "Username": "ada"}, "UsernameExistsException", "User account already exists")
	if got := f.do("AdminGetUser", object{"UserPoolId": folded, "Username": "ADA"})["Username"]; got != "Ada" {
		t.Errorf("the username is answered as %v", got)
	}
	f.refused("AdminGetUser", object{"UserPoolId": sensitive, "Username": "ADA"}, "UserNotFoundException", "User does not exist.")
}
