package dialect

import (
	"cmp"
	"slices"
)

// Reading is what a file looks like when it is read in a dialect.
type Reading struct {
	Dialect
	// Before is how many lines stand before the header: 1 for sep=; and the like.
	Before int
	Header []string // the names as the file has them
	// Nulls says by column which word, where it is not quoted, stands for no value: \N,
	// NULL, null or NA, "" for none. It is nil where no column has one.
	Nulls []string
	// Short says that rows end early where their last values are empty, Long that each has
	// an empty value more than the header has names, and Numbered that each begins with
	// its number, for which the header has no name.
	Short, Long, Numbered bool

	Rows   int64 // read, the header not counted
	Broken int64 // of these, cannot be cut, or have another number of values than the header
	Odd    int64 // what a program that writes this dialect does not write
	// Differs is the number of the first row that has other values than in the best
	// reading, the first row after the header being 1; 0 in the best one.
	Differs int64
}

// readings returns the best reading and those that are as good and differ.
func (d *Detector) readings() (out []Reading) {
	all := usual(d.verdicts())
	slices.SortStableFunc(all, func(a, b verdict) int { return cmp.Compare(a.cost(), b.cost()) })
	var chosen []*verdict
	for i := range all {
		v := &all[i]
		if v.cost() > all[0].cost() || len(chosen) > 0 && v.shape.odd() && !chosen[0].shape.odd() || slices.ContainsFunc(chosen, func(o *verdict) bool { return d.firstOther(o, v) == 0 }) {
			continue
		}
		if len(chosen) == 0 {
			v = d.simplest(v, all)
		}
		chosen = append(chosen, v)
	}
	for _, v := range chosen {
		r := v.reading()
		r.Before, r.Differs = d.before, d.firstOther(chosen[0], v)
		if len(out) == 0 || !out[0].fits(r) {
			out = append(out, r)
		}
	}
	return out
}

// fits reports whether a reading is Cognito's own, with a value for each column of the
// header, and another one has a value more in each row: a comma after a backslash, in every
// row, is then what Cognito's guide says that it is.
func (r Reading) fits(other Reading) bool { return r.Dialect == Default && !r.Long && other.Long }

// simplest returns the first of the candidates that reads the same values as v.
func (d *Detector) simplest(v *verdict, all []verdict) *verdict {
	for i := range all {
		if o := &all[i]; o.order < v.order && d.firstOther(v, o) == 0 {
			v = o
		}
	}
	return v
}

// firstOther returns the number of the first row that two candidates read otherwise, 0
// for none.
func (d *Detector) firstOther(a, b *verdict) (first int64) {
	if a.candidate == b.candidate {
		return 0
	}
	if !slices.Equal(a.header, b.header) {
		return 1
	}
	first = *d.differ(a.candidate, b.candidate)
	ours, theirs := a.nulls(), b.nulls()
	for i := range a.shape.columns {
		if wordAt(ours, i) == wordAt(theirs, i) {
			continue
		}
		for cl := range words {
			if row := a.shape.columns[i].first[cl]; row != 0 && (first == 0 || row < first) {
				first = row
			}
		}
	}
	return first
}

func wordAt(words []string, i int) string {
	if i >= len(words) {
		return ""
	}
	return words[i]
}

// reading returns what was found out.
func (v *verdict) reading() Reading {
	return Reading{Dialect: v.Dialect, Header: v.header, Nulls: v.nulls(),
		Short: v.shape.short, Long: v.shape.long, Numbered: v.shape.numbered,
		Rows: v.tally.rows, Broken: v.shape.broken, Odd: v.odd + v.unproved}
}
