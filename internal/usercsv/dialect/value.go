package dialect

import "strings"

// Value returns the value at a cut, without white space around it.
func (d Dialect) Value(row string, c Cut) string {
	value := row[c.From:c.To]
	if c.Escaped {
		value = d.unescape(value, c.Quoted)
	}
	return strings.TrimSpace(value)
}

// Bare reports whether the value at a cut is the unquoted word, such as NULL.
func (c Cut) Bare(row, word string) bool {
	return !c.Quoted && strings.TrimSpace(row[c.From:c.To]) == word
}

// unescape returns a value without its escapes.
func (d Dialect) unescape(value string, quoted bool) string {
	switch d.Style {
	case Cognito:
		if !quoted {
			return strings.ReplaceAll(value, `\`+string(d.Separator), string(d.Separator))
		}
		return d.undouble(value)
	case Doubled, PHP:
		return d.undouble(value)
	case Marks:
		return d.unmark(value)
	case Crossed:
		return strings.NewReplacer(`""`, `"`, `"`+string(d.Quote), string(d.Quote)).Replace(value)
	}
	return d.unslash(value, quoted && d.Style == Both)
}

// unslash removes the escaping backslashes, and one of two marks if they are doubled.
func (d Dialect) unslash(value string, doubled bool) string {
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && i+1 < len(value):
			i++
			if size := codeSize(d, value[i:]); size > 0 {
				i += d.writeCode(&out, value[i:], size) - 1
			} else {
				out.WriteByte(d.escape(value[i]))
			}
			continue
		case doubled && value[i] == d.Quote && i+1 < len(value) && value[i+1] == d.Quote:
			i++
		}
		out.WriteByte(value[i])
	}
	if d.hasCodes() { // codes of bytes may be anything
		return strings.ToValidUTF8(out.String(), "\uFFFD")
	}
	return out.String()
}

// undouble turns two marks into one. In PHP's style, a mark after a backslash stays.
func (d Dialect) undouble(value string) string {
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		out.WriteByte(value[i])
		switch {
		case d.Style == PHP && value[i] == '\\' && i+1 < len(value):
			i++
			out.WriteByte(value[i])
		case value[i] == d.Quote && i+1 < len(value) && value[i+1] == d.Quote:
			i++
		}
	}
	return out.String()
}

// unmark removes the backslash before each mark.
func (d Dialect) unmark(value string) string {
	return strings.ReplaceAll(value, `\`+string(d.Quote), string(d.Quote))
}

// letters are the characters for letters after a backslash in [Text].
var letters = map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': 0, 'Z': 0x1a}

// escape returns the character that a backslash and b stand for.
func (d Dialect) escape(b byte) byte {
	if d.Style == Text {
		if stands, ok := letters[b]; ok {
			return stands
		}
	}
	if b == '0' {
		return 0
	}
	return b
}
