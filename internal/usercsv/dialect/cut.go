package dialect

import (
	"bytes"
	"errors"
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
			if c.To, at, c.Escaped, err = d.closeQuote(data, c.From); err != nil {
				return cuts, 0, err
			}
		} else {
			at, c.Escaped = d.endOfPlain(data, at)
			c.To = at
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
func (d Dialect) endOfPlain(data []byte, at int) (end int, escaped bool) {
	escapes := d.Escapes()
	for i := at; i < len(data); i++ {
		switch b := data[i]; {
		case b == '\n' || b == d.Separator:
			return i, escaped
		case b != '\\':
		case escapes:
			escaped = true
			if i++; bytes.HasPrefix(data[min(i, len(data)):], []byte("\r\n")) {
				i++
			}
		case d.Style == Cognito && i+1 < len(data) && data[i+1] == d.Separator:
			escaped = true
			i++
		}
	}
	return len(data), escaped
}

// closeQuote returns the place of the mark that closes the quoted value beginning at at,
// and of the separator, the line end or the end after it.
func (d Dialect) closeQuote(data []byte, at int) (mark, next int, escaped bool, err error) {
	inside, doubles := d.escapesInside(), d.doubles()
	for i := at; i < len(data); i++ {
		b := data[i]
		switch {
		case b == '\\' && inside:
			escaped = true
			i++
		case b == '\\' && d.keepsOpen(data, i):
			escaped = true
			i++
		case b != d.Quote:
		case d.Style == Undoubled && !d.ends(data, i+1):
		case doubles && i+1 < len(data) && data[i+1] == d.Quote:
			escaped = true
			i++
		default:
			if next = d.skipBlanks(data, i+1); !d.ends(data, next) {
				return 0, 0, escaped, ErrStray
			}
			return i, next, escaped, nil
		}
	}
	return 0, 0, escaped, ErrOpen
}

// keepsOpen reports whether a backslash keeps the mark after it from closing a value, in
// styles in which a value may end with a backslash, too.
func (d Dialect) keepsOpen(data []byte, at int) bool {
	if at+1 >= len(data) || data[at+1] != d.Quote {
		return false
	}
	switch d.Style {
	case PHP:
		return !d.ends(data, at+2)
	case Marks: // what writes it quotes the next value as well
		return !d.ends(data, at+2) || !d.quotesAfter(data[at+2:])
	}
	return false
}

// quotesAfter reports whether a mark follows the separator or the line end that a text
// begins with.
func (d Dialect) quotesAfter(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte{'\r'})
	return len(data) > 1 && data[1] == d.Quote
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
