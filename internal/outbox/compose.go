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

// The placeholders of templates (API Reference, MessageTemplateType).
const (
	codeHere     = "{####}"
	usernameHere = "{username}"
)

// The default texts. The invitations and the first subject are the real service's; its text for a
// forgotten password is not documented.
const (
	defaultResetSubject  = "Your verification code"
	defaultReset         = "Your password reset code is {####}."
	defaultInviteSubject = "Your temporary password"
	defaultInvite        = "Your username is {username} and temporary password is {####}. "
)

// text is a message's text for one medium.
type text struct{ subject, body string }

// textOf returns the pool's template for a kind of message, or the default.
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

// tag matches the beginning of an HTML tag or entity.
var tag = regexp.MustCompile(`<[A-Za-z!/]|&#?[A-Za-z0-9]+;`)

// Compose returns a message to an address of the user, from the pool's template, with a code or a
// temporary password. Each value is inserted once and not scanned again, so a username may look
// like a placeholder. In an email with an HTML template, values are escaped.
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

// calledBy returns the name with which the user signs in. If that is an email address or a phone
// number, it is the message's address if possible.
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
