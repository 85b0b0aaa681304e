package userpool

import (
	"strings"
	"unicode/utf8"
)

// PasswordPolicy says what passwords of the pool's users must have.
type PasswordPolicy struct {
	MinimumLength    int32 `json:"minimumLength"`
	RequireUppercase bool  `json:"requireUppercase"`
	RequireLowercase bool  `json:"requireLowercase"`
	RequireNumbers   bool  `json:"requireNumbers"`
	RequireSymbols   bool  `json:"requireSymbols"`
	HistorySize      int32 `json:"historySize,omitempty"`
	// TemporaryDays is how long a temporary password is valid, in days.
	TemporaryDays int32 `json:"temporaryDays"`
}

// DefaultPasswordPolicy is the policy of a pool that was created without one.
func DefaultPasswordPolicy() PasswordPolicy {
	return PasswordPolicy{
		MinimumLength: 8, TemporaryDays: 7,
		RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
	}
}

// passwordSymbols are the special characters (Developer Guide, password policies). A
// space counts only in the middle.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "

// contains reports whether s has a character from first to last. Letters of other scripts
// and letters with accents count for no requirement. The requirements are for Basic Latin
// letters (Developer Guide, adding user pool password requirements).
func contains(s string, first, last byte) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= rune(first) && r <= rune(last) })
}

// Check returns an InvalidPassword error for the first rule that the password breaks. The
// message does not contain the password.
func (p PasswordPolicy) Check(password string) error {
	refuse := func(why string) error {
		return Errorf(InvalidPassword, "Password did not conform with policy: %s", why)
	}
	switch {
	case utf8.RuneCountInString(password) < int(p.MinimumLength):
		return refuse("Password not long enough")
	case p.RequireUppercase && !contains(password, 'A', 'Z'):
		return refuse("Password must have uppercase characters")
	case p.RequireLowercase && !contains(password, 'a', 'z'):
		return refuse("Password must have lowercase characters")
	case p.RequireNumbers && !contains(password, '0', '9'):
		return refuse("Password must have numeric characters")
	case p.RequireSymbols && !strings.ContainsAny(strings.Trim(password, " "), passwordSymbols):
		return refuse("Password must have symbol characters")
	}
	return nil
}
