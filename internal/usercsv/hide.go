package usercsv

import (
	"regexp"
	"strings"
)

// Hidden stands for a password hash.
const Hidden = "•••"

// secret finds what may be a password hash, or a part of one, in a row where it is not
// known which value is the hash. All hashes that an import takes have a $; a comma before
// t= or p= is one within a hash of Argon2. A text of the letters of hashes, as long as 16
// bytes in Base64, may be a part that was torn off or the hash of another program; an email
// address, a date and a telephone number are none. A text that looks like the sign for a hash counts as one.
var secret = regexp.MustCompile(Hidden + `|[^\s,$]*\$(?:\\?,[tp]=|[^\s,])*|[A-Za-z0-9+/=.]{22,}`)

// HideHashes returns a text with [Hidden] in place of each part that may be of a password
// hash, and the parts in their order. Quotation marks around a part stay.
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

// RevealHashes puts parts that were hidden into a text, which may have been changed since.
// It reports false where the text has not as many places as there are parts: then it is not
// known which is which. A text without a place is as it is.
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
