package userpool

import (
	"strings"
	"testing"
)

// TestFlaws: a contact has a flaw exactly if it is refused.
func TestFlaws(t *testing.T) {
	phones := map[string]Flaw{
		"": FlawNoPlus, "+14325551212": "", "14325551212": FlawNoPlus, "(432) 555": FlawNoPlus, "0049 30": FlawDoubleZero, "1.43255E+10": FlawRounded,
		"1,43255e+10": FlawRounded, "E+": FlawNoPlus, "1E+x": FlawNoPlus, "+": FlawTooFewDigits, "+1": FlawTooFewDigits, "+0123": FlawLeadingZero,
		"+1 432": FlawNoDigit, "+1-432": FlawNoDigit, "++1432": FlawNoDigit, "+１４": FlawNoDigit, "+1234567890123456": FlawTooManyDigits,
	}
	for s, want := range phones {
		if got := phoneFlaw(s); got != want || ValidPhone(s) != (want == "") {
			t.Errorf("%q: %q, want %q; valid: %v", s, got, want, ValidPhone(s))
		}
	}
	emails := map[string]Flaw{
		"": FlawNoAt, "jane@example.com": "", "jane": FlawNoAt, "@": FlawNoLocalPart, "@example.com": FlawNoLocalPart, "jane@": FlawNoDomainDot,
		"jane@example": FlawNoDomainDot, "jane@doe@example.com": FlawTwoAts, "a@b.cd,e@f.gh": FlawTwoAts, ".jane@example.com": FlawDots,
		"ja..ne@example.com": FlawDots, "jane.@example.com": FlawDots, "ja ne@example.com": FlawCharacter, `"jane"@example.com`: FlawCharacter,
		"<jane@example.com>": FlawCharacter, "jane@exa mple.com": FlawCharacter, "jane@exam_ple.com": FlawDomain, "jane@example..com": FlawDomain,
		"jane@-a.com": FlawDomain, strings.Repeat("x", 65) + "@example.com": FlawTooLong, strings.Repeat("a@b.cd;", 20) + "a@b.cd": FlawTwoAts,
	}
	for s, want := range emails {
		if got := emailFlaw(s); got != want || ValidEmail(s) != (want == "") {
			t.Errorf("%q: %q, want %q; valid: %v", s, got, want, ValidEmail(s))
		}
	}
}
