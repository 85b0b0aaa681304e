package iam

import (
	"strings"
	"unicode/utf8"
)

// How long names and paths may be, in characters (IAM API Reference,
// CreateUser, CreateRole, CreatePolicy, PutUserPolicy). A user is looked for by
// names of up to 128, which existed before the limit was 64.
const (
	maxUserName   = 64
	maxRoleName   = 64
	maxPolicyName = 128
	maxPath       = 512
)

// NameKey returns the form of a name in which it is unique: the names of
// users, roles and policies "are not distinguished by case" (CreateUser). For
// what cannot be a name it returns "", which nobody's is.
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

// checkName refuses what cannot be a name; member is what the API calls it.
func checkName(member, name string, most int) error {
	if len(name) > most {
		return tooLong(member, most)
	}
	if !isName(name, most) {
		return Refusef(ValidationError, "The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", member)
	}
	return nil
}

// checkPath refuses what is not / and does not begin and end with it
// (pathType).
func checkPath(path string, ok func(string) bool) error {
	if len(path) > maxPath {
		return tooLong("path", maxPath)
	}
	if !ok(path) {
		return Refusef(ValidationError, "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return nil
}

// isPath reports whether a text can be the path of a user or a role. Other
// than the pattern of the API, it takes no DEL.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && strings.HasSuffix(s, "/") && s != "//" &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

// isPolicyPath reports whether a text can be the path of a managed policy
// (policyPathType), which has names between its slashes.
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

// checkDescription refuses a description that is too long or has characters
// that may not be in it: for a role those that roleDescriptionType lacks, for a
// policy, for which the API names none, those that are no text.
func checkDescription(s string, ok func(r rune) bool) error {
	if utf8.RuneCountInString(s) > maxDescription {
		return tooLong("description", maxDescription)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !ok(r) }) {
		return Refusef(ValidationError, "The specified value for description is invalid.")
	}
	return nil
}

const maxDescription = 1000

// isLatin reports whether a character may be in the document of a policy
// (policyDocumentType).
func isLatin(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xff
}

// isPrintable reports whether a character may be in the description of a role
// (roleDescriptionType).
func isPrintable(r rune) bool { return isLatin(r) && (r <= '~' || r >= 0xa1) }

func tooLong(member string, most int) error {
	return Refusef(ValidationError, "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", member, most)
}
