package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// PasswordPolicy is what a password of the pool's users must be like.
type PasswordPolicy struct {
	MinimumLength    int32 `json:"minimumLength"`
	RequireUppercase bool  `json:"requireUppercase"`
	RequireLowercase bool  `json:"requireLowercase"`
	RequireNumbers   bool  `json:"requireNumbers"`
	RequireSymbols   bool  `json:"requireSymbols"`
	HistorySize      int32 `json:"historySize,omitempty"`
	// TemporaryDays is how long a temporary password lives, in days.
	TemporaryDays int32 `json:"temporaryDays"`
}

// DefaultPasswordPolicy is the policy of a pool that was created without one.
func DefaultPasswordPolicy() PasswordPolicy {
	return PasswordPolicy{
		MinimumLength: 8, TemporaryDays: 7,
		RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
	}
}

// passwordSymbols are the characters that count as special (Developer Guide,
// password policies); a space in the middle counts too.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "

// Check returns an InvalidPassword error for the first rule that the password
// breaks. The password is not part of the message.
func (p PasswordPolicy) Check(password string) error {
	refuse := func(why string) error {
		return Errorf(InvalidPassword, "Password did not conform with policy: %s", why)
	}
	switch {
	case utf8.RuneCountInString(password) < int(p.MinimumLength):
		return refuse("Password not long enough")
	case p.RequireUppercase && !strings.ContainsFunc(password, unicode.IsUpper):
		return refuse("Password must have uppercase characters")
	case p.RequireLowercase && !strings.ContainsFunc(password, unicode.IsLower):
		return refuse("Password must have lowercase characters")
	case p.RequireNumbers && !strings.ContainsFunc(password, unicode.IsDigit):
		return refuse("Password must have numeric characters")
	case p.RequireSymbols && !strings.ContainsAny(strings.Trim(password, " "), passwordSymbols):
		return refuse("Password must have symbol characters")
	}
	return nil
}
