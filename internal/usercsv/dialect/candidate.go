package dialect

import (
	"bytes"
	"hash/maphash"
)

// candidate is a dialect that the text may be in, and what was counted in it.
type candidate struct {
	Dialect
	order  int // its place in the list of all candidates; a lower one wins
	header []string
	typed  []bool // by column: a text such as NULL cannot be its value
	known  int    // how many names in the header are known columns
	width  int

	at      int   // where its next row begins, in the held text
	beyond  bool  // that place is inside a line that is too long
	own     tally // of the rows that it read by itself
	cuts    []Cut
	values  []class
	hash    maphash.Hash // of the values that it read since all candidates were in step
	reached int64        // how many rows it had read at that time
}

// rowsBefore returns how many rows precede the next one, agreed rows included.
func (c *candidate) rowsBefore(alike *tally) int64 { return alike.rows + c.own.rows }

// read reads the first row of rest, or a blank line. A row has at most most bytes. whole
// says that the text ends with rest.
func (c *candidate) read(rest []byte, whole bool, most int, alike *tally) {
	window := c.Within(rest[:min(len(rest), most)])
	whole = whole && len(rest) == len(window)
	if c.beyond {
		c.at += c.restOfLine(window)
		return
	}
	cuts, size, err := c.CutRow(window, whole, c.cuts[:0])
	c.cuts = cuts
	if err != nil {
		size = c.restOfLine(window)
		c.own.rows++
		c.hash.WriteByte(1)
		c.hash.Write(window[:size])
	} else if row := window[:size]; !blank(row) && !(whole && c.isEnd(row, window[size:])) {
		c.look(row, cuts, c.rowsBefore(alike)+1)
	}
	c.at += size
}

// isEnd reports whether a row is the line \. that ends PostgreSQL's text format.
func (c *candidate) isEnd(row, after []byte) bool {
	return c.Style == Text && string(bytes.TrimRight(row, "\r\n")) == `\.` && blank(after)
}

// restOfLine returns the length of the first line of a text.
func (c *candidate) restOfLine(window []byte) int {
	i := c.LineEnd(window, 0)
	c.beyond = i < 0
	if i < 0 {
		return len(window)
	}
	return i + 1
}

// look counts the values of a row.
func (c *candidate) look(row []byte, cuts []Cut, number int64) {
	c.values = c.values[:0]
	broken := len(cuts) != c.width && len(cuts) != c.width+1
	for _, cut := range cuts {
		c.hashValue(row, cut)
		value := row[cut.From:cut.To]
		if broken { // the values are not those that were written
			c.values = append(c.values, empty)
		} else if cut.Quoted {
			c.lookInside(value)
			c.own.rowsIn += c.rowsInside(value)
			c.values = append(c.values, c.classOfQuoted(value))
		} else {
			cl := classOfBare(value)
			if cl == text || cl == other {
				c.lookBare(bytes.TrimSpace(value))
			}
			c.values = append(c.values, cl)
		}
	}
	c.hash.WriteByte(2)
	first, last := cuts[0], cuts[len(cuts)-1]
	c.own.row(c.values, row[first.From:first.To], last.From == len(bytes.TrimRight(row, "\r\n")), number)
}

// rowsInside counts what looks like rows in a quoted value: line ends with as many
// separators as a row has. They show that the opening mark was not one.
func (c *candidate) rowsInside(value []byte) int64 {
	if c.width < 3 || bytes.IndexByte(value, '\n') < 0 {
		return 0
	}
	return int64(bytes.Count(value, []byte{c.Separator}) / (c.width - 1))
}

// hashValue adds a value to the hash of what was read. A word that may mean "no value" is
// the same text in all dialects here.
func (c *candidate) hashValue(row []byte, cut Cut) {
	value := bytes.TrimSpace(row[cut.From:cut.To])
	if cut.Escaped && (cut.Quoted || string(value) != `\N`) {
		c.hash.WriteString(c.Value(string(row), cut))
	} else {
		c.hash.Write(value)
	}
	c.hash.WriteByte(0)
}

// lookBare counts what is strange in an unquoted value.
func (c *candidate) lookBare(value []byte) {
	t := &c.own
	if n := len(value); n > 1 && value[0] == value[n-1] && (value[0] == '"' || value[0] == '\'') {
		t.wrapped++
	}
	if bytes.IndexByte(value, ' ') >= 0 {
		t.spaces++
	}
	if value[0] != '"' && bytes.IndexByte(value, '"') >= 0 {
		t.unlike++
	}
	slashed := bytes.IndexByte(value, '\\') >= 0
	if slashed {
		t.plain.look(c.Dialect, value)
	}
	if c.Quote != 0 && bytes.IndexByte(value, c.Quote) >= 0 && (!slashed || !c.Escapes() || c.unescaped(value)) {
		t.inner++
	}
}

// unescaped reports whether a value has a mark without a backslash before it.
func (c *candidate) unescaped(value []byte) bool {
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case c.Quote:
			return true
		}
	}
	return false
}

// lookInside counts the marks and backslashes inside a quoted value.
func (c *candidate) lookInside(value []byte) {
	t := &c.own
	if bytes.IndexByte(value, '\\') >= 0 {
		t.quoted.look(c.Dialect, value)
	}
	if c.Style == Crossed {
		c.lookCrossed(value)
		return
	}
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && (c.escapesInside() || i+1 < len(value) && value[i+1] == c.Quote):
			i++
		case value[i] != c.Quote:
		case i+1 < len(value) && value[i+1] == c.Quote:
			t.doubled++
			i++
		default:
			t.single++
			t.crossed += oneIf(i > 0 && value[i-1] == '"')
			if i > 0 && (value[i-1] == c.Separator || value[i-1] == '\n') {
				t.opened++
			}
		}
	}
}

// lookCrossed counts the marks inside a quoted value in the style Crossed.
func (c *candidate) lookCrossed(value []byte) {
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] != '"':
		case !c.crossing(value, i):
			c.own.stray++
		default:
			i++
			c.own.crossed += oneIf(value[i] == c.Quote)
		}
	}
}

// blank reports whether a line is no row. It has only white space, or the bytes 0x00 and
// 0x1A that some files end with.
func blank(row []byte) bool {
	row = bytes.TrimSpace(row)
	return len(row) == 0 || row[0] < ' ' && len(bytes.Trim(row, "\x00\x1a \t\r\n")) == 0
}
