package cognitoservice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUsernameAttributes: in a pool with username attributes the username is the sub, and the
// given name is an attribute.
func TestUsernameAttributes(t *testing.T) {
	f := newFixture(t)
	both := f.Pool(object{"UsernameAttributes": []any{"email", "phone_number"}})
	phone := f.Pool(object{"UsernameAttributes": []any{"phone_number"}})
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
		u := f.Do("AdminCreateUser", in)["User"].(object)
		got := f.Do("AdminGetUser", object{"UserPoolId": tt.pool, "Username": tt.name})
		if diff := cmp.Diff(tt.want, attributes(got["UserAttributes"])); diff != "" || got["Username"] != u["Username"] {
			t.Errorf("%s is %v:\n%s", tt.name, got["Username"], diff)
		}
	}
	f.Refused("AdminCreateUser", object{"UserPoolId": both, "Username": "ada"}, "InvalidParameterException", "Username should be either an email or a phone number.")
	f.Refused("AdminCreateUser", object{"UserPoolId": phone, "Username": "a@example.com"}, "InvalidParameterException", "Username should be a phone number.")
	f.Refused("AdminCreateUser", object{"UserPoolId": both, "Username": "b@example.com"}, "UsernameExistsException", "An account with the given email already exists.")

	change := func(pairs ...string) object {
		return object{"UserPoolId": both, "Username": "a@example.com", "UserAttributes": named(pairs...)}
	}
	f.Refused("AdminUpdateUserAttributes", change("email", "b@example.com"), "AliasExistsException", "An account with the given email already exists.")
	f.Refused("AdminUpdateUserAttributes", change("email", ""), "InvalidParameterException", "none of the attributes")
	sub := f.Do("AdminGetUser", object{"UserPoolId": both, "Username": "a@example.com"})["Username"]
	f.Do("AdminUpdateUserAttributes", change("email", "c@example.com"))
	if got := f.Do("AdminGetUser", object{"UserPoolId": both, "Username": "c@example.com"})["Username"]; got != sub {
		t.Errorf("under the new address is %v, want %v", got, sub)
	}
	f.Refused("AdminGetUser", object{"UserPoolId": both, "Username": "a@example.com"}, "UserNotFoundException", "User does not exist.")
}

// TestForcedAlias: a user who loses an alias keeps the address, unverified.
func TestForcedAlias(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"AliasAttributes": []any{"email"}})
	in := object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("email", "a@example.com", "email_verified", "true")}
	f.Do("AdminCreateUser", in)
	in["Username"], in["ForceAliasCreation"] = "bob", true
	f.Do("AdminCreateUser", in)
	got := attributes(f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"])
	if diff := cmp.Diff(object{"email": "a@example.com", "email_verified": "false"}, got); diff != "" {
		t.Errorf("who lost the alias:\n%s", diff)
	}
	if got := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "a@example.com"})["Username"]; got != "bob" {
		t.Errorf("the alias is %v's", got)
	}
}

func TestUsernamesByCase(t *testing.T) {
	f := newFixture(t)
	sensitive := f.Pool(nil)
	folded := f.Pool(object{"UsernameConfiguration": object{"CaseSensitive": false}})
	for _, pool := range []string{sensitive, folded} {
		f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "Ada"})
	}
	f.Do("AdminCreateUser", object{"UserPoolId": sensitive, "Username": "ada"})
	f.Refused("AdminCreateUser", object{"UserPoolId": folded, "Username": "ada"}, "UsernameExistsException", "User account already exists")
	if got := f.Do("AdminGetUser", object{"UserPoolId": folded, "Username": "ADA"})["Username"]; got != "Ada" {
		t.Errorf("the username is answered as %v", got)
	}
	f.Refused("AdminGetUser", object{"UserPoolId": sensitive, "Username": "ADA"}, "UserNotFoundException", "User does not exist.")
}
