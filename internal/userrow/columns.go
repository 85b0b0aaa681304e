package userrow

// Columns are the values that the same row stores in columns of their own, by attribute number; ""
// for none. A value in a column is not stored twice.
type Columns [MaxColumns + 1]string

// MaxColumns is the greatest number of an attribute with a column.
const MaxColumns = 8

// kind returns how the value follows from the attribute's column, 0 if it does not.
func (c *Columns) kind(tag uint64, value string) uint64 {
	number := tag >> kindBits
	if c == nil || number == 0 || number >= uint64(len(c)) || value == "" {
		return 0
	}
	switch column := c[number]; {
	case column == value:
		return kindColumn
	case len(column) == len(value) && isCapitalized(column, value):
		return kindCapitals
	}
	return 0
}

// isCapitalized reports whether value is [capitalized] text. It does not allocate.
func isCapitalized(text, value string) bool {
	for i := range len(text) {
		if capital(text, i) != value[i] {
			return false
		}
	}
	return true
}

// capitalized returns a text with every letter from a to z at its beginning and after a space in
// upper case. It works on bytes, so that the result does not depend on the version of Unicode.
func capitalized(text string) string {
	out := []byte(text)
	for i := range out {
		out[i] = capital(text, i)
	}
	return string(out)
}

// capital returns one byte of a capitalized text.
func capital(text string, i int) byte {
	if c := text[i]; (i > 0 && text[i-1] != ' ') || c < 'a' || c > 'z' {
		return c
	}
	return text[i] - 'a' + 'A'
}

// column returns the column's value for a tag's attribute.
func (r *reader) column(tag uint64, columns *Columns) string {
	number := tag >> kindBits
	if columns == nil || number >= uint64(len(columns)) || columns[number] == "" {
		r.refuse("the value of attribute %d is in a column, and the column is empty", number)
		return ""
	}
	return columns[number]
}
