package usercsv

import (
	"regexp"
	"strings"
)

// Hidden replaces a password hash.
const Hidden = "•••"

// secret finds what may be a password hash, or a part of one, in a row in which it is
// unknown which value is the hash. Every supported hash has a $. In a hash of Argon2, a
// comma before t= or p= belongs to the hash. A text of hash characters as long as 16
// bytes in Base64 may be a torn part of a hash, or a hash of another program. Email
// addresses, dates and phone numbers do not match. The sign Hidden itself counts as a
// hash.
var secret = regexp.MustCompile(Hidden + `|[^\s,$]*\$(?:\\?,[tp]=|[^\s,])*|[A-Za-z0-9+/=.]{22,}`)

// HideHashes replaces each part of a text that may belong to a password hash by [Hidden].
// It returns the parts in their order. Quotation marks around a part stay.
func HideHashes(text string) (shown string, parts []string) {
	shown = secret.ReplaceAllStringFunc(text, func(part string) string {
		inner := strings.TrimLeft(part, `"`)
		before := part[:len(part)-len(inner)]
		inner = strings.TrimRight(inner, `"`)
		after := part[len(before)+len(inner):]
		parts = append(parts, inner)
		return before + Hidden + after
	})
	return shown, parts
}

// RevealHashes puts hidden parts back into a text that may have been changed. It returns
// false if the number of places differs from the number of parts, because then the order
// is unknown. A text without places is returned unchanged.
func RevealHashes(text string, parts []string) (string, bool) {
	pieces := strings.Split(text, Hidden)
	if len(pieces) == 1 {
		return text, true
	}
	if len(pieces) != len(parts)+1 {
		return "", false
	}
	var out strings.Builder
	for i, piece := range pieces {
		out.WriteString(piece)
		if i < len(parts) {
			out.WriteString(parts[i])
		}
	}
	return out.String(), true
}
