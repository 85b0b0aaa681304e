package outbox

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// Address is the destination of a message.
type Address struct {
	Medium      Medium
	Attribute   string // attribute of the address: email or phone_number
	Destination string // the address itself
}

// AddressOf returns the user's address for a medium, verified or not. Its Destination is "" if the
// user has none.
func AddressOf(u *userpool.User, medium Medium) Address {
	attribute := attributeOf(medium)
	return Address{Medium: medium, Attribute: attribute, Destination: u.Attributes.Get(attribute)}
}

func attributeOf(medium Medium) string {
	if medium == SMS {
		return "phone_number"
	}
	return "email"
}

// The mechanisms of AccountRecoverySetting (API Reference, RecoveryOptionType).
const (
	recoverByEmail = "verified_email"
	recoverBySMS   = "verified_phone_number"
	recoverByAdmin = "admin_only"
)

// Recipient returns the address for a password reset code. It is the first verified address in the
// order of the pool's AccountRecoverySetting. Without that setting, phone numbers come before email
// addresses (API Reference, CreateUserPool). With it, no code is sent by SMS to a user whose second
// factor is SMS. The error is NotAuthorized if only administrators reset passwords, and
// InvalidParameter if the user has no such address.
func Recipient(p *userpool.UserPool, u *userpool.User) (Address, error) {
	media, err := recovery(p)
	if err != nil {
		return Address{}, err
	}
	for _, medium := range media {
		if medium == SMS && p.Settings.Recovery != nil && secondFactorIsSMS(p, u) {
			continue
		}
		if a := AddressOf(u, medium); a.Destination != "" && u.Verified(a.Attribute) {
			return a, nil
		}
	}
	return Address{}, userpool.Errorf(userpool.InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
}

// recovery returns the pool's media for account recovery, first choice first.
func recovery(p *userpool.UserPool) (media []Medium, err error) {
	if p.Settings.Recovery == nil || len(p.Settings.Recovery.Mechanisms) == 0 {
		return []Medium{SMS, Email}, nil
	}
	mechanisms := slices.Clone(p.Settings.Recovery.Mechanisms)
	slices.SortStableFunc(mechanisms, func(a, b userpool.RecoveryMechanism) int { return cmp.Compare(a.Priority, b.Priority) })
	for _, m := range mechanisms {
		switch m.Name {
		case recoverByEmail:
			media = append(media, Email)
		case recoverBySMS:
			media = append(media, SMS)
		case recoverByAdmin:
			return nil, userpool.Errorf(userpool.NotAuthorized, "Contact administrator to reset password.")
		}
	}
	return media, nil
}

// secondFactorIsSMS reports whether the user signs in with an SMS code: the user's settings say so,
// and the pool sends such codes.
func secondFactorIsSMS(p *userpool.UserPool, u *userpool.User) bool {
	return u.SMSMFA && p.MFA != userpool.MFAOff && p.Settings.SMS != nil
}

// Masked returns the address as an unauthenticated client may see it: f***@e*** for an email
// address, +*******9934 for a phone number. A phone number with at most four digits is masked
// completely.
func (a Address) Masked() string {
	if a.Medium == SMS {
		const told = 4
		digits := strings.TrimPrefix(a.Destination, "+")
		if len(digits) <= told {
			return "+" + strings.Repeat("*", len(digits))
		}
		return "+" + strings.Repeat("*", len(digits)-told) + digits[len(digits)-told:]
	}
	local, domain, _ := strings.Cut(a.Destination, "@")
	return first(local) + "***@" + first(domain) + "***"
}

// first returns the first character of a text, "" if it is empty.
func first(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
