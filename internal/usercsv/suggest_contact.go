package usercsv

import (
	"strings"
	"unicode"
)

// minPhoneDigits is the least number of digits of a number that is put together from
// parts. Fewer digits are more likely an extension or the rest of a number.
const minPhoneDigits = 7

// phoneCures removes from a phone number what people add for readability. It does not
// guess a missing country code.
func phoneCures(value string) []Suggestion {
	text := narrow(unwrapped(value))
	for _, scheme := range []string{"tel:", "callto:", "sms:", "whatsapp:"} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			text = strings.TrimSpace(text[len(scheme):])
		}
	}
	reason := "digits only"
	text = strings.TrimPrefix(text, "(") // (+49) 30 …
	switch {
	case strings.HasPrefix(text, "0011"): // 00 and 1, or the Australian prefix for a plus sign
		return nil
	case strings.HasPrefix(text, "00"):
		text, reason = "+"+text[2:], "+ for 00"
		if strings.ContainsFunc(text[1:], func(r rune) bool { return r < '0' || r > '9' }) {
			reason += ", digits only"
		}
	case !strings.HasPrefix(text, "+"):
		return nil
	}
	// The zero of +49 (0) 30 … is only dialled within the country.
	for _, zero := range []string{"(0)", "[0]"} {
		if before, after, found := strings.Cut(text, zero); found {
			text, reason = before+after, reason+", and without the zero in brackets"
		}
	}
	digits, ok := phoneDigits(text[1:])
	if !ok || len(digits) < minPhoneDigits {
		return nil
	}
	return []Suggestion{{Value: "+" + digits, Reason: reason}}
}

// phoneDigits returns the digits of a number that otherwise has only separators. A short
// part after a slash is more likely an extension.
func phoneDigits(text string) (string, bool) {
	var digits strings.Builder
	since := -1 // digits since the last slash
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
			if since >= 0 {
				since++
			}
		case r == '/' && since < 0:
			since = 0
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), strings.ContainsRune(".()[]·", r):
		default:
			return "", false
		}
	}
	return digits.String(), since < 0 || since >= 4
}

// narrow replaces wide forms of ASCII characters, and the minus sign, by ASCII.
func narrow(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '−':
			return '-'
		}
		return r
	}, text)
}

// emailCures removes what stands around an email address or slipped into it. It does not
// guess misspelled letters.
func emailCures(value string) []Suggestion {
	text, reason := unwrapped(value), "without what stands around the address"
	if before, after, found := strings.Cut(text, "<"); found && !strings.Contains(before, "@") {
		inner, rest, closed := strings.Cut(after, ">")
		if closed && strings.Trim(rest, " .,;") == "" {
			text = inner
		}
	}
	if before, after, found := strings.Cut(text, "("); found && strings.HasSuffix(after, ")") && !strings.Contains(after, "@") {
		text = before
	}
	text = unwrapped(text)
	if len(text) > 7 && strings.EqualFold(text[:7], "mailto:") {
		text, _, _ = strings.Cut(text[7:], "?")
	}
	text = strings.Trim(text, " .,;:<>")
	text = strings.NewReplacer("＠", "@", "．", ".").Replace(text)
	if strings.Count(text, "@") != 1 {
		return nil
	}
	if !strings.ContainsFunc(text, unicode.IsSpace) {
		return []Suggestion{{Value: text, Reason: reason}}
	}
	// Spaces beside the @ and the dots are slips. Between two words of the name, the
	// right character is unknown.
	local, domain, _ := strings.Cut(text, "@")
	domain = strings.Join(strings.Fields(domain), "")
	words := strings.Fields(strings.NewReplacer(" .", ".", ". ", ".").Replace(local))
	if len(words) < 2 {
		return []Suggestion{{Value: strings.Join(words, "") + "@" + domain, Reason: "without the spaces"}}
	}
	out := spaceCures(strings.Join(words, " "))
	for i := range out {
		out[i].Value += "@" + domain
	}
	return out
}
