package usercsv

import (
	"bytes"
	"fmt"
	"slices"

	"poolhouse/internal/userpool"
)

// watch reads the values of some columns during a survey, row by row. It finds what makes
// the whole file unfit, how a column is read, and, on request, samples of its values. It
// splits rows only if the header has a column that needs it.
type watch struct {
	columns int
	list    []*watched // in the order of the columns
	hash    int        // the column of hashes that cannot be used; none if there is no such column
	dates   dates
	texts   texts
	cells   rowCells
	looked  int64 // rows with a value for each column
	want    Import
	words   map[int]*wordColumn   // by column
	seen    map[int]*columnValues // by column
}

// watched is a column that is watched. A field is nil or false when its question is
// decided.
type watched struct {
	index int
	dates *dates
	words *wordColumn
	fills *unknownColumn
	hash  bool
	seen  *columnValues
}

func (w *watched) needed() bool {
	return w.dates != nil || w.words != nil || w.fills != nil || w.hash || w.seen != nil
}

// newWatch watches the columns of a header, as they are read.
func newWatch(header []string, want Import) *watch {
	w := &watch{columns: len(header), hash: none, want: want, words: map[int]*wordColumn{}, seen: map[int]*columnValues{}}
	w.cells.restore = isResult(header)
	for i, name := range header {
		c := &watched{index: i}
		switch {
		case name == "birthdate":
			c.dates = &w.dates
		case name == ColumnPasswordHash && want.Algorithm == "" && w.hash == none:
			w.hash, c.hash = i, true
		case want.concludes() && isBooleanColumn(want.Pool, name):
			c.words = &wordColumn{}
			w.words[i] = c.words
		}
		if c.needed() {
			w.list = append(w.list, c)
		}
	}
	return w
}

// isBooleanColumn reports whether a column's values are true and false. The pool may be
// unknown.
func isBooleanColumn(p *userpool.UserPool, name string) bool {
	if name == "email_verified" || name == "phone_number_verified" || name == ColumnMFA {
		return true
	}
	if p == nil || name == "" {
		return false
	}
	a, ok := p.Schema.Find(name)
	return ok && a.Type == userpool.Boolean
}

// columnAt returns the entry of a column, and adds it if necessary.
func (w *watch) columnAt(i int) *watched {
	at, found := slices.BinarySearchFunc(w.list, i, func(c *watched, i int) int { return c.index - i })
	if !found {
		w.list = slices.Insert(w.list, at, &watched{index: i})
	}
	return w.list[at]
}

// tidy removes the columns that are decided.
func (w *watch) tidy() {
	w.list = slices.DeleteFunc(w.list, func(c *watched) bool { return !c.needed() })
}

// look examines the row that the reader found. It returns a problem of the file for the
// first row with a hash that cannot be used.
func (w *watch) look(r *Reader, s span) *FileError {
	if w.texts.add(r, s); s.problem != nil || len(w.list) == 0 {
		return nil
	}
	if !w.cells.row(r.in.rest()[:s.size], s.quoted, r.cuts, w.columns) {
		return nil // such a row fails by itself
	}
	return w.values(r.at)
}

// examine examines a row that was split.
func (w *watch) examine(record Record, before Position) *FileError {
	if record.Err != nil {
		w.texts.addText(record.Err, record.Text)
		return nil
	}
	if len(w.list) == 0 || len(record.Fields) != w.columns {
		return nil
	}
	w.cells.split(record.Fields)
	return w.values(before)
}

// values examines the values of a row. before is the place before the row.
func (w *watch) values(before Position) (problem *FileError) {
	w.looked++
	done := false
	for _, c := range w.list {
		value := w.cells.at(c.index)
		if c.dates != nil {
			c.dates.add(value)
		}
		if c.words != nil && !c.words.add(value) {
			c.words, done = nil, true
		}
		if c.fills != nil && !c.fills.add(value, before.Rows) {
			c.fills, done = nil, true
		}
		if c.seen != nil {
			c.seen.add(value, &w.cells)
		}
		if c.hash && len(value) > 0 {
			c.hash, done = false, true // reported once
			problem = hashesWithout(before.Line + 1)
		}
	}
	if done {
		w.tidy()
	}
	return problem
}

func hashesWithout(line int64) *FileError {
	return &FileError{Code: CodeFileHashAlgorithm,
		Reason: fmt.Sprintf("Line %d has a password_hash, but the job names no PasswordHashingAlgorithm.", line),
		Detail: fmt.Sprintf("Line %d has a password_hash, but the job names no PasswordHashingAlgorithm. Create the job with one: "+
			"BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256. Without hashes, leave the column empty.", line)}
}

// verdict returns what makes the file unfit, from all of its rows.
func (w *watch) verdict(rows int64) (problems []*FileError) {
	if w.want.Again {
		return nil
	}
	if problem := w.texts.verdict(rows); problem != nil {
		problems = append(problems, problem)
	}
	if problem := w.dates.verdict(); problem != nil && !w.want.concludes() && w.want.Format == nil {
		problems = append(problems, problem)
	}
	return problems
}

// rowCells are the values of a row. They must be asked for in the order of the columns.
type rowCells struct {
	text    []byte
	cuts    []cut    // nil if the row has neither quotation marks nor backslashes
	fields  []string // of a row that was split; then no other field is used
	own     []cut    // memory for cuts
	buffer  []byte
	from, k int  // where the value of the column k begins
	last    int  // the column of the last call
	restore bool // the values are neutralised
}

// row sets a row as it is written. It returns false for a row that has not as many values
// as the header has columns. cuts are those of a row with quotation marks.
func (c *rowCells) row(row []byte, quoted bool, cuts []cut, columns int) bool {
	c.text, c.cuts, c.fields, c.from, c.k = row, cuts, nil, 0, 0
	if quoted {
		return len(cuts) == columns
	}
	c.text, c.cuts = trimEnd(row), nil
	if bytes.IndexByte(c.text, '\\') < 0 {
		return bytes.Count(c.text, []byte{','})+1 == columns
	}
	c.own, _, _ = cutRow(c.text, true, c.own[:0])
	c.cuts = c.own
	return len(c.cuts) == columns
}

// split sets the values of a row.
func (c *rowCells) split(fields []string) { c.fields = fields }

// at returns the value of a column without blanks around it, still as it is written.
func (c *rowCells) at(k int) []byte {
	c.last = k
	value := c.written(k)
	if c.restore && len(value) > 0 && value[0] == '\'' {
		return []byte(Restore(string(value)))
	}
	return value
}

func (c *rowCells) written(k int) []byte {
	switch {
	case c.fields != nil:
		c.buffer = append(c.buffer[:0], c.fields[k]...)
		return c.buffer
	case c.cuts != nil:
		return bytes.TrimSpace(c.text[c.cuts[k].from:c.cuts[k].to])
	}
	for ; c.k < k; c.k++ {
		c.from += bytes.IndexByte(c.text[c.from:], ',') + 1
	}
	value := c.text[c.from:]
	if end := bytes.IndexByte(value, ','); end >= 0 {
		value = value[:end]
	}
	return bytes.TrimSpace(value)
}

// meaning returns the meaning of the value of the last call.
func (c *rowCells) meaning(value []byte) string {
	switch {
	case c.fields != nil || c.cuts == nil:
		return string(value)
	case c.cuts[c.last].quoted:
		return string(bytes.ReplaceAll(value, []byte(`""`), []byte(`"`)))
	}
	return plainValue(string(value))
}
