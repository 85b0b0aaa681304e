package dialect

import (
	"bytes"
	"unicode/utf8"
)

// class is the way in which a value is written.
type class byte

const (
	empty       class = iota // no bytes at all
	text                     // unquoted, with letters
	other                    // unquoted, without letters, or true or false
	slashN                   // \N, unquoted
	null                     // NULL, unquoted
	na                       // NA, unquoted
	nullSmall                // null, unquoted
	quotedEmpty              // quoted, with nothing inside
	needed                   // quoted, and impossible without quotation marks
	spaced                   // quoted, with a space: some programs quote such values
	needless                 // quoted without a reason in the value
	classes
)

// words are the classes of words that may mean "no value".
var words = map[class]string{slashN: `\N`, null: "NULL", na: "NA", nullSmall: "null"}

// column is how the values of a column are written.
type column struct {
	count [classes]int64
	first [classes]int64 // the number of the first row with a value of the class
}

func (c *column) add(cl class, row int64) {
	if c.count[cl]++; c.first[cl] == 0 {
		c.first[cl] = row
	}
}

// merge adds the counts of other rows.
func (c *column) merge(o *column) {
	for cl := range classes {
		c.count[cl] += o.count[cl]
		if c.first[cl] == 0 || o.first[cl] != 0 && o.first[cl] < c.first[cl] {
			c.first[cl] = o.first[cl]
		}
	}
}

// bare counts the unquoted values, without words for "no value".
func (c *column) bare() int64 { return c.count[text] + c.count[other] }

// quoted counts the quoted values.
func (c *column) quoted() int64 {
	return c.count[quotedEmpty] + c.count[needed] + c.count[spaced] + c.count[needless]
}

// classOfBare returns the class of an unquoted value.
func classOfBare(value []byte) class {
	if len(value) > 0 && (value[0] <= ' ' || value[len(value)-1] <= ' ') {
		value = bytes.TrimSpace(value)
	}
	switch {
	case len(value) == 0:
		return empty
	case value[0] == '\\' && string(value) == `\N`:
		return slashN
	case value[0] == 'N' && string(value) == "NULL":
		return null
	case value[0] == 'N' && string(value) == "NA":
		return na
	case value[0] == 'n' && string(value) == "null":
		return nullSmall
	case hasLetter(value) && !isFlag(value):
		return text
	}
	return other
}

func hasLetter(value []byte) bool {
	for _, b := range value {
		if b|0x20 >= 'a' && b|0x20 <= 'z' || b >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// isFlag reports whether a value is a boolean that programs do not quote.
func isFlag(value []byte) bool {
	return len(value) < 6 && (bytes.EqualFold(value, []byte("true")) || bytes.EqualFold(value, []byte("false")) ||
		len(value) == 1 && bytes.IndexByte([]byte("tfynTFYN"), value[0]) >= 0)
}

// classOfQuoted returns the class of a quoted value, given without its marks.
func (d Dialect) classOfQuoted(value []byte) class {
	if len(value) == 0 {
		return quotedEmpty
	}
	cl := needless
	for _, b := range value {
		switch {
		case b == d.Separator || b == '\n' || b == '\r' || b == d.Quote:
			return needed
		case b <= ' ' || b >= utf8.RuneSelf || b == '\'' || b == '"' || b == '\\' || b == '#':
			cl = spaced
		}
	}
	return cl
}
