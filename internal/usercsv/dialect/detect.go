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
	Rows   int64  // read, the header not counted
	Broken int64  // of these, cannot be cut, or have another number of values than the header
	Odd    int64  // backslashes and marks that a program that writes this dialect does not write
	Values uint64 // a hash of all values of rows that are not broken
	Known  int    // names in the header that are columns of the file
}

// cost says how much speaks against a reading, by row.
func (r Reading) cost() int64 { return 2*r.Broken + r.Odd }

var separators = []byte{',', ';', '\t', '|'}

// candidates are the dialects that files are written in, those that win where nothing
// speaks against several first.
func candidates(separator byte) []Dialect {
	all := []Dialect{}
	if separator == ',' {
		all = append(all, Dialect{separator, '"', Cognito})
	}
	all = append(all, Dialect{separator, '"', Doubled}, Dialect{separator, '"', Backslash}, Dialect{separator, '"', PHP},
		Dialect{separator, '\'', Doubled}, Dialect{separator, '\'', Backslash})
	if separator == '\t' {
		all = append(all, Dialect{separator, 0, Text})
	}
	return append(all, Dialect{separator, 0, Plain})
}

// Detect returns the readings of a text in UTF-8 that begins with a header, the one
// with the least against it first. known tells how many of the names in a header are
// columns that the file may have.
func Detect(text []byte, known func(names []string) int) (readings []Reading) {
	seed := maphash.MakeSeed()
	for _, s := range separators {
		for _, d := range candidates(s) {
			if r := d.read(text, known, seed); r.Known > 0 {
				readings = append(readings, r)
			}
		}
	}
	slices.SortStableFunc(readings, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(b.Known, a.Known), cmp.Compare(a.cost(), b.cost()))
	})
	return readings
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
	if r.Known = known(names); r.Known == 0 {
		return r
	}
	var h maphash.Hash
	h.SetSeed(seed)
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
			continue
		}
		for _, c := range cuts {
			r.Odd += d.odd(row[c.From:c.To]) + d.marks(row, c)
			h.WriteString(d.Value(string(row), c))
			h.WriteByte(0)
		}
	}
	r.Values = h.Sum64()
	return r
}

// marks counts an unquoted value that has the marks of a quoted one around it: programs
// quote values, and values seldom begin and end with marks.
func (d Dialect) marks(row []byte, c Cut) int64 {
	if c.Quoted {
		return 0
	}
	value := bytes.TrimSpace(row[c.From:c.To])
	if n := len(value); n > 1 && value[0] == value[n-1] && strings.IndexByte(`"'`, value[0]) >= 0 {
		return 1
	}
	return 0
}
