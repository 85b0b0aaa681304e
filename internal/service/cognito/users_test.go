package cognitoservice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAdminCreateUser(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	user := f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "TemporaryPassword": "P@ssw0rd!",
		"UserAttributes": named("email", "ada@example.com", "email_verified", "True", "name", "")})["User"].(object)
	if user["UserStatus"] != "FORCE_CHANGE_PASSWORD" || user["Enabled"] != true || user["Username"] != "ada" {
		t.Errorf("the new user: %v", user)
	}
	first := user["Attributes"].([]any)[0].(object)
	if diff := cmp.Diff(object{"email": "ada@example.com", "email_verified": "true"}, attributes(user["Attributes"])); diff != "" || first["Name"] != "sub" {
		t.Errorf("its attributes, sub first: %v\n%s", first, diff)
	}
	got := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})
	if got["MFAOptions"] != nil || got["UserMFASettingList"] != nil || got["UserCreateDate"] != user["UserCreateDate"] {
		t.Errorf("AdminGetUser: %v", got)
	}
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "bob"})
	for _, tt := range []struct {
		in              object
		exception, text string
	}{
		{object{"Username": "ada"}, "UsernameExistsException", "User account already exists"},
		{object{"Username": "two words"}, "InvalidParameterException", "Value at 'username' failed"},
		{object{"Username": "x", "TemporaryPassword": "password"}, "InvalidPasswordException", "uppercase"},
		{object{"Username": "x", "TemporaryPassword": "Ab1!"}, "InvalidPasswordException", "long enough"},
		{object{"Username": "x", "UserAttributes": named("sub", "y")}, "InvalidParameterException", "sub"},
		{object{"Username": "x", "UserAttributes": named("shoe_size", "9")}, "InvalidParameterException", "shoe_size: Attribute does not exist in the schema."},
		{object{"Username": "x", "UserAttributes": named("email", "nonsense")}, "InvalidParameterException", "Invalid email address format."},
		{object{"Username": "x", "UserAttributes": named("phone_number", "0123")}, "InvalidParameterException", "Invalid phone number format."},
		{object{"Username": "x", "UserAttributes": named("email_verified", "perhaps")}, "InvalidParameterException", "true or false"},
		{object{"Username": "x", "UserAttributes": named("email_verified", "true")}, "InvalidParameterException", "email is required"},
		{object{"Username": "bob", "MessageAction": "RESEND"}, "CodeDeliveryFailureException", "neither a phone number nor an email address"},
		{object{"Username": "x", "MessageAction": "RESEND"}, "UserNotFoundException", "User does not exist."},
	} {
		tt.in["UserPoolId"] = pool
		f.Refused("AdminCreateUser", tt.in, tt.exception, tt.text)
	}
	f.Refused("AdminGetUser", object{"UserPoolId": pool, "Username": "x"}, "UserNotFoundException", "User does not exist.")
}

func TestAdminCreateUserByAttribute(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UsernameAttributes": []any{"email"}, "UsernameConfiguration": object{"CaseSensitive": false}})
	user := f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "Ada@example.com"})["User"].(object)
	sub := user["Attributes"].([]any)[0].(object)["Value"]
	if user["Username"] != sub || attributes(user["Attributes"])["email"] != "Ada@example.com" {
		t.Errorf("the new user: %v", user)
	}
	for _, name := range []any{"ada@EXAMPLE.com", sub} {
		if got := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": name}); got["Username"] != sub {
			t.Errorf("%v is %v", name, got["Username"])
		}
	}
	f.Refused("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada"}, "InvalidParameterException", "Username should be an email.")
	f.Refused("AdminCreateUser", object{"UserPoolId": pool, "Username": "ADA@example.com"}, "UsernameExistsException", "An account with the given email already exists.")
	f.Refused("AdminCreateUser", object{"UserPoolId": pool, "Username": "b@example.com", "UserAttributes": named("email", "c@example.com")}, "InvalidParameterException", "User email should be empty or same as username, since username attribute is email")
}

func TestAdminCreateUserAliases(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"AliasAttributes": []any{"email"}})
	verified := named("email", "a@example.com", "email_verified", "true")
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": verified})
	f.Refused("AdminCreateUser", object{"UserPoolId": pool, "Username": "b@example.com"}, "InvalidParameterException", "Username cannot be of email format")
	bob := object{"UserPoolId": pool, "Username": "bob", "UserAttributes": verified}
	f.Refused("AdminCreateUser", bob, "UsernameExistsException", "An account with the given email already exists.")
	bob["ForceAliasCreation"] = true
	f.Do("AdminCreateUser", bob)
	if got := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "a@example.com"}); got["Username"] != "bob" {
		t.Errorf("the alias is %v's", got["Username"])
	}
	f.Refused("AdminUpdateUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("email_verified", "true")},
		"AliasExistsException", "An account with the given email already exists.")
}

func TestUpdateAttributes(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"Schema": []any{
		object{"Name": "email", "Required": true, "Mutable": true}, object{"Name": "badge", "AttributeDataType": "String"}, object{"Name": "level", "AttributeDataType": "Number", "Mutable": true},
	}})
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada",
		"UserAttributes": named("email", "a@example.com", "email_verified", "true", "custom:badge", "7", "name", "Ada")})
	update := func(pairs ...string) object {
		return object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named(pairs...)}
	}
	has := func(want object) {
		t.Helper()
		if diff := cmp.Diff(want, attributes(f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"])); diff != "" {
			t.Errorf("the attributes:\n%s", diff)
		}
	}
	f.Do("AdminUpdateUserAttributes", update("email", "new@example.com", "name", "", "custom:level", "3"))
	changed := object{"email": "new@example.com", "email_verified": "false", "custom:badge": "7", "custom:level": "3"}
	has(changed)
	for _, tt := range []struct{ name, value, text string }{
		{"custom:badge", "8", "cannot be updated"}, {"sub", "x", "cannot be updated"}, {"email", "", "email: The attribute is required"},
		{"custom:level", "high", "must be a decimal number from -2^1023 to 2^1023"}, {"nickname\x00", "x", "regular expression"}, {"shoe_size", "9", "does not exist"},
	} {
		f.Refused("AdminUpdateUserAttributes", update("name", "half done", tt.name, tt.value), "InvalidParameterException", tt.text)
	}
	has(changed)
	f.Do("AdminUpdateUserAttributes", update("email", "x@example.com", "email_verified", "true"))
	f.Do("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": []any{"custom:level"}})
	has(object{"email": "x@example.com", "email_verified": "true", "custom:badge": "7"})
	f.Refused("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": []any{"email"}}, "InvalidParameterException", "required")
	f.Refused("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "bob", "UserAttributeNames": []any{"name"}}, "UserNotFoundException", "User does not exist.")
}

func TestEnableDisableDelete(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada"})
	key := object{"UserPoolId": pool, "Username": "ada"}
	if out := f.Do("AdminDisableUser", key); len(out) != 0 {
		t.Errorf("the answer is %v", out)
	}
	if got := f.Do("ListUsers", object{"UserPoolId": pool, "Filter": `status = "Disabled"`})["Users"].([]any); len(got) != 1 || got[0].(object)["Enabled"] != false {
		t.Errorf("the disabled users: %v", got)
	}
	f.Do("AdminEnableUser", key)
	if f.Do("AdminGetUser", key)["Enabled"] != true {
		t.Error("the user is not enabled")
	}
	f.Do("AdminDeleteUser", key)
	for _, op := range []string{"AdminDeleteUser", "AdminEnableUser", "AdminDisableUser"} {
		f.Refused(op, key, "UserNotFoundException", "User does not exist.")
	}
}
