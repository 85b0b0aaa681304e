package outbox_test

import (
	"testing"
	"time"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// TestCompose: a message is the pool's template, or the default, with the values inserted.
func TestCompose(t *testing.T) {
	invitation := &userpool.MessageTemplate{SMSMessage: "{username}, use {####}", EmailMessage: "<b>{username}</b>: {####}", EmailSubject: "Welcome"}
	u := &userpool.User{Sub: "s", Username: "ada", Attributes: both()}
	hostile := &userpool.User{Sub: "s", Username: "{####}<i>", Attributes: both()}
	sub := &userpool.User{Sub: "s", Username: "s", Attributes: both()}
	for _, c := range []struct {
		name          string
		settings      userpool.PoolSettings
		usernames     []string
		user          *userpool.User
		kind          outbox.Kind
		medium        outbox.Medium
		subject, body string
		html          bool
	}{
		{name: "default reset", user: u, kind: outbox.ForgotPassword, medium: outbox.Email, subject: "Your verification code", body: "Your password reset code is 12&4."},
		{name: "default reset by SMS", user: u, kind: outbox.ForgotPassword, medium: outbox.SMS, body: "Your password reset code is 12&4."},
		{name: "reset", user: u, kind: outbox.ForgotPassword, medium: outbox.Email, subject: "S", body: "code=12&4, 12&4",
			settings: userpool.PoolSettings{EmailVerificationSubject: "S", EmailVerificationMessage: "code={####}, {####}"}},
		{name: "reset by the template alone", user: u, kind: outbox.ForgotPassword, medium: outbox.SMS, body: "T12&4",
			settings: userpool.PoolSettings{VerificationTemplate: userpool.VerificationTemplate{SMSMessage: "T{####}"}}},
		{name: "default invitation", user: u, kind: outbox.AdminCreateUser, medium: outbox.SMS, body: "Your username is ada and temporary password is 12&4. "},
		{name: "invitation", user: u, kind: outbox.AdminCreateUser, medium: outbox.SMS, body: "ada, use 12&4", settings: userpool.PoolSettings{Invitation: invitation}},
		{name: "invitation in HTML", user: u, kind: outbox.AdminCreateUser, medium: outbox.Email, subject: "Welcome", body: "<b>ada</b>: 12&amp;4", html: true,
			settings: userpool.PoolSettings{Invitation: invitation}},
		{name: "a username like a placeholder", user: hostile, kind: outbox.AdminCreateUser, medium: outbox.Email, subject: "Welcome", body: "<b>{####}&lt;i&gt;</b>: 12&amp;4", html: true,
			settings: userpool.PoolSettings{Invitation: invitation}},
		{name: "a username like a placeholder, in a text", user: hostile, kind: outbox.AdminCreateUser, medium: outbox.SMS, body: "{####}<i>, use 12&4",
			settings: userpool.PoolSettings{Invitation: invitation}},
		{name: "a name that is an address", usernames: []string{"email", "phone_number"}, user: sub, kind: outbox.AdminCreateUser, medium: outbox.SMS,
			body: "Your username is +14155559934 and temporary password is 12&4. "},
		{name: "a name that is the other address", usernames: []string{"email"}, user: sub, kind: outbox.AdminCreateUser, medium: outbox.SMS,
			body: "Your username is ada@example.com and temporary password is 12&4. "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &userpool.UserPool{ID: "eu-west-1_a", Settings: c.settings, UsernameAttributes: c.usernames}
			to := outbox.AddressOf(c.user, c.medium)
			m := outbox.Compose(p, c.user, c.kind, to, "12&4")
			if m.At.IsZero() || m.At != m.At.Truncate(time.Millisecond) {
				t.Errorf("the time is %v", m.At)
			}
			m.At = time.Time{}
			want := outbox.Message{
				PoolID: p.ID, Sub: "s", Username: c.user.Username, Kind: c.kind, Medium: c.medium, Attribute: to.Attribute, Destination: to.Destination,
				Subject: c.subject, Body: c.body, HTML: c.html, Code: "12&4",
			}
			if *m != want {
				t.Errorf("got  %+v\nwant %+v", *m, want)
			}
		})
	}
}
