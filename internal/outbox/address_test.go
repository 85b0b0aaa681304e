package outbox_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// both returns a verified email address and a verified phone number.
func both() userpool.Attributes {
	return userpool.Attributes{
		{Name: "email", Value: "ada@example.com"}, {Name: "email_verified", Value: "true"},
		{Name: "phone_number", Value: "+14155559934"}, {Name: "phone_number_verified", Value: "true"},
	}
}

// without returns both addresses, with one of them unverified.
func without(attribute string) userpool.Attributes {
	a := both()
	a.Set(attribute+"_verified", "false")
	return a
}

func recovery(names ...string) *userpool.AccountRecovery {
	r := &userpool.AccountRecovery{}
	for i, name := range names { // in the order of the priorities, not of the list
		r.Mechanisms = slices.Insert(r.Mechanisms, 0, userpool.RecoveryMechanism{Name: name, Priority: int32(i + 1)})
	}
	return r
}

// TestRecipient: a code goes to the first verified address in the pool's order, but not by SMS to a
// user whose second factor is SMS.
func TestRecipient(t *testing.T) {
	const none = "Cannot reset password for the user as there is no registered/verified email or phone_number"
	for _, c := range []struct {
		name       string
		recovery   *userpool.AccountRecovery
		attributes userpool.Attributes
		mfa        userpool.MFA
		smsMFA     bool
		want       outbox.Medium
		kind       userpool.Kind
		message    string
	}{
		{name: "no setting: phone first", attributes: both(), want: outbox.SMS},
		{name: "an empty setting", recovery: recovery(), attributes: both(), want: outbox.SMS},
		{name: "no setting: then email", attributes: without("phone_number"), want: outbox.Email},
		{name: "no setting: nothing verified", attributes: userpool.Attributes{{Name: "email", Value: "a@example.com"}}, kind: userpool.InvalidParameter, message: none},
		{name: "verified without a value", attributes: userpool.Attributes{{Name: "email_verified", Value: "true"}}, kind: userpool.InvalidParameter, message: none},
		{name: "email first", recovery: recovery("verified_email", "verified_phone_number"), attributes: both(), want: outbox.Email},
		{name: "phone first", recovery: recovery("verified_phone_number", "verified_email"), attributes: both(), want: outbox.SMS},
		{name: "email first, not verified", recovery: recovery("verified_email", "verified_phone_number"), attributes: without("email"), want: outbox.SMS},
		{name: "email only, not verified", recovery: recovery("verified_email"), attributes: without("email"), kind: userpool.InvalidParameter, message: none},
		{name: "administrators only", recovery: recovery("admin_only"), attributes: both(), kind: userpool.NotAuthorized, message: "Contact administrator to reset password."},
		{name: "SMS is the second factor", recovery: recovery("verified_phone_number", "verified_email"), attributes: both(), mfa: userpool.MFAOptional, smsMFA: true, want: outbox.Email},
		{name: "SMS is all", recovery: recovery("verified_phone_number"), attributes: both(), mfa: userpool.MFAOn, smsMFA: true, kind: userpool.InvalidParameter, message: none},
		{name: "the pool has no second factors", recovery: recovery("verified_phone_number"), attributes: both(), smsMFA: true, want: outbox.SMS},
		{name: "SMS is the second factor, no setting", attributes: both(), mfa: userpool.MFAOn, smsMFA: true, want: outbox.SMS},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &userpool.UserPool{ID: "eu-west-1_a", MFA: userpool.MFAOff}
			p.Settings.Recovery, p.Settings.SMS = c.recovery, &userpool.SMSSettings{}
			if c.mfa != "" {
				p.MFA = c.mfa
			}
			u := &userpool.User{Attributes: c.attributes, SMSMFA: c.smsMFA}
			to, err := outbox.Recipient(p, u)
			if c.message != "" {
				if err == nil || err.Error() != c.message || userpool.KindOf(err) != c.kind || to != (outbox.Address{}) {
					t.Errorf("got %+v, %v", to, err)
				}
				return
			}
			if err != nil || to.Medium != c.want || to.Destination != u.Attributes.Get(to.Attribute) {
				t.Errorf("got %+v, %v", to, err)
			}
		})
	}
}

// TestMasked: a mask shows the first letters or the last four digits, and nothing else.
func TestMasked(t *testing.T) {
	for _, c := range []struct {
		medium      outbox.Medium
		destination string
		want        string
	}{
		{outbox.Email, "foo@example.com", "f***@e***"},
		{outbox.Email, "f@e.org", "f***@e***"},
		{outbox.Email, "é@éxample.com", "é***@é***"},
		{outbox.SMS, "+14155559934", "+*******9934"},
		{outbox.SMS, "+12345", "+*2345"},
		{outbox.SMS, "+1234", "+****"},
		{outbox.SMS, "+12", "+**"},
	} {
		if got := (outbox.Address{Medium: c.medium, Destination: c.destination}).Masked(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.destination, got, c.want)
		}
	}
}

// TestSimulated: the mask for an unknown name has the form of a real one and is always the same. It
// differs for other names, pools and keys.
func TestSimulated(t *testing.T) {
	key, p := bytes.Repeat([]byte{7}, 32), &userpool.UserPool{ID: "eu-west-1_a", CaseInsensitive: true}
	masks := func(p *userpool.UserPool, key []byte) (all string) {
		for _, name := range strings.Fields("ada bob cyd dan eve fay gus hal ida jan kim lea") {
			a, err := outbox.Simulated(p, name, key)
			again, _ := outbox.Simulated(p, strings.ToUpper(name), key)
			if err != nil || a != again || a.Medium != outbox.Email || len(a.Masked()) != len("f***@e***") {
				t.Errorf("%s: %+v, then %+v, %v", name, a, again, err)
			}
			all += a.Masked()
		}
		return all
	}
	first := masks(p, key)
	if strings.Count(first, first[:9]) == 12 || first == masks(p, bytes.Repeat([]byte{8}, 32)) ||
		first == masks(&userpool.UserPool{ID: "eu-west-1_b", CaseInsensitive: true}, key) || first != masks(p, key) {
		t.Errorf("the masks are %s", first)
	}
	only := func(names ...string) *userpool.UserPool {
		p := &userpool.UserPool{ID: "eu-west-1_a"}
		p.Settings.Recovery = recovery(names...)
		return p
	}
	verifies := &userpool.UserPool{ID: "eu-west-1_a", AutoVerified: []string{"phone_number"}}
	for _, c := range []struct {
		what   string
		pool   *userpool.UserPool
		name   string
		medium outbox.Medium
		mask   string // "" for a made-up one
	}{
		{"a name that is an address", p, "Foo@example.com", outbox.Email, "F***@e***"},
		{"a name that is a number", p, "+14155559934", outbox.SMS, "+*******9934"},
		{"a pool that verifies numbers", verifies, "ada", outbox.SMS, ""},
		{"a pool that recovers by numbers alone", only("verified_phone_number"), "foo@example.com", outbox.SMS, ""},
		{"a pool that recovers by addresses alone", only("verified_email"), "+14155559934", outbox.Email, ""},
	} {
		a, err := outbox.Simulated(c.pool, c.name, key)
		if err != nil || a.Medium != c.medium || c.mask != "" && a.Masked() != c.mask || c.mask == "" && a.Destination == c.name {
			t.Errorf("%s: %+v, %v", c.what, a, err)
		}
		if c.medium == outbox.SMS && (len(a.Masked()) != 12 || !userpool.ValidPhone(a.Destination)) {
			t.Errorf("%s: %+v", c.what, a)
		}
	}
	if _, err := outbox.Simulated(only("admin_only"), "ada", key); userpool.KindOf(err) != userpool.NotAuthorized {
		t.Errorf("a pool whose administrators reset passwords: %v", err)
	}
}
