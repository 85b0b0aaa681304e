package dialect

import (
	"bytes"
	"errors"
	"strings"
)

// Cut is where a value lies in its row, the marks around a quoted one left out.
type Cut struct {
	From, To int
	Quoted   bool
	Escaped  bool // the value is not what lies there: something in it stands for another thing
}

// Errors of rows that cannot be cut.
var (
	ErrOpen  = errors.New("a quoted value is not closed in this text")
	ErrStray = errors.New("something follows a quoted value")
)

// CutRow appends the cuts of the row that data begins with, and returns how many bytes
// the row takes with its line end. whole tells whether the end of data ends the row,
// too. It returns [ErrOpen] when data ends before the row does, and [ErrStray].
func (d Dialect) CutRow(data []byte, whole bool, cuts []Cut) (_ []Cut, size int, err error) {
	for at := 0; ; {
		c := Cut{From: at}
		if from := d.skipBlanks(data, at); d.Quote != 0 && from < len(data) && data[from] == d.Quote {
			c.Quoted, c.From = true, from+1
			c.To, at, c.Escaped, err = d.closeQuote(data, c.From)
		} else {
			at, c.Escaped, err = d.endOfPlain(data, at)
			c.To = at
		}
		if err != nil {
			return cuts, 0, err
		}
		cuts = append(cuts, c)
		switch {
		case at >= len(data) && !whole:
			return cuts, 0, ErrOpen
		case at >= len(data):
			return cuts, len(data), nil
		case data[at] == '\n':
			return cuts, at + 1, nil
		}
		at++
	}
}

// endOfPlain returns the place of the separator or line end that ends an unquoted value.
func (d Dialect) endOfPlain(data []byte, at int) (end int, escaped bool, err error) {
	for i := at; i < len(data); i++ {
		switch b := data[i]; {
		case b == '\n' || b == d.Separator:
			return i, escaped, nil
		case b != '\\' || d.Style != Cognito && d.Style != Backslash && d.Style != Text:
		case d.Style == Cognito:
			if i+1 < len(data) && data[i+1] == d.Separator {
				escaped = true
				i++
			}
		default: // Backslash, Text
			escaped = true
			if i++; i == len(data) {
				return 0, escaped, ErrOpen
			}
			if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
				i++ // one line end
			}
		}
	}
	return len(data), escaped, nil
}

// closeQuote returns the place of the mark that closes the quoted value beginning at at,
// and of the separator, the line end or the end after it.
func (d Dialect) closeQuote(data []byte, at int) (mark, next int, escaped bool, err error) {
	for i := at; i < len(data); i++ {
		switch b := data[i]; {
		case b == '\\' && d.Style == Backslash:
			escaped = true
			i++
		case b == '\\' && d.Style == PHP && i+1 < len(data) && data[i+1] == d.Quote && !d.ends(data, i+2):
			i++
		case b != d.Quote:
		case d.Style == Undoubled && !d.ends(data, i+1):
		case i+1 < len(data) && data[i+1] == d.Quote && d.Style != Backslash && d.Style != Undoubled:
			escaped = true
			i++
		default:
			next = d.skipBlanks(data, i+1)
			if !d.ends(data, next) {
				return 0, 0, escaped, ErrStray
			}
			return i, next, escaped, nil
		}
	}
	return 0, 0, escaped, ErrOpen
}

// ends reports whether a value may end at a place: at a separator or a line end.
func (d Dialect) ends(data []byte, at int) bool {
	return at >= len(data) || data[at] == d.Separator || data[at] == '\n' || data[at] == '\r' && at+1 < len(data) && data[at+1] == '\n'
}

// skipBlanks returns the place of the first character at or after at that is no space,
// tab or CR, or is the separator.
func (d Dialect) skipBlanks(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r') && data[at] != d.Separator {
		at++
	}
	return at
}

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
		fallthrough
	case Doubled, PHP:
		return d.undouble(value)
	}
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			out.WriteByte(value[i])
			continue
		}
		i++
		out.WriteByte(d.escape(value[i]))
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

// escapes are the characters that letters after a backslash stand for, in [Text].
var escapes = map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': 0, 'Z': 0x1a}

// escape returns what a character after a backslash stands for.
func (d Dialect) escape(b byte) byte {
	if d.Style == Text {
		if stands, ok := escapes[b]; ok {
			return stands
		}
	}
	if b == '0' {
		return 0
	}
	return b
}

// odd counts the backslashes of a value, as it is written, that its style would not
// have written.
func (d Dialect) odd(written []byte) (n int64) {
	if d.Style != Backslash && d.Style != Text {
		return 0
	}
	for {
		i := bytes.IndexByte(written, '\\')
		if i < 0 {
			return n
		}
		if i+1 == len(written) {
			return n + 1
		}
		if !d.writes(written[i+1]) {
			n++
		}
		written = written[i+2:]
	}
}

// writes reports whether the style writes a backslash before a character.
func (d Dialect) writes(b byte) bool {
	switch b {
	case '\\', d.Separator, '\n', '\r', '0', 'N', 'Z':
		return true
	case '"', '\'':
		return d.Style == Backslash
	case 't', 'n', 'b', 'f', 'v':
		return d.Style == Text
	}
	return d.Style == Text && b == 'r'
}
