package dialect

import "bytes"

// tally is what was counted in rows that were read in one dialect.
type tally struct {
	rows  int64
	exact int64 // rows with as many values as the header has names
	short int64 // rows with fewer
	more  int64 // rows with one more
	// The remaining rows cannot be cut or have even more values.

	ended         int64 // exact rows with an empty last value
	loose         int64 // rows with one value more, and the last one is empty
	numbered      int64 // rows with one value more that begin with a number
	sum, greatest int64 // the sum of these numbers, and the greatest

	columns [2][]column // of exact rows, and of rows with one value more

	needsMarks bool  // some quoted values are impossible without quotation marks
	doubled    int64 // marks inside quoted values that are written twice
	single     int64 // marks inside quoted values that are not
	crossed    int64 // marks inside quoted values that follow the other kind of mark
	stray      int64 // of the other kind of mark, those that no mark follows, in the style Crossed
	opened     int64 // of these, where another value could begin
	wrapped    int64 // unquoted values with marks at both ends
	inner      int64 // unquoted values with a mark that the dialect quotes for
	spaces     int64 // unquoted values with a space inside
	rowsIn     int64 // what looks like rows inside quoted values
	unlike     int64 // unquoted values with a quotation mark inside: RFC 4180 would quote them
	quoted     slashes
	plain      slashes
}

func newTally(width int) tally {
	return tally{columns: [2][]column{make([]column, width), make([]column, width+1)}}
}

// merge adds the counts of other rows.
func (t *tally) merge(o *tally) {
	for _, sum := range []struct {
		to   *int64
		from int64
	}{{&t.rows, o.rows}, {&t.exact, o.exact}, {&t.short, o.short}, {&t.more, o.more}, {&t.ended, o.ended}, {&t.loose, o.loose},
		{&t.numbered, o.numbered}, {&t.sum, o.sum}, {&t.doubled, o.doubled}, {&t.single, o.single}, {&t.crossed, o.crossed}, {&t.stray, o.stray}, {&t.opened, o.opened}, {&t.wrapped, o.wrapped}, {&t.inner, o.inner},
		{&t.spaces, o.spaces}, {&t.rowsIn, o.rowsIn}, {&t.unlike, o.unlike}} {
		*sum.to += sum.from
	}
	t.greatest = max(t.greatest, o.greatest)
	t.needsMarks = t.needsMarks || o.needsMarks
	t.quoted.merge(&o.quoted)
	t.plain.merge(&o.plain)
	for shape := range t.columns {
		for i := range t.columns[shape] {
			t.columns[shape][i].merge(&o.columns[shape][i])
		}
	}
}

// clone returns an independent copy.
func (t *tally) clone() tally {
	out := *t
	for shape := range out.columns {
		out.columns[shape] = append([]column(nil), t.columns[shape]...)
		for i := range out.columns[shape] {
			if c := &out.columns[shape][i]; c.words != nil {
				copied := *c.words
				c.words = &copied
			}
		}
	}
	return out
}

// row counts a row with values of these classes. first is its first value. bare says that
// nothing follows its last separator. at is the row's number.
func (t *tally) row(values []class, first []byte, bare bool, at int64) {
	t.rows++
	width := len(t.columns[0])
	switch {
	case len(values) == width:
		t.exact++
		t.ended += oneIf(bare)
		t.columnsOf(0, values, at)
	case len(values) < width:
		t.short++
	case len(values) == width+1:
		t.more++
		t.loose += oneIf(bare)
		t.countNumber(first)
		t.columnsOf(1, values, at)
	}
}

func (t *tally) columnsOf(shape int, values []class, at int64) {
	columns := t.columns[shape][:len(values)]
	for i, cl := range values {
		columns[i].add(cl, at)
		t.needsMarks = t.needsMarks || cl == needed
	}
}

func oneIf(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// countNumber counts a value that may be the number of a row.
func (t *tally) countNumber(value []byte) {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || len(value) > 9 {
		return
	}
	n := int64(0)
	for _, b := range value {
		if b < '0' || b > '9' {
			return
		}
		n = 10*n + int64(b-'0')
	}
	t.numbered++
	t.sum += n
	t.greatest = max(t.greatest, n)
}

// isNumbered reports whether each row with one value more begins with its number. The
// numbers run from 1; those of unreadable rows may be missing.
func (t *tally) isNumbered() bool {
	if t.exact > 0 || t.more == 0 || t.numbered < t.more {
		return false
	}
	return t.greatest == t.more && t.sum == t.more*(t.more+1)/2 || t.greatest > t.more && t.greatest <= t.rows
}

// shape says in which regular way rows have fewer or more values than the header has
// names.
type shape struct {
	short, long, numbered bool
	broken                int64
	columns               []column // those that the header names
}

// irregular reports whether rows have fewer or more values than the header has names.
func (s shape) irregular() bool { return s.short || s.long || s.numbered }

// leastShort is the least number of short rows that counts as a way of writing. They must
// also be more than one in a hundred. Fewer may be damaged. At most a third as many rows may
// have an empty last value: some programs omit missing values, but not empty ones.
const leastShort = 3

// shape finds out which shape the rows have.
func (t *tally) shape() shape {
	s := shape{broken: t.rows - t.exact, columns: t.columns[0]}
	switch {
	case t.isNumbered():
		s.numbered, s.columns = true, t.columns[1][1:]
		s.broken -= t.more
	case t.exact == 0 && t.more > 0 && t.loose == t.more:
		s.long, s.columns = true, t.columns[1][:len(t.columns[0])]
		s.broken -= t.more
	case t.short >= leastShort && 100*t.short > t.rows && t.short == s.broken && 3*t.ended <= t.short && t.exact > t.short:
		s.short = true
		s.broken = 0
	}
	return s
}
