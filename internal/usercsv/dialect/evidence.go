package dialect

import "slices"

// verdict is what all rows say about a candidate.
type verdict struct {
	*candidate
	tally    tally
	shape    shape
	odd      int64 // what a program that writes the dialect does not write
	unproved int64 // what speaks for another dialect as long as nothing speaks for this one
}

// against says how much speaks against the candidate.
func (v *verdict) against() int64 { return 2*v.shape.broken + v.odd }

// cost also counts what does not speak for it.
func (v *verdict) cost() int64 { return v.against() + v.unproved }

// verdicts returns what was read so far says about each candidate that is left.
func (d *Detector) verdicts() []verdict {
	all := make([]verdict, len(d.candidates))
	for i, c := range d.candidates {
		t := c.own.clone()
		if d.shared.rows > 0 {
			t.merge(&d.shared)
		}
		all[i] = verdict{candidate: c, tally: t, shape: t.shape()}
		if c.Style == Undoubled && all[i].shape.short { // who writes it writes all values
			all[i].shape.short, all[i].shape.broken = false, t.rows-t.exact
		}
		all[i].odd = all[i].strange()
		all[i].unproved = all[i].unused() + all[i].unquoted()
	}
	preferEscapes(all)
	return all
}

// strange counts what is strange for the dialect.
func (v *verdict) strange() int64 {
	odd := v.tally.wrapped + v.slips() + v.needless() + v.unlikely() + rowsInside*v.tally.rowsIn
	if v.Style != Cognito {
		odd += v.tally.inner
	}
	return odd
}

// rowsInside speaks against each row that is inside of a value, and is not read.
const rowsInside = 4

// slips counts the backslashes that the dialect does not write.
func (v *verdict) slips() int64 {
	quoted, plain := &v.tally.quoted, &v.tally.plain
	switch v.Style {
	case Backslash:
		return quoted.lone + quoted.letters + plain.lone + plain.letters
	case Both:
		return quoted.lone + quoted.letters + plain.lone + plain.letters + quoted.marks
	case Inside:
		return quoted.lone + quoted.letters + quoted.seps + quoted.lines
	case Text:
		return quoted.lone + plain.lone
	}
	return 0
}

// needless counts marks around values that no value needs: they belong to the values,
// unless a whole column has them. No program writes apostrophes around some values.
func (v *verdict) needless() (odd int64) {
	weight, most := int64(1), int64(0)
	if v.Quote == '\'' {
		weight = 2
	}
	for i := range v.shape.columns {
		c := &v.shape.columns[i]
		if v.Style == Undoubled { // it quotes whole columns
			odd += 2 * min(c.quoted(), c.bare())
		}
		if v.tally.needs || c.count[text] == 0 {
			continue
		}
		marks := c.count[needless]
		if v.tally.spaces > 0 { // those who quote for a space quote for each
			marks += c.count[spaced]
		}
		most = max(most, weight*min(marks, c.count[text])) // one row may have them in each column
	}
	return odd + most
}

// A file with commas in which nothing is quoted is one with stray marks more probably:
// unquotedCommas speaks against it where there are so many values with marks inside, which
// would be quoted otherwise, as leastUnlike, and else it is none.
const (
	unquotedCommas = 3
	leastUnlike    = 3
	never          = 1 << 40
)

// unquoted counts what speaks against a dialect without quotation marks where nothing
// speaks for it. Programs that write semicolons quote.
func (v *verdict) unquoted() int64 {
	switch {
	case v.Quote == '"' || slices.ContainsFunc(v.shape.columns, func(c column) bool { return c.quoted() > 0 }):
		return 0
	case v.Style == Cognito && v.tally.plain.seps > 0, v.Style == Text && v.points() >= proof:
		return 0
	case v.Separator == ',' && v.tally.unlike >= leastUnlike:
		return unquotedCommas
	case v.Separator == ',':
		return never
	}
	return one(v.Quote != 0 || v.Style == Text && v.seen() == 0 || v.Style == Plain && v.Separator == ';')
}

// unlikely counts what is in another dialect more probably.
func (v *verdict) unlikely() int64 {
	t := &v.tally
	switch {
	case v.Style == PHP && t.doubled == 0:
		return t.quoted.marks
	case v.Style == Undoubled:
		return t.doubled + t.quoted.marks + 3*t.opened
	case v.Style == Inside && t.plain.lone == 0:
		return t.plain.escapes()
	case v.Style == Marks && t.quoted.lone+t.quoted.letters == 0:
		return t.quoted.pairs
	}
	return 0
}

// unused counts of what a dialect has of its own how much the file has not.
func (v *verdict) unused() int64 {
	t := &v.tally
	switch v.Style {
	case PHP:
		return one(t.doubled == 0) + one(t.quoted.marks == 0)
	case Undoubled:
		return one(t.single == 0)
	case Both:
		return one(t.doubled == 0) + one(t.quoted.pairs+t.plain.pairs == 0)
	case Inside:
		return one(t.plain.lone == 0) + one(t.quoted.marks+t.quoted.pairs == 0)
	case Marks:
		return one(t.quoted.lone+t.quoted.letters == 0) + one(t.quoted.marks == 0)
	}
	return v.unusedEscapes()
}

// unusedEscapes is unused for dialects in which backslashes are escapes.
func (v *verdict) unusedEscapes() (odd int64) {
	if !v.Escapes() {
		return 0
	}
	if v.Style == Text && v.Quote != 0 {
		odd += one(v.tally.quoted.marks == 0) + one(v.tally.quoted.letters == 0)
	}
	least := 1
	if v.Style == Text && v.Separator != '\t' && v.Separator != '|' { // it is seldom written so
		least = 2
	}
	return odd + one(v.seen() > 0 && v.points() < least)
}

// seen counts the backslashes that the dialect may have written as escapes.
func (v *verdict) seen() int64 {
	if v.Style == Inside {
		return v.tally.quoted.escapes()
	}
	return v.tally.quoted.escapes() + v.tally.plain.escapes()
}

// points say how much speaks for these being escapes.
func (v *verdict) points() int {
	all := v.tally.quoted
	if v.Style != Inside {
		all.merge(&v.tally.plain)
	}
	return all.points(v.Dialect, &v.tally.quoted, &v.tally.plain)
}

// proof is how many points show that backslashes are escapes.
const proof = 3

// preferEscapes counts escapes against the dialects in which they are none, where all of
// them are good ones and not there by accident.
func preferEscapes(all []verdict) {
	for i := range all {
		e := &all[i]
		if !e.escapesInside() || e.slips() > 0 {
			continue
		}
		for j := range all {
			raw := &all[j]
			if raw.Separator == e.Separator && e.shape.broken <= raw.shape.broken && e.refutes(raw) {
				raw.odd = max(raw.odd, raw.strange()+e.seen())
			}
		}
	}
}

// refutes reports whether escapes are proved that another dialect does not know.
func (v *verdict) refutes(raw *verdict) bool {
	points := v.points()
	if raw.Style == Marks { // it knows those before marks
		points -= int(one(v.tally.quoted.marks > 0))
	}
	return !raw.escapesInside() && points >= proof
}
