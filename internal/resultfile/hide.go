package resultfile

import (
	"regexp"
	"strings"

	"poolhouse/internal/usercsv"
)

// toUTF8 puts the replacement character in place of bytes that are no UTF-8.
func toUTF8(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// hashPart is what a password hash, or a part of one, is made of.
var hashPart = regexp.MustCompile(`[A-Za-z0-9+/=.$]+`)

// How long a part of a text may be that is told: one with the sign that separates the
// parts of a hash, and one without.
const (
	longestWithSign = 8
	longestWithout  = 24
)

// hide puts [usercsv.Hidden] in place of each part of a text that could be of a password
// hash, and returns the parts in their order. It is for a row that cannot be split: which
// of its values is the hash is not known. An email address, a date and a telephone number
// stay.
func hide(text string) (told string, parts []string) {
	told = hashPart.ReplaceAllStringFunc(text, func(part string) string {
		most := longestWithout
		if strings.Contains(part, "$") {
			most = longestWithSign
		}
		if len(part) <= most {
			return part
		}
		parts = append(parts, part)
		return usercsv.Hidden
	})
	return told, parts
}

// reveal puts the parts back that hide took out of a text, which may have been changed
// since. It reports false where the text has not as many places for them.
func reveal(text string, parts []string) (string, bool) {
	pieces := strings.Split(text, usercsv.Hidden)
	if len(pieces) != len(parts)+1 {
		return "", false
	}
	var b strings.Builder
	for i, piece := range pieces {
		b.WriteString(piece)
		if i < len(parts) {
			b.WriteString(parts[i])
		}
	}
	return b.String(), true
}

// couldBeHash reports whether a value may be a password hash that stands in another
// column than its own.
func couldBeHash(value string) bool {
	const shortest = 40
	return len(value) >= shortest && strings.Count(value, "$") >= 2 && !strings.ContainsAny(value, " \t")
}
