package dialect

import "bytes"

// Escapes reports whether a backslash in an unquoted value escapes the next character,
// whichever it is, line ends included.
func (d Dialect) Escapes() bool { return d.Style == Backslash || d.Style == Both || d.Style == Text }

// LineEnd returns the place of the first line feed at or after from that ends a line, and
// -1 without one. The text must begin with a line. In dialects with escapes, a line feed
// or CR LF after a backslash does not end the line.
func (d Dialect) LineEnd(text []byte, from int) int {
	for {
		i := bytes.IndexByte(text[from:], '\n')
		if i < 0 {
			return -1
		}
		if from += i; !d.Escapes() || !OpenEscape(text[:from]) {
			return from
		}
		from++
	}
}

// OpenEscape reports whether a line, given without its line feed, ends with a backslash
// that escapes what follows. A CR may stand after the backslash.
func OpenEscape(line []byte) bool {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	n := 0
	for n < len(line) && line[len(line)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// Special reports whether a row may have a quoted value or an escape. Any other row is
// cut at every separator.
func (d Dialect) Special(row []byte) bool {
	return d.Quote != 0 && bytes.IndexByte(row, d.Quote) >= 0 ||
		(d.Style == Cognito || d.Escapes()) && bytes.IndexByte(row, '\\') >= 0
}

// undoubledLines bounds the lines of a row in the style Undoubled. There, every line can
// begin a value that is not closed. Without this bound, each of them would be searched
// for through a whole row.
const undoubledLines = 100

// Within returns the part of a text that its first row may take.
func (d Dialect) Within(text []byte) []byte {
	if d.Style != Undoubled {
		return text
	}
	size := 0
	for range undoubledLines {
		i := bytes.IndexByte(text[size:], '\n')
		if i < 0 {
			return text
		}
		size += i + 1
	}
	return text[:size]
}
