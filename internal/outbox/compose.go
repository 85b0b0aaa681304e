package outbox

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/userpool"
)

// What stands in templates for values (API Reference, MessageTemplateType).
const (
	codeHere     = "{####}"
	usernameHere = "{username}"
)

// The texts of a pool that has no templates. Those of invitations and the first subject are the
// real service's; what it says of a forgotten password is not documented.
const (
	defaultResetSubject  = "Your verification code"
	defaultReset         = "Your password reset code is {####}."
	defaultInviteSubject = "Your temporary password"
	defaultInvite        = "Your username is {username} and temporary password is {####}. "
)

// text is what a kind of message says by a medium.
type text struct{ subject, body string }

// textOf returns the pool's templates for a kind of message, or the defaults.
func textOf(p *userpool.UserPool, kind Kind, medium Medium) (t text) {
	s, v := &p.Settings, &p.Settings.VerificationTemplate
	switch kind {
	case ForgotPassword:
		if medium == SMS {
			return text{body: cmp.Or(s.SMSVerificationMessage, v.SMSMessage, defaultReset)}
		}
		return text{cmp.Or(s.EmailVerificationSubject, v.EmailSubject, defaultResetSubject), cmp.Or(s.EmailVerificationMessage, v.EmailMessage, defaultReset)}
	case AdminCreateUser:
		var invitation userpool.MessageTemplate
		if s.Invitation != nil {
			invitation = *s.Invitation
		}
		if medium == SMS {
			return text{body: cmp.Or(invitation.SMSMessage, defaultInvite)}
		}
		return text{cmp.Or(invitation.EmailSubject, defaultInviteSubject), cmp.Or(invitation.EmailMessage, defaultInvite)}
	}
	panic("outbox: a message of an unknown kind: " + string(kind))
}

// tag is the beginning of a tag or an entity of HTML.
var tag = regexp.MustCompile(`<[A-Za-z!/]|&#?[A-Za-z0-9]+;`)

// Compose returns the message of a kind with a code, or a temporary password, to an address of the
// user, in the pool's words. Each value comes into the text once, as it is: a username with the form
// of a placeholder is none. In an email whose template is HTML, values are escaped.
func Compose(p *userpool.UserPool, u *userpool.User, kind Kind, to Address, code string) *Message {
	t := textOf(p, kind, to.Medium)
	m := &Message{
		PoolID: p.ID, At: time.Now().UTC().Truncate(time.Millisecond), Sub: u.Sub, Username: u.Username, Kind: kind,
		Medium: to.Medium, Attribute: to.Attribute, Destination: to.Destination, Subject: t.subject, Code: code,
		HTML: to.Medium == Email && tag.MatchString(t.body),
	}
	username := calledBy(p, u, to)
	if m.HTML {
		code, username = html.EscapeString(code), html.EscapeString(username)
	}
	m.Body = strings.NewReplacer(codeHere, code, usernameHere, username).Replace(t.body)
	return m
}

// calledBy returns the name by which the user signs in: where that is an email address or a phone
// number, the one that the message goes to if it may be.
func calledBy(p *userpool.UserPool, u *userpool.User, to Address) string {
	if slices.Contains(p.UsernameAttributes, to.Attribute) {
		return to.Destination
	}
	for _, attribute := range p.UsernameAttributes {
		if value := u.Attributes.Get(attribute); value != "" {
			return value
		}
	}
	return u.Username
}
