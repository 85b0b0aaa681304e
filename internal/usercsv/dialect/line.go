package dialect

import "bytes"

// Escapes reports whether a backslash outside of quoted values takes the meaning from the
// character after it, whichever that is, also from a line end.
func (d Dialect) Escapes() bool { return d.Style == Backslash || d.Style == Both || d.Style == Text }

// LineEnd returns the place of the first line feed of a text at or after from that ends a
// line, -1 where there is none. The text begins with a line. Where backslashes escape, a
// line feed or CR LF that follows one goes on with the line.
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

// OpenEscape reports whether a line, without its line feed, ends with a backslash that
// escapes what follows, or with one and CR.
func OpenEscape(line []byte) bool {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	n := 0
	for n < len(line) && line[len(line)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// Special reports whether a row may have a quoted value or an escape. One that has none
// is cut at every separator.
func (d Dialect) Special(row []byte) bool {
	return d.Quote != 0 && bytes.IndexByte(row, d.Quote) >= 0 ||
		(d.Style == Cognito || d.Escapes()) && bytes.IndexByte(row, '\\') >= 0
}

// undoubledLines is how many lines a row may have where marks inside of values stay as
// they are. There, every line can begin a value that is not closed: without this bound,
// each of them would be looked for through a whole row.
const undoubledLines = 100

// Within is as much of a text as may be the row that it begins with.
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
