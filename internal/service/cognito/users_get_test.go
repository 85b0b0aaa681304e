package cognitoservice_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestGetUser compares whole answers with the real service's (AWS CLI examples,
// admin-create-user, admin-get-user, list-users).
func TestGetUser(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	before := time.Now().Truncate(time.Millisecond)
	created := f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "diego", "MessageAction": "SUPPRESS",
		"UserAttributes": named("phone_number", "+15555551212", "email", "diego@example.com")})["User"].(object)
	attributes := created["Attributes"].([]any)
	sub := attributes[0].(object)["Value"].(string)
	wantAttributes := named("sub", sub, "email", "diego@example.com", "phone_number", "+15555551212")
	want := object{"Username": "diego", "Attributes": wantAttributes, "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD",
		"UserCreateDate": created["UserCreateDate"], "UserLastModifiedDate": created["UserCreateDate"]}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("AdminCreateUser:\n%s", diff)
	}
	if diff := cmp.Diff([]any{want}, f.Do("ListUsers", object{"UserPoolId": pool})["Users"]); diff != "" {
		t.Errorf("ListUsers:\n%s", diff)
	}
	want["UserAttributes"] = wantAttributes
	delete(want, "Attributes")
	for _, name := range []string{"diego", sub} {
		if diff := cmp.Diff(want, f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": name})); diff != "" {
			t.Errorf("AdminGetUser %s:\n%s", name, diff)
		}
	}
	at := time.UnixMilli(int64(created["UserCreateDate"].(float64)*1000 + 0.5))
	if at.Before(before) || at.After(time.Now()) {
		t.Errorf("created at %v", at)
	}
	f.Refused("AdminGetUser", object{"UserPoolId": pool, "Username": "diego@example.com"}, "UserNotFoundException", "User does not exist.")
	f.Refused("AdminGetUser", object{"UserPoolId": "us-east-1_Nowhere00", "Username": "diego"}, "ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist.")
	f.Refused("AdminGetUser", object{"UserPoolId": pool, "Username": ""}, "InvalidParameterException", "Value at 'username' failed to satisfy constraint")
}

// TestModifiedDate: every change updates a user's modification date.
func TestModifiedDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		pool := f.Pool(nil)
		key := object{"UserPoolId": pool, "Username": "ada"}
		created := f.Do("AdminCreateUser", key)["User"].(object)["UserCreateDate"].(float64)
		changes := []func(){
			func() { f.Do("AdminDisableUser", key) },
			func() { f.Do("AdminEnableUser", key) },
			func() {
				f.Do("AdminUpdateUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("name", "Ada")})
			},
			func() {
				f.Do("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": []any{"name"}})
			},
		}
		for i, change := range changes {
			time.Sleep(time.Hour)
			change()
			got := f.Do("AdminGetUser", key)
			if want := created + 3600*float64(i+1); got["UserLastModifiedDate"] != want || got["UserCreateDate"] != created {
				t.Errorf("change %d: modified at %v, want %v; created at %v, want %v", i, got["UserLastModifiedDate"], want, got["UserCreateDate"], created)
			}
		}
	})
}
