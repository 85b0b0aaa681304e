package dialect

import "slices"

// verdict is what all rows say about a candidate.
type verdict struct {
	*candidate
	tally    tally
	shape    shape
	odd      int64 // how much the file has that a program with this dialect does not write
	unproved int64 // what counts for another dialect as long as nothing confirms this one
}

// against is the evidence against the candidate.
func (v *verdict) against() int64 { return 2*v.shape.broken + v.odd }

// cost is against plus the lack of evidence for the candidate.
func (v *verdict) cost() int64 { return v.against() + v.unproved }

// verdicts returns the verdict on each remaining candidate.
func (d *Detector) verdicts() []verdict {
	all := make([]verdict, len(d.candidates))
	for i, c := range d.candidates {
		t := c.own.clone()
		if d.shared.rows > 0 {
			t.merge(&d.shared)
		}
		all[i] = verdict{candidate: c, tally: t, shape: t.shape()}
		if c.Style == Undoubled && all[i].shape.short { // a program that writes this style writes all values
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

// rowsInside is the weight of each row that was swallowed by a quoted value.
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

// needless counts marks around values that need none. Such marks belong to the values,
// unless a whole column has them. No program writes apostrophes around only some values.
func (v *verdict) needless() (odd int64) {
	weight, most := int64(1), int64(0)
	if v.Quote == '\'' {
		weight = 2
	}
	for i := range v.shape.columns {
		c := &v.shape.columns[i]
		if v.Style == Undoubled { // this style quotes whole columns, or where a value needs it
			odd += 2 * min(c.quoted()-c.count[needed], c.bare())
		}
		if v.tally.needsMarks || c.count[text] == 0 {
			continue
		}
		marks := c.needless()
		if v.tally.spaces > 0 { // a program that quotes for a space does so for every space
			marks += c.count[spaced]
		}
		most = max(most, weight*min(marks, c.count[text])) // one row may have them in each column
	}
	return odd + most
}

// A file with commas and no quoted value more likely has stray marks. So unquotedCommas
// counts against reading it without quotation marks if at least leastUnlike values have a
// mark inside; another dialect would have quoted these. With fewer such values,
// prohibitive rules this reading out.
const (
	unquotedCommas = 3
	leastUnlike    = 3
	prohibitive    = 1 << 40
)

// unquoted counts the evidence against a dialect without quotation marks that nothing
// confirms. Programs that write semicolons quote.
func (v *verdict) unquoted() int64 {
	switch {
	case v.Quote == '"' || slices.ContainsFunc(v.shape.columns, func(c column) bool { return c.quoted() > 0 }):
		return 0
	case v.Style == Cognito && v.tally.plain.seps > 0, v.Style == Text && v.points() >= proof:
		return 0
	case v.Separator == ',' && v.tally.unlike >= leastUnlike:
		return unquotedCommas
	case v.Separator == ',':
		return prohibitive
	}
	return oneIf(v.Quote != 0 || v.Style == Text && v.seen() == 0 || v.Style == Plain && v.Separator == ';')
}

// unlikely counts what another dialect explains better.
func (v *verdict) unlikely() int64 {
	t := &v.tally
	switch {
	case v.Style == PHP && t.doubled == 0:
		return t.quoted.marks
	case v.Style == Undoubled && t.crossed == t.single: // Crossed explains all marks
		return t.doubled + t.quoted.marks + 3*t.opened + t.crossed
	case v.Style == Undoubled:
		return t.doubled + t.quoted.marks + 3*t.opened
	case v.Style == Crossed:
		return t.stray
	case v.Style == Inside && t.plain.lone == 0:
		return t.plain.escapes()
	case v.Style == Marks && t.quoted.lone+t.quoted.letters == 0:
		return t.quoted.pairs
	}
	return 0
}

// unused counts the special features of a dialect that the file does not use.
func (v *verdict) unused() int64 {
	t := &v.tally
	switch v.Style {
	case PHP:
		return oneIf(t.doubled == 0) + oneIf(t.quoted.marks == 0)
	case Undoubled:
		return oneIf(t.single == 0)
	case Crossed:
		return oneIf(t.crossed == 0)
	case Both:
		return oneIf(t.doubled == 0) + oneIf(t.quoted.pairs+t.plain.pairs == 0)
	case Inside:
		return oneIf(t.plain.lone == 0) + oneIf(t.quoted.marks+t.quoted.pairs == 0)
	case Marks:
		return oneIf(t.quoted.lone+t.quoted.letters == 0) + oneIf(t.quoted.marks == 0)
	}
	return v.unusedEscapes()
}

// unusedEscapes is unused for dialects in which backslashes are escapes.
func (v *verdict) unusedEscapes() (odd int64) {
	if !v.Escapes() {
		return 0
	}
	if v.Style == Text && v.Quote != 0 {
		odd += oneIf(v.tally.quoted.marks == 0) + oneIf(v.tally.quoted.letters == 0)
	}
	least := 1
	if v.Style == Text && v.Separator != '\t' && v.Separator != '|' { // programs seldom write these
		least = 2
	}
	return odd + oneIf(v.seen() > 0 && v.points() < least)
}

// seen counts the backslashes that may be escapes of the dialect.
func (v *verdict) seen() int64 {
	if v.Style == Inside {
		return v.tally.quoted.escapes()
	}
	return v.tally.quoted.escapes() + v.tally.plain.escapes()
}

// points score how much shows that these are escapes.
func (v *verdict) points() int {
	all := v.tally.quoted
	if v.Style != Inside {
		all.merge(&v.tally.plain)
	}
	return all.points(v.Dialect, &v.tally.quoted, &v.tally.plain)
}

// proof is the number of points that prove that backslashes are escapes.
const proof = 3

// preferEscapes counts proven escapes against the dialects without escapes, if every
// backslash is a valid escape.
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

// refutes reports whether escapes are proven that another dialect does not have.
func (v *verdict) refutes(raw *verdict) bool {
	points := v.points()
	if raw.Style == Marks { // this style has those before marks
		points -= int(oneIf(v.tally.quoted.marks > 0))
	}
	return !raw.escapesInside() && points >= proof
}
