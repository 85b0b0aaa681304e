package dialect

import (
	"bytes"
	"slices"
)

// agreement is what the remaining candidates agree on. Rows that keep to it are read once
// for all of them.
type agreement struct {
	none      bool    // no row is read in the same way: the headers have different numbers of names
	stops     []byte  // a row with one of these bytes is read by each candidate by itself
	dialect   Dialect // of one of the candidates
	separator byte

	marks     bool // quotation marks around values mean the same to all
	doubled   bool // two marks inside such a value mean one, for all
	slashed   bool // a mark after a backslash inside such a value belongs to it, for all
	escaped   bool // a backslash before the separator in an unquoted value escapes it, for all
	raw       bool // other backslashes in unquoted values are plain text, for all
	rawSep    bool // so are backslashes before a separator
	rawInside bool // so are backslashes in quoted values, except before a mark

	before int64 // rows that each candidate read by itself so far
	values []class
}

// updateAgreement finds out what the remaining candidates agree on.
func (d *Detector) updateAgreement() {
	if len(d.candidates) == 0 {
		return
	}
	d.agreed = agreementOf(d.candidates)
	if width := d.candidates[0].width; !d.agreed.none && len(d.shared.columns[0]) != width {
		d.shared = newTally(width)
	}
	d.reach()
}

// agreementOf returns what candidates agree on.
func agreementOf(candidates []*candidate) agreement {
	first := candidates[0]
	a := agreement{dialect: first.Dialect, separator: first.Separator,
		marks: true, doubled: true, slashed: true, escaped: true, raw: true, rawSep: true, rawInside: true}
	for _, c := range candidates {
		a.none = a.none || c.width != first.width
		a.marks = a.marks && c.Quote == '"'
		a.doubled = a.doubled && c.doubles()
		a.slashed = a.slashed && (c.escapesInside() || c.Style == Marks)
		a.escaped = a.escaped && (c.Escapes() || c.Style == Cognito)
		a.raw = a.raw && !c.Escapes()
		a.rawSep = a.rawSep && !c.Escapes() && c.Style != Cognito
		a.rawInside = a.rawInside && !c.escapesInside()
	}
	if slices.ContainsFunc(candidates, func(c *candidate) bool { return c.Quote == '\'' }) {
		a.stops = append(a.stops, '\'')
	}
	if !a.marks {
		a.stops = append(a.stops, '"')
	}
	if slices.ContainsFunc(candidates, func(c *candidate) bool { return c.Separator != first.Separator }) { // then the header has one name
		a.stops = append(a.stops, Separators...)
		a.stops = append(a.stops, first.Separator)
	}
	return a
}

// readAgreed reads the rows that all candidates read in the same way. All candidates must
// be in step.
func (d *Detector) readAgreed(whole bool) {
	if d.agreed.none {
		return
	}
	start := d.candidates[0].at
	at := start
	d.agreed.before = d.candidates[0].own.rows
	for at < len(d.text) {
		size := bytes.IndexByte(d.text[at:], '\n') + 1
		if size == 0 && !whole {
			break
		}
		if size == 0 {
			size = len(d.text) - at
		}
		if size > d.maxRow || !d.countAgreed(d.text[at:at+size]) {
			break
		}
		at += size
	}
	if at == start {
		return
	}
	for _, c := range d.candidates {
		c.at = at
	}
	d.reach()
}

// countAgreed counts a row. It returns false if the candidates may read the row
// differently.
func (d *Detector) countAgreed(line []byte) bool {
	for _, stop := range d.agreed.stops {
		if bytes.IndexByte(line, stop) >= 0 {
			return false
		}
	}
	if blank(line) {
		return true
	}
	return d.agreed.row(line, &d.shared)
}
