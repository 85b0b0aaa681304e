package userrow

// Columns are the values that the same row has in columns of their own, each
// at the number of its attribute; "" where there is none. An attribute whose
// value is there is not kept twice.
type Columns [MostColumns + 1]string

// MostColumns is the greatest number of an attribute that may have a column.
const MostColumns = 8

// kind returns how the column of an attribute tells its value, 0 when it does
// not.
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

// isCapitalized reports whether value is [capitalized] text. It allocates
// nothing.
func isCapitalized(text, value string) bool {
	for i := range len(text) {
		if capital(text, i) != value[i] {
			return false
		}
	}
	return true
}

// capitalized returns a text with a capital at its beginning and behind each
// space, where there is a letter from a to z. It goes by bytes, so that it means
// the same with every version of Unicode.
func capitalized(text string) string {
	out := []byte(text)
	for i := range out {
		out[i] = capital(text, i)
	}
	return string(out)
}

// capital returns the byte of a capitalized text at a place.
func capital(text string, i int) byte {
	if c := text[i]; (i > 0 && text[i-1] != ' ') || c < 'a' || c > 'z' {
		return c
	}
	return text[i] - 'a' + 'A'
}

// column returns what the column of a tag's attribute holds.
func (r *reader) column(tag uint64, columns *Columns) string {
	number := tag >> kindBits
	if columns == nil || number >= uint64(len(columns)) || columns[number] == "" {
		r.refuse("the value of attribute %d is in a column, and the column is empty", number)
		return ""
	}
	return columns[number]
}
