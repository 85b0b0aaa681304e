package cognitoservice_test

import (
	"testing"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// stored returns a user from the store.
func (f *fixture) stored(pool, name string) *userpool.User {
	f.T.Helper()
	p, err := f.Store.Pool(f.T.Context(), pool)
	if err != nil {
		f.T.Fatal(err)
	}
	u, err := f.Store.User(f.T.Context(), p, name)
	if err != nil {
		f.T.Fatal(err)
	}
	return u
}

func TestTemporaryPassword(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UsernameAttributes": []any{"email"}, "Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 2}}})
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "a@example.com", "TemporaryPassword": "long-enough"})
	u := f.stored(pool, "a@example.com")
	if u.Credential.Scheme != password.SRP || !u.Credential.Expires.Equal(u.Created.AddDate(0, 0, 2)) {
		t.Errorf("scheme %q, created %v, expires %v", u.Credential.Scheme, u.Created, u.Credential.Expires)
	}
	// The username is the sub, and clients calculate with it.
	if !password.Verify(pool, u.Sub, "long-enough", u.Credential.Secret) {
		t.Error("the verifier is not of the password that was given")
	}
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "b@example.com"})
	if c := f.stored(pool, "b@example.com").Credential; c.Scheme != password.SRP || c.Secret == "" || c.Expires.Before(time.Now()) {
		t.Errorf("a generated password: %+v", c)
	}
}

// TestPasswordlessUserIsConfirmed: only a user who can sign in with a code needs no password.
func TestPasswordlessUserIsConfirmed(t *testing.T) {
	f := newFixture(t)
	byEmail := f.Pool(object{"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}})
	verified := named("email", "a@example.com", "email_verified", "true")
	for _, tt := range []struct {
		name   string
		in     object
		status string
	}{
		{"verified", object{"MessageAction": "SUPPRESS", "UserAttributes": verified}, "CONFIRMED"},
		{"unverified", object{"MessageAction": "SUPPRESS", "UserAttributes": named("email", "a@example.com")}, "FORCE_CHANGE_PASSWORD"},
		{"no-address", object{"MessageAction": "SUPPRESS"}, "FORCE_CHANGE_PASSWORD"},
		{"invited", object{"UserAttributes": verified}, "FORCE_CHANGE_PASSWORD"},
		{"password", object{"MessageAction": "SUPPRESS", "UserAttributes": verified, "TemporaryPassword": "P@ssw0rd!"}, "FORCE_CHANGE_PASSWORD"},
		{"other-factor", object{"MessageAction": "SUPPRESS", "UserAttributes": named("email", "a@example.com", "phone_number", "+15550001", "phone_number_verified", "true")}, "FORCE_CHANGE_PASSWORD"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in["UserPoolId"], tt.in["Username"] = byEmail, tt.name
			u := f.Do("AdminCreateUser", tt.in)["User"].(object)
			if u["UserStatus"] != tt.status {
				t.Errorf("the user is %v, want %s", u["UserStatus"], tt.status)
			}
			if has := f.stored(byEmail, tt.name).Credential.Scheme != ""; has != (tt.status != "CONFIRMED") {
				t.Errorf("it has a password: %v", has)
			}
		})
	}
	f.Refused("AdminCreateUser", object{"UserPoolId": byEmail, "Username": "verified", "MessageAction": "RESEND"},
		"UnsupportedUserStateException", "Resend not possible. verified status is not FORCE_CHANGE_PASSWORD")
}
