package iam

import (
	"strings"
	"unicode/utf8"
)

// Lengths of names and paths in characters (IAM API Reference, CreateUser, CreateRole,
// CreatePolicy, PutUserPolicy). Lookups accept user names of up to 128 characters, from before
// the limit of 64.
const (
	maxUserName   = 64
	maxRoleName   = 64
	maxPolicyName = 128
	maxPath       = 512
)

// NameKey returns the form of a name that must be unique: names of users, roles and policies
// "are not distinguished by case" (CreateUser). It returns "" for an invalid name; no entity
// has the key "".
func NameKey(name string) string {
	if !isName(name, maxPolicyName) {
		return ""
	}
	return strings.ToLower(name)
}

// letters are the letters and digits of names and ids.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// isName reports whether a text has the form [\w+=,.@-]+.
func isName(s string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, letters+"_+=,.@-") == ""
}

// checkName refuses an invalid name; member is the API's name for it.
func checkName(member, name string, most int) error {
	if len(name) > most {
		return tooLong(member, most)
	}
	if !isName(name, most) {
		return Errorf(ValidationError, "The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", member)
	}
	return nil
}

// checkPath refuses a path other than / that does not begin and end with / (pathType).
func checkPath(path string, ok func(string) bool) error {
	if len(path) > maxPath {
		return tooLong("path", maxPath)
	}
	if !ok(path) {
		return Errorf(ValidationError, "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return nil
}

// isPath reports whether a text is a valid path of a user or a role. Unlike the API's pattern,
// it refuses DEL.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && strings.HasSuffix(s, "/") && s != "//" &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

// isPolicyPath reports whether a text is a valid path of a managed policy (policyPathType),
// with names between the slashes.
func isPolicyPath(s string) bool {
	if s == "/" {
		return true
	}
	inner, begins := strings.CutPrefix(s, "/")
	inner, ends := strings.CutSuffix(inner, "/")
	if !begins || !ends || len(s) > maxPath {
		return false
	}
	for name := range strings.SplitSeq(inner, "/") {
		if !isName(name, maxPath) {
			return false
		}
	}
	return true
}

// checkDescription refuses a description that is too long or has invalid characters. For a role
// these are the characters outside roleDescriptionType; for a policy the API names none, so
// these are the ones that are not text.
func checkDescription(s string, ok func(r rune) bool) error {
	if utf8.RuneCountInString(s) > maxDescription {
		return tooLong("description", maxDescription)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !ok(r) }) {
		return Errorf(ValidationError, "The specified value for description is invalid.")
	}
	return nil
}

const maxDescription = 1000

// isLatin reports whether a policy document may have a character (policyDocumentType).
func isLatin(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xff
}

// isPrintable reports whether a role's description may have a character (roleDescriptionType).
func isPrintable(r rune) bool { return isLatin(r) && (r <= '~' || r >= 0xa1) }

func tooLong(member string, most int) error {
	return Errorf(ValidationError, "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", member, most)
}
