package cognitoservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed returns the usernames of all pages of ListUsers.
func (f *fixture) listed(in object) (names []string) {
	f.T.Helper()
	in["Limit"] = 2
	for {
		page := f.Do("ListUsers", in)
		for _, u := range page["Users"].([]any) {
			names = append(names, u.(object)["Username"].(string))
		}
		if page["PaginationToken"] == nil {
			slices.Sort(names)
			return names
		}
		in["PaginationToken"] = page["PaginationToken"]
	}
}

// TestListUsersFilter tests the attributes that a filter may name, and its grammar.
func TestListUsersFilter(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	add := func(name string, pairs ...string) string {
		u := f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": name, "UserAttributes": named(pairs...)})["User"].(object)
		return u["Attributes"].([]any)[0].(object)["Value"].(string)
	}
	sub := add("ada", "email", "Ada@example.com", "phone_number", "+15550001", "name", `Ada "Countess" Lovelace`, "given_name", "Ada",
		"family_name", "Lovelace", "preferred_username", "countess")
	add("Alan", "email", "alan@example.com", "phone_number", "+15550002", "name", "Alan Turing", "given_name", "Alan", "family_name", `Tur\ing`)
	add("bob", "email", "bob@example.org", "name", "Bob")
	f.Do("AdminDisableUser", object{"UserPoolId": pool, "Username": "bob"})

	everyone := []string{"Alan", "ada", "bob"}
	for filter, want := range map[string][]string{
		"":                                   everyone,
		`username = "ada"`:                   {"ada"},
		`username = "alan"`:                  nil, // usernames are case-sensitive
		`username ^= "A"`:                    {"Alan"},
		`username^="a"`:                      {"ada"},
		`"username"="bob"`:                   {"bob"},
		`email = "ADA@EXAMPLE.COM"`:          {"ada"},
		`email ^= "a"`:                       {"Alan", "ada"},
		`phone_number ^= "+1555"`:            {"Alan", "ada"},
		`phone_number = "+15550002"`:         {"Alan"},
		`name = "ada \"countess\" lovelace"`: {"ada"},
		`name ^= "b"`:                        {"bob"},
		`given_name = "alan"`:                {"Alan"},
		`family_name = "tur\\ing"`:           {"Alan"},
		`preferred_username ^= "COUNT"`:      {"ada"},
		`cognito:user_status = "force_change_password"`: everyone,
		`cognito:user_status = "CONFIRMED"`:             nil,
		`cognito:user_status ^= "FORCE"`:                everyone,
		`status = "Enabled"`:                            {"Alan", "ada"},
		`status = "Disabled"`:                           {"bob"},
		`sub = "` + sub + `"`:                           {"ada"},
		`sub ^= "` + sub[:30] + `"`:                     {"ada"},
	} {
		if diff := cmp.Diff(want, f.listed(object{"UserPoolId": pool, "Filter": filter})); diff != "" {
			t.Errorf("%s:\n%s", filter, diff)
		}
	}
	for filter, text := range map[string]string{
		`custom:x = "1"`:         "Invalid search attribute: custom:x",
		`nickname = "x"`:         "Invalid search attribute: nickname",
		strings.Repeat("x", 257): "less than or equal to 256",
	} {
		f.Refused("ListUsers", object{"UserPoolId": pool, "Filter": filter}, "InvalidParameterException", text)
	}
}

// TestUnreadableFilter: the message is exactly the real service's. A header says where the
// mistake is, without what the client looked for.
func TestUnreadableFilter(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	for filter, detail := range map[string]string{
		`name = "hunter2`:        "the value's closing quotation mark is missing (at character 16 of the filter)",
		`name "hunter2"`:         `= or ^= is missing; write AttributeName = "value" (at character 6 of the filter)`,
		`name = hunter2`:         "the value must be in quotation marks (at character 8 of the filter)",
		`status = "enabled"`:     `status can only be = "Enabled" or = "Disabled" (at character 19 of the filter)`,
		`name = "hunter2" or`:    `something follows the value; a quotation mark inside it is written \" (at character 18 of the filter)`,
		"name = \"hunter\x002\"": "the value holds a NUL character (at character 18 of the filter)",
	} {
		out, header := f.Raw("ListUsers", object{"UserPoolId": pool, "Filter": filter})
		want := object{"__type": "InvalidParameterException", "message": "Error while parsing filter."}
		if diff := cmp.Diff(want, out); diff != "" || header.Get("x-poolhouse-detail") != detail {
			t.Errorf("%s: %v, detail %q, want %q", filter, out, header.Get("x-poolhouse-detail"), detail)
		}
	}
}

func TestListUsersPages(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	for i := range 65 {
		f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": fmt.Sprintf("user%02d", i), "UserAttributes": named("name", fmt.Sprintf("Name %d", i%2))})
	}
	for _, limit := range []any{nil, 0, 60} {
		in := object{"UserPoolId": pool}
		if limit != nil {
			in["Limit"] = limit
		}
		first := f.Do("ListUsers", in)
		in["PaginationToken"] = first["PaginationToken"]
		rest := f.Do("ListUsers", in)
		if a, b := len(first["Users"].([]any)), len(rest["Users"].([]any)); a != 60 || b != 5 || rest["PaginationToken"] != nil {
			t.Errorf("with a limit of %v, pages of %d and %d", limit, a, b)
		}
	}
	if all := f.listed(object{"UserPoolId": pool}); len(all) != 65 || len(slices.Compact(all)) != 65 {
		t.Errorf("in pages of two: %d users", len(all))
	}
	token := f.Do("ListUsers", object{"UserPoolId": pool, "Limit": 1})["PaginationToken"].(string)
	if strings.ContainsAny(token, " \t\n") {
		t.Errorf("the token has white space: %q", token)
	}
	f.Refused("ListUsers", object{"UserPoolId": pool, "Filter": `name = "Name 1"`, "PaginationToken": token}, "InvalidParameterException", "token")
	f.Refused("ListUsers", object{"UserPoolId": pool, "PaginationToken": "x"}, "InvalidParameterException", "token")
	f.Refused("ListUsers", object{"UserPoolId": pool, "Limit": 61}, "InvalidParameterException", "less than or equal to 60")
	f.Refused("ListUsers", object{"UserPoolId": "us-east-1_Nowhere00"}, "ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist.")
}

// TestAttributesToGet: attributes that a user lacks are left out, and an empty list asks for
// nothing.
func TestAttributesToGet(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("name", "Ada", "email", "ada@example.com")})
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "bob", "UserAttributes": named("name", "Bob")})
	got := func(names ...any) (out []any) {
		t.Helper()
		for _, u := range f.Do("ListUsers", object{"UserPoolId": pool, "AttributesToGet": append([]any{}, names...)})["Users"].([]any) {
			out = append(out, u.(object)["Attributes"])
		}
		return out
	}
	want := []any{[]any{object{"Name": "name", "Value": "Ada"}, object{"Name": "email", "Value": "ada@example.com"}}, named("name", "Bob")}
	if diff := cmp.Diff(want, got("email", "name")); diff != "" {
		t.Errorf("email and name:\n%s", diff)
	}
	if diff := cmp.Diff([]any{[]any{}, []any{}}, got()); diff != "" {
		t.Errorf("nothing:\n%s", diff)
	}
	f.Refused("ListUsers", object{"UserPoolId": pool, "AttributesToGet": []any{"name", "shoe_size"}}, "InvalidParameterException", "One or more requested attributes do not exist.")
}
