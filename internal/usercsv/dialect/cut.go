package dialect

import (
	"bytes"
	"errors"
)

// Cut is where a value lies in its row, without the marks around a quoted value.
type Cut struct {
	From, To int
	Quoted   bool
	Escaped  bool // the value has escapes, so it differs from the bytes of the row
}

// Errors of rows that cannot be cut.
var (
	ErrOpen  = errors.New("a quoted value is not closed in this text")
	ErrStray = errors.New("something follows a quoted value")
)

// CutRow appends the cuts of the first row of data. It returns how many bytes the row
// has, line end included. whole says that the end of data also ends a row. It returns
// [ErrOpen] if data ends before the row does, and [ErrStray].
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

// endOfPlain returns the place of the separator or line end after an unquoted value.
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

// closeQuote returns the place of the mark that closes the quoted value at at, and the
// place of the separator or line end after it.
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
		case d.crossing(data, i):
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

// crossing reports whether the mark at a place stands before a mark that belongs to the value,
// in the style Crossed.
func (d Dialect) crossing(data []byte, at int) bool {
	return d.Style == Crossed && data[at] == '"' && at+1 < len(data) && (data[at+1] == '"' || data[at+1] == d.Quote)
}

// keepsOpen reports whether the backslash before a mark keeps it from closing the value,
// also in styles that allow a backslash at the end of a value.
func (d Dialect) keepsOpen(data []byte, at int) bool {
	if at+1 >= len(data) || data[at+1] != d.Quote {
		return false
	}
	switch d.Style {
	case PHP:
		return !d.ends(data, at+2)
	case Marks: // a program that writes this style quotes the next value as well
		return !d.ends(data, at+2) || !d.quotesAfter(data[at+2:])
	}
	return false
}

// quotesAfter reports whether data begins with a separator or line end and then a mark.
func (d Dialect) quotesAfter(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte{'\r'})
	return len(data) > 1 && data[1] == d.Quote
}

// ends reports whether a value may end at a place: before a separator or line end, or at
// the end of data.
func (d Dialect) ends(data []byte, at int) bool {
	return at >= len(data) || data[at] == d.Separator || data[at] == '\n' || data[at] == '\r' && at+1 < len(data) && data[at+1] == '\n'
}

// skipBlanks returns the place of the first byte from at on that is the separator, or no
// space, tab or CR.
func (d Dialect) skipBlanks(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r') && data[at] != d.Separator {
		at++
	}
	return at
}
