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
	quotedEmpty              // quoted, with nothing inside
	needed                   // quoted, and impossible without quotation marks
	spaced                   // quoted, with a space: some programs quote such values
	needless                 // quoted without a reason in the value
	slashN                   // \N, unquoted
	classes
	word       = classes          // from here on, the words for "no value" (words.go), unquoted
	quotedWord = word + wordsMany // from here on, the same words, quoted without a reason
)

// column is how the values of a column are written.
type column struct {
	count  [classes]int64
	slashN int64       // the number of the first row with \N
	words  *wordCounts // nil without words for "no value"
}

func (c *column) add(cl class, row int64) {
	if cl < slashN {
		c.count[cl]++
	} else {
		c.addRare(cl, row)
	}
}

// merge adds the counts of other rows.
func (c *column) merge(o *column) {
	for cl := range classes {
		c.count[cl] += o.count[cl]
	}
	c.slashN = earlier(c.slashN, o.slashN)
	c.mergeWords(o)
}

// earlier returns the smaller number of two rows; 0 means none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// bare counts the unquoted values, without words for "no value".
func (c *column) bare() int64 { return c.count[text] + c.count[other] }

// quoted counts the quoted values.
func (c *column) quoted() int64 {
	return c.count[quotedEmpty] + c.count[needed] + c.count[spaced] + c.needless()
}

// needless counts the values that are quoted without a reason.
func (c *column) needless() (n int64) {
	n = c.count[needless]
	for w := range wordsMany {
		n += c.wordCount(w, true)
	}
	return n
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
	}
	if mayBeWord(value) {
		if n := wordAt(value); n >= 0 {
			return word + class(n)
		}
	}
	if hasLetter(value) && !isFlag(value) {
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
	if mayBeWord(value) {
		if n := wordAt(value); n >= 0 {
			return quotedWord + class(n)
		}
	}
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
