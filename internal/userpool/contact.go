package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Flaw is a stable word for what about a value breaks a rule, where the
// message is Cognito's and does not say so. It tells nothing else of the value:
// it may be logged.
type Flaw string

// The flaws of usernames. The last two say which form is asked for, or not
// allowed.
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
	FlawNoPlus        Flaw = "NoPlus"           // something else, or the country code, comes first
	FlawLeadingZero   Flaw = "ZeroAfterPlus"    // no country code begins with 0
	FlawNoDigit       Flaw = "CharacterNoDigit" // a space, a hyphen, a bracket
	FlawTooFewDigits  Flaw = "TooFewDigits"
	FlawTooManyDigits Flaw = "TooManyDigits"
)

// The flaws of email addresses. FlawTooLong and FlawCharacter are used
// too.
const (
	FlawNoAt        Flaw = "NoAtSign"
	FlawTwoAts      Flaw = "TwoAtSigns"
	FlawNoLocalPart Flaw = "NothingBeforeAtSign"
	FlawDots        Flaw = "MisplacedDot" // at an end of the local part, or two in a row
	FlawNoDomainDot Flaw = "NoDotInDomain"
	FlawDomain      Flaw = "InvalidDomain"
)

// ValidPhone reports whether s is a plus sign and 2 to 15 digits, the first
// of them no zero: a phone number of E.164 (Developer Guide, attributes).
func ValidPhone(s string) bool { return s != "" && s[0] == '+' && phoneFlaw(s) == "" }

// phoneFlaw says what keeps s from being a phone number, "" if nothing does.
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

// ValidEmail reports whether s has the form of an email address: a local
// part, one @ sign and a domain with labels of letters, digits and hyphens,
// without white space, quotation marks or comments.
func ValidEmail(s string) bool { return emailFlaw(s) == "" }

// emailFlaw says what keeps s from being an email address, "" if nothing
// does.
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

// emailSizeFlaw is of an address that is too long: often it is several.
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
