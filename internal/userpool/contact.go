package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Flaw is a stable word for the way in which a value breaks a rule. Cognito's own message
// often does not say it. A flaw reveals nothing else of the value, so it may be logged.
type Flaw string

// The flaws of usernames. The last two say which form is required or not allowed.
const (
	FlawTooLong   Flaw = "TooLong"
	FlawCharacter Flaw = "CharacterNotAllowed"
	FlawEmail     Flaw = "Email"
	FlawPhone     Flaw = "PhoneNumber"
)

// The flaws of phone numbers.
const (
	FlawRounded       Flaw = "RoundedNumber"    // as spreadsheets show long numbers: 1.43E+10
	FlawDoubleZero    Flaw = "DoubleZero"       // 00 in place of the plus sign
	FlawNoPlus        Flaw = "NoPlus"           // there is no plus sign at the beginning
	FlawLeadingZero   Flaw = "ZeroAfterPlus"    // no country code begins with 0
	FlawNoDigit       Flaw = "CharacterNoDigit" // a space, a hyphen, a bracket
	FlawTooFewDigits  Flaw = "TooFewDigits"
	FlawTooManyDigits Flaw = "TooManyDigits"
)

// The flaws of email addresses. FlawTooLong and FlawCharacter are used for them, too.
const (
	FlawNoAt        Flaw = "NoAtSign"
	FlawTwoAts      Flaw = "TwoAtSigns"
	FlawNoLocalPart Flaw = "NothingBeforeAtSign"
	FlawDots        Flaw = "MisplacedDot" // at an end of the local part, or two dots in a row
	FlawNoDomainDot Flaw = "NoDotInDomain"
	FlawDomain      Flaw = "InvalidDomain"
)

// ValidPhone reports whether s is a phone number of E.164: a plus sign and 2 to 15
// digits, the first one not zero (Developer Guide, attributes).
func ValidPhone(s string) bool { return s != "" && s[0] == '+' && phoneFlaw(s) == "" }

// phoneFlaw says why s is not a phone number, "" if it is one.
func phoneFlaw(s string) Flaw {
	switch {
	case s == "" || s[0] != '+':
		return noPlusFlaw(s)
	case len(s) > 1 && s[1] == '0':
		return FlawLeadingZero
	case digitsOf(s[1:]) != len(s)-1:
		return FlawNoDigit
	case len(s) < 3:
		return FlawTooFewDigits
	case len(s) > 16:
		return FlawTooManyDigits
	}
	return ""
}

func noPlusFlaw(s string) Flaw {
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(s), "E+")
	switch {
	case scientific && mantissa != "" && strings.Trim(mantissa, "0123456789.,") == "" && exponent != "" && digitsOf(exponent) == len(exponent):
		return FlawRounded
	case strings.HasPrefix(s, "00"):
		return FlawDoubleZero
	}
	return FlawNoPlus
}

// ValidEmail reports whether s has the form of an email address. It has a local part, one
// @ sign, and a domain with labels of letters, digits and hyphens. It has no white space,
// quotation marks or comments.
func ValidEmail(s string) bool { return emailFlaw(s) == "" }

// emailFlaw says why s is not an email address, "" if it is one.
func emailFlaw(s string) Flaw {
	at := strings.LastIndexByte(s, '@')
	switch {
	case at < 0:
		return FlawNoAt
	case at == 0:
		return FlawNoLocalPart
	case at > 64 || len(s) > 254:
		return emailSizeFlaw(s[:at])
	}
	local, domain := s[:at], s[at+1:]
	if local[0] == '.' || local[at-1] == '.' || strings.Contains(local, "..") {
		return FlawDots
	}
	for _, r := range local {
		if r == '@' {
			return FlawTwoAts
		}
		if notPrinted(r) || r < utf8.RuneSelf && strings.ContainsRune(`()<>[]:;,\"`, r) {
			return FlawCharacter
		}
	}
	return domainFlaw(domain)
}

// emailSizeFlaw is the flaw of an address that is too long. Often it is several
// addresses.
func emailSizeFlaw(local string) Flaw {
	if strings.Contains(local, "@") {
		return FlawTwoAts
	}
	return FlawTooLong
}

func domainFlaw(domain string) Flaw {
	if !strings.Contains(domain, ".") {
		return FlawNoDomainDot
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return FlawDomain
		}
		for _, r := range label {
			ok := r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' ||
				r >= utf8.RuneSelf && unicode.In(r, unicode.L, unicode.M, unicode.N)
			switch {
			case ok:
			case notPrinted(r):
				return FlawCharacter
			default:
				return FlawDomain
			}
		}
	}
	return ""
}
