package dialect

import (
	"cmp"
	"slices"
)

// Reading is one way to read a file: a dialect, and the shape of the rows in it.
type Reading struct {
	Dialect
	// Before is how many lines precede the header: a line such as sep=;, or a title.
	Before int
	Header []string // the names as the file has them
	// Nulls has the word for "no value" by column: \N, NULL and others, and "" for none. It
	// is nil if no column has such a word. The word counts only unquoted, unless QuotedNulls
	// is true.
	Nulls       []string
	QuotedNulls bool
	// Short says that rows omit empty values at their end. Long says that each row has one
	// more value than the header has names, and that it is empty. Numbered says that each
	// row begins with its number, which has no name in the header.
	Short, Long, Numbered bool

	Rows   int64 // rows that were read, without the header
	Broken int64 // rows that cannot be cut, or have another number of values than the header
	Odd    int64 // how much the file has that a program with this dialect does not write
	// Differs is the number of the first row with other values than in the best reading. The
	// first row after the header has number 1. It is 0 in the best reading.
	Differs int64
}

// readings returns the best reading, and after it each equally good one that gives other
// values. If the best one is regular, with a value for each name of the header, irregular
// ones do not count. For example, each row of a file in Cognito's form may have a backslash
// before a comma. Without that escape, each row has a value too many, so the backslash
// means what Cognito's guide says.
func (d *Detector) readings() (out []Reading) {
	all := dropRare(d.verdicts())
	slices.SortStableFunc(all, func(a, b verdict) int { return cmp.Compare(a.cost(), b.cost()) })
	var chosen []*verdict
	for i := range all {
		v := &all[i]
		switch {
		case v.cost() > all[0].cost():
			continue
		case len(chosen) == 0:
			v = d.simplest(v, all)
		case v.shape.irregular() && !chosen[0].shape.irregular(), d.same(v, chosen):
			continue
		}
		chosen = append(chosen, v)
	}
	for _, v := range chosen {
		r := v.reading()
		r.Before, r.Differs = d.before, d.firstDifference(chosen[0], v)
		out = append(out, r)
	}
	return out
}

// same reports whether one of the chosen candidates reads the same values as v.
func (d *Detector) same(v *verdict, chosen []*verdict) bool {
	return slices.ContainsFunc(chosen, func(o *verdict) bool { return d.firstDifference(o, v) == 0 })
}

// simplest returns the first candidate that reads the same values as v.
func (d *Detector) simplest(v *verdict, all []verdict) *verdict {
	for i := range all {
		if o := &all[i]; o.order < v.order && d.firstDifference(v, o) == 0 {
			v = o
		}
	}
	return v
}

// firstDifference returns the number of the first row that two candidates read differently,
// 0 for none.
func (d *Detector) firstDifference(a, b *verdict) (first int64) {
	if a.candidate == b.candidate {
		return 0
	}
	if !slices.Equal(a.header, b.header) {
		return 1
	}
	first = *d.difference(a.candidate, b.candidate)
	ours, ourQuoted := a.nulls()
	theirs, theirQuoted := b.nulls()
	for i := range a.shape.columns {
		if nullAt(ours, i) == nullAt(theirs, i) && ourQuoted == theirQuoted {
			continue
		}
		first = earlier(first, a.shape.columns[i].firstWord())
	}
	return first
}

func nullAt(nulls []string, i int) string {
	if i >= len(nulls) {
		return ""
	}
	return nulls[i]
}

// reading returns the verdict as a Reading.
func (v *verdict) reading() Reading {
	nulls, quoted := v.nulls()
	return Reading{Dialect: v.Dialect, Header: v.header, Nulls: nulls, QuotedNulls: quoted && nulls != nil,
		Short: v.shape.short, Long: v.shape.long, Numbered: v.shape.numbered,
		Rows: v.tally.rows, Broken: v.shape.broken, Odd: v.odd + v.unproved}
}
