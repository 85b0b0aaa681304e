package importrows

import (
	"regexp"
	"strings"

	"poolhouse/internal/usercsv"
)

// secret finds what may be a password hash in a row that has no cells: all supported forms
// have a $. A comma before t= or p= is one within a hash of Argon2, and a text that looks
// like the sign for a hash counts as one.
var secret = regexp.MustCompile(usercsv.Hidden + `|[^\s,$]*\$(?:\\?,[tp]=|[^\s,])*`)

// hide returns a text with a sign in place of each part that may be a password hash, and
// the parts. Quotation marks around a part stay.
func hide(text string) (shown string, parts []string) {
	shown = secret.ReplaceAllStringFunc(text, func(part string) string {
		inner := strings.TrimLeft(part, `"`)
		before := part[:len(part)-len(inner)]
		inner = strings.TrimRight(inner, `"`)
		after := part[len(before)+len(inner):]
		parts = append(parts, inner)
		return before + usercsv.Hidden + after
	})
	return shown, parts
}

// reveal puts parts in place of the signs. It reports false where there are not as many
// signs as parts: then it is not known which is which. A text without a sign is as it is.
func reveal(text string, parts []string) (string, bool) {
	pieces := strings.Split(text, usercsv.Hidden)
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
