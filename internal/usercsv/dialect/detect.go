package dialect

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

// Reading is what a file looks like when it is read in a dialect.
type Reading struct {
	Dialect
	Rows   int64 // read, the header not counted
	Broken int64 // of these, cannot be cut, or have another number of values than the header
	Odd    int64 // marks and backslashes that a program that writes this dialect does not write
	// Before is how many lines stand before the header: 1 for sep=; and the like.
	Before int
	Header []string // the names as the file has them

	// Nulls says by column which word, where it is not quoted, stands for no value: \N,
	// NULL, or "" for none.
	Nulls []string
	// Short says that rows end early where their last values are empty, Long that each has
	// an empty value more than the header has names, and Numbered that each begins with
	// its number, for which the header has no name.
	Short, Long, Numbered bool
	// Differs is the number of the first row that has other values than in the best
	// reading, the first row after the header being 1; 0 in the best one.
	Differs int64

	values           uint64 // a hash of all values of rows that are not broken
	known            int    // names in the header that are columns of the file
	escapes, strange int64  // backslashes that the dialect writes, and that it does not
}

// cost says how much speaks against a reading.
func (r Reading) cost() int64 { return 2*r.Broken + r.Odd }

var separators = []byte{',', ';', '\t', '|'}

// candidates are the dialects that files are written in, those that win where nothing
// speaks against several first.
func candidates(separator byte) (all []Dialect) {
	if separator == ',' {
		all = append(all, Dialect{separator, '"', Cognito}, Dialect{separator, 0, Cognito})
	}
	all = append(all, Dialect{separator, '"', Doubled}, Dialect{separator, '"', Backslash}, Dialect{separator, '"', PHP},
		Dialect{separator, '\'', Doubled}, Dialect{separator, '\'', Backslash})
	if separator == '\t' {
		all = append(all, Dialect{separator, 0, Text})
	}
	return append(all, Dialect{separator, 0, Plain}, Dialect{separator, '"', Undoubled})
}

// detect returns the readings of a text in UTF-8, the one with the least against it
// first.
func detect(text []byte, want Want) (readings []Reading) {
	seed := maphash.MakeSeed()
	before := 0
	if line, rest, _ := bytes.Cut(text, []byte{'\n'}); bytes.HasPrefix(line, []byte("sep=")) {
		text, before = rest, 1
	}
	for _, s := range separators {
		for _, d := range candidates(s) {
			if !want.allows(d) {
				continue
			}
			if r := d.read(text, want.Known, seed); r.known > 0 {
				r.Before = before
				readings = append(readings, r)
			}
		}
	}
	preferEscapes(readings)
	slices.SortStableFunc(readings, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(b.known, a.known), cmp.Compare(a.cost(), b.cost()))
	})
	return readings
}

// preferEscapes counts against [Plain] what may be escapes of [Text], where all of them
// are good ones.
func preferEscapes(readings []Reading) {
	for i := range readings {
		plain := &readings[i]
		for _, text := range readings {
			if plain.Style == Plain && text.Style == Text && plain.Separator == text.Separator && text.strange == 0 {
				plain.Odd += text.escapes
			}
		}
	}
}

// read reads a text in the dialect.
func (d Dialect) read(text []byte, known func([]string) int, seed maphash.Seed) (r Reading) {
	r.Dialect = d
	cuts, size, err := d.CutRow(text, true, nil)
	if err != nil {
		return r
	}
	var names []string
	for _, c := range cuts {
		names = append(names, d.Value(string(text[:size]), c))
	}
	if r.known = known(names); r.known == 0 {
		return r
	}
	r.Header = names
	w := &writing{dialect: d, columns: make([]column, len(names))}
	w.hash.SetSeed(seed)
	var short int64
	for text = text[size:]; len(text) > 0; text = text[size:] {
		if cuts, size, err = d.CutRow(text, true, cuts[:0]); err != nil {
			r.Rows++
			r.Broken++
			size = bytes.IndexByte(text, '\n') + 1
			if size == 0 {
				size = len(text)
			}
			continue
		}
		row := text[:size]
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		r.Rows++
		if len(cuts) != len(names) {
			r.Broken++
			if len(cuts) < len(names) {
				short++
			}
			continue
		}
		if last := cuts[len(cuts)-1]; last.From == last.To {
			w.ended++
		}
		for i, c := range cuts {
			w.look(i, row, c)
		}
	}
	if r.Short = short > 0 && short == r.Broken && w.ended == 0; r.Short {
		r.Broken = 0
	}
	r.Odd, r.values, r.Nulls = w.odd(), w.hash.Sum64(), w.nulls()
	r.escapes, r.strange = w.escaped, w.slips
	return r
}

// writing is how the values of a file are written, if it is in a dialect.
type writing struct {
	dialect Dialect
	columns []column
	hash    maphash.Hash

	needed  int64 // quoted values that could not stand there without marks
	doubled int64 // marks inside of quoted values that are written twice
	single  int64 // and those that are not
	slashed int64 // and those that follow a backslash
	escaped int64 // unquoted values with something that follows a backslash
	slips   int64 // backslashes that the dialect does not write
	wrapped int64 // unquoted values in marks
	ended   int64 // rows whose last value is empty
}

// column is how the values of a column are written.
type column struct {
	quoted, needless, bare int64 // bare ones that are not empty and no word for no value
	slashN, null           int64 // bare \N, and NULL
}

// look looks at a value.
func (w *writing) look(i int, row []byte, c Cut) {
	d, col, value := w.dialect, &w.columns[i], row[c.From:c.To]
	w.hash.WriteString(d.Value(string(row), c))
	w.hash.WriteByte(0)
	w.slips += d.odd(value)
	if !c.Quoted {
		switch value = bytes.TrimSpace(value); string(value) {
		case "":
		case `\N`:
			col.slashN++
		case "NULL":
			col.null++
		default:
			col.bare++
		}
		if n := len(value); n > 1 && value[0] == value[n-1] && strings.IndexByte("\"'", value[0]) >= 0 {
			w.wrapped++
		}
		if c.Escaped {
			w.escaped++
		}
		return
	}
	col.quoted++
	if bytes.IndexByte(value, d.Separator) >= 0 || bytes.IndexByte(value, '\n') >= 0 || bytes.IndexByte(value, '\r') >= 0 || bytes.IndexByte(value, d.Quote) >= 0 {
		w.needed++
	} else {
		col.needless++
	}
	w.marks(value)
}

// marks counts the marks inside of a quoted value.
func (w *writing) marks(value []byte) {
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && i+1 < len(value) && value[i+1] == w.dialect.Quote:
			w.slashed++
			i++
		case value[i] == '\\' && i+1 < len(value) && value[i+1] == '\\' && w.dialect.Style == Backslash:
			i++
		case value[i] != w.dialect.Quote:
		case i+1 < len(value) && value[i+1] == w.dialect.Quote:
			w.doubled++
			i++
		default:
			w.single++
		}
	}
}

// nulls says by column which word stands for no value. Where backslashes are escaped, \N
// can be nothing else. Elsewhere it is taken for a word only where it is in several
// columns; and NULL only where a column's other values
// are all quoted.
func (w *writing) nulls() []string {
	words := make([]string, len(w.columns))
	with := 0
	for _, c := range w.columns {
		if c.slashN > 0 {
			with++
		}
	}
	escapes := w.dialect.Style == Backslash || w.dialect.Style == Text
	for i, c := range w.columns {
		switch {
		case c.slashN > 0 && (escapes || with > 1):
			words[i] = `\N`
		case c.null > 0 && c.quoted > 0 && c.bare == 0:
			words[i] = "NULL"
		}
	}
	return words
}

// odd counts what a program that writes the dialect does not write.
func (w *writing) odd() int64 {
	odd := w.slips + w.wrapped
	if w.needed == 0 { // marks that no value needs belong to values, unless a whole column has them
		for _, c := range w.columns {
			if c.bare > 0 {
				odd += c.needless
			}
		}
	}
	switch w.dialect.Style {
	case PHP:
		if w.doubled == 0 {
			odd += w.slashed
		}
		if w.slashed == 0 {
			odd++
		}
	case Undoubled:
		odd += w.doubled + w.slashed
		if w.single == 0 {
			odd++
		}
		for _, c := range w.columns { // it quotes whole columns
			odd += 2 * min(c.quoted, c.bare)
		}
	case Cognito:
		if w.dialect.Quote == 0 && w.escaped == 0 {
			odd++
		}
	}
	return odd
}
