package cognitoservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/outbox"
	"poolhouse/internal/password"
)

// messages returns a pool's messages, the newest first.
func (f *fixture) messages(pool string) []outbox.Message {
	f.T.Helper()
	p, err := f.Store.Pool(f.T.Context(), pool)
	if err != nil {
		f.T.Fatal(err)
	}
	all, err := f.Store.Messages(f.T.Context(), p, "", "", 100)
	if err != nil {
		f.T.Fatal(err)
	}
	return all
}

// TestInvitations: a user gets the temporary password by the requested media, and the message
// has the right password.
func TestInvitations(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"AdminCreateUserConfig": object{"InviteMessageTemplate": object{"EmailMessage": "Hello {username}, {####}", "EmailSubject": "Come in"}}})
	email, phone := named("email", "a@example.com"), named("phone_number", "+14155559934")
	both := slices.Concat(email, phone)
	for i, c := range []struct {
		what string
		in   object
		want string // the media and addresses
		body string
	}{
		{"by default, the phone", object{"UserAttributes": both}, "SMS +14155559934", "Your username is u0 and temporary password is %s. "},
		{"by default, email without a phone", object{"UserAttributes": email}, "EMAIL a@example.com", "Hello u1, %s"},
		{"no address", object{}, "", ""},
		{"email", object{"UserAttributes": both, "DesiredDeliveryMediums": []any{"EMAIL"}}, "EMAIL a@example.com", "Hello u3, %s"},
		{"both", object{"UserAttributes": both, "DesiredDeliveryMediums": []any{"EMAIL", "SMS"}}, "SMS +14155559934, EMAIL a@example.com", ""},
		{"twice", object{"UserAttributes": email, "DesiredDeliveryMediums": []any{"EMAIL", "EMAIL"}}, "EMAIL a@example.com", "Hello u5, %s"},
		{"suppressed", object{"UserAttributes": both, "MessageAction": "SUPPRESS", "DesiredDeliveryMediums": []any{"EMAIL"}}, "", ""},
		{"a password of the request", object{"UserAttributes": email, "TemporaryPassword": "P@ssw0rd!"}, "EMAIL a@example.com", "Hello u7, P@ssw0rd!"},
	} {
		t.Run(c.what, func(t *testing.T) {
			before := len(f.messages(pool))
			c.in["UserPoolId"], c.in["Username"] = pool, fmt.Sprintf("u%d", i)
			f.Do("AdminCreateUser", c.in)
			messages := f.messages(pool)
			messages = messages[:len(messages)-before]
			var got []string
			u := f.stored(pool, fmt.Sprintf("u%d", i))
			for _, m := range messages {
				got = append(got, string(m.Medium)+" "+m.Destination)
				if m.Kind != outbox.AdminCreateUser || m.Sub != u.Sub || m.Username != u.Username || !password.Verify(pool, u.Username, m.Code, u.Credential.Secret) {
					t.Errorf("the message %+v", m)
				}
				if want := strings.ReplaceAll(c.body, "%s", m.Code); c.body != "" && m.Body != want || m.Medium == outbox.Email && m.Subject != "Come in" {
					t.Errorf("it says %q, %q", m.Subject, m.Body)
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("sent to %v, want %s", got, c.want)
			}
		})
	}
	for _, c := range []struct {
		in   object
		text string
	}{
		{object{"UserAttributes": email, "DesiredDeliveryMediums": []any{"SMS"}}, "The user has no phone_number, which a message by SMS needs"},
		{object{"UserAttributes": phone, "DesiredDeliveryMediums": []any{"SMS", "EMAIL"}}, "The user has no email, which a message by EMAIL needs"},
	} {
		c.in["UserPoolId"], c.in["Username"] = pool, "zoe"
		f.Refused("AdminCreateUser", c.in, "InvalidParameterException", c.text)
	}
	f.Refused("AdminGetUser", object{"UserPoolId": pool, "Username": "zoe"}, "UserNotFoundException", "User does not exist.")
}

// TestInvitationAgain: RESEND sets another temporary password with a new end, and sends a
// message. For a user without an address it changes nothing.
func TestInvitationAgain(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UsernameAttributes": []any{"email"}})
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "a@example.com"})
	before, first := f.stored(pool, "a@example.com"), f.messages(pool)
	again := object{"UserPoolId": pool, "Username": "a@example.com", "MessageAction": "RESEND"}
	got := f.Do("AdminCreateUser", again)["User"].(object)
	after, messages := f.stored(pool, "a@example.com"), f.messages(pool)
	if got["Username"] != before.Sub || got["UserStatus"] != "FORCE_CHANGE_PASSWORD" || len(first) != 1 || len(messages) != 2 {
		t.Fatalf("got %v, then %v", got, messages)
	}
	if m := messages[0]; m.Code == first[0].Code || !password.Verify(pool, after.Username, m.Code, after.Credential.Secret) ||
		m.Body != "Your username is a@example.com and temporary password is "+m.Code+". " {
		t.Errorf("the message %+v", m)
	}
	if after.Credential.Expires.Before(before.Credential.Expires) || after.Credential.Expires.Before(time.Now()) {
		t.Errorf("the password ends at %v, and ended at %v", after.Credential.Expires, before.Credential.Expires)
	}
	again["TemporaryPassword"] = "P@ssw0rd!"
	f.Do("AdminCreateUser", again)
	if messages := f.messages(pool); messages[0].Code != "P@ssw0rd!" {
		t.Errorf("the code is %s", messages[0].Code)
	}
	again["TemporaryPassword"] = "short"
	f.Refused("AdminCreateUser", again, "InvalidPasswordException", "long enough")
	delete(again, "TemporaryPassword")
	again["DesiredDeliveryMediums"] = []any{"SMS"}
	f.Refused("AdminCreateUser", again, "InvalidParameterException", "The user has no phone_number")
	if messages := f.messages(pool); len(messages) != 3 {
		t.Errorf("%d messages", len(messages))
	}
}
