package dialect

import "strings"

// Value returns the value that lies at a cut, without the white space around it.
func (d Dialect) Value(row string, c Cut) string {
	value := row[c.From:c.To]
	if c.Escaped {
		value = d.unescape(value, c.Quoted)
	}
	return strings.TrimSpace(value)
}

// Bare reports whether the value at a cut is a word that is not quoted, such as NULL.
func (c Cut) Bare(row, word string) bool {
	return !c.Quoted && strings.TrimSpace(row[c.From:c.To]) == word
}

// unescape returns what a value stands for.
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
	}
	return d.unslash(value, quoted && d.Style == Both)
}

// unslash takes the backslashes away, and one of two marks where they are doubled.
func (d Dialect) unslash(value string, doubled bool) string {
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && i+1 < len(value):
			i++
			out.WriteByte(d.escape(value[i]))
			continue
		case doubled && value[i] == d.Quote && i+1 < len(value) && value[i+1] == d.Quote:
			i++
		}
		out.WriteByte(value[i])
	}
	return out.String()
}

// undouble makes one of two marks. After a backslash, PHP writes one that stays.
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

// unmark takes away the backslash before each mark.
func (d Dialect) unmark(value string) string {
	return strings.ReplaceAll(value, `\`+string(d.Quote), string(d.Quote))
}

// letters are the characters that letters after a backslash stand for, in [Text].
var letters = map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': 0, 'Z': 0x1a}

// escape returns what a character after a backslash stands for.
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
