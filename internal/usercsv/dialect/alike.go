package dialect

import (
	"bytes"
	"slices"
)

// alike is which rows all candidates that are left read alike.
type alike struct {
	never     bool    // none: their headers have other numbers of names
	stops     []byte  // a row with one of these is read by each alone
	dialect   Dialect // of one of them
	separator byte

	marks     bool // quotation marks around values mean the same to all of them
	doubled   bool // and two inside of them
	slashed   bool // and one after a backslash
	escaped   bool // a backslash before the separator, outside of quoted values, too
	raw       bool // other backslashes are backslashes, outside of quoted values
	rawSep    bool // and those before a separator
	rawInside bool // and those inside of quoted values, but before a mark

	before int64 // rows that were read alone so far
	values []class
}

// settle finds out what the candidates that are left read alike.
func (d *Detector) settle() {
	if len(d.candidates) == 0 {
		return
	}
	d.alike = alikeOf(d.candidates)
	if width := d.candidates[0].width; !d.alike.never && len(d.shared.columns[0]) != width {
		d.shared = newTally(width)
	}
	d.reach()
}

// alikeOf returns what candidates read alike.
func alikeOf(candidates []*candidate) alike {
	first := candidates[0]
	a := alike{dialect: first.Dialect, separator: first.Separator,
		marks: true, doubled: true, slashed: true, escaped: true, raw: true, rawSep: true, rawInside: true}
	for _, c := range candidates {
		a.never = a.never || c.width != first.width
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

// passAlike passes over the rows that all candidates read alike. They are in step.
func (d *Detector) passAlike(whole bool) {
	if d.alike.never {
		return
	}
	start := d.candidates[0].at
	at := start
	d.alike.before = d.candidates[0].own.rows
	for at < len(d.text) {
		size := bytes.IndexByte(d.text[at:], '\n') + 1
		if size == 0 && !whole {
			break
		}
		if size == 0 {
			size = len(d.text) - at
		}
		if size > d.most || !d.passRow(d.text[at:at+size]) {
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

// passRow counts a row, and reports false of one that the candidates may not read alike.
func (d *Detector) passRow(line []byte) bool {
	for _, stop := range d.alike.stops {
		if bytes.IndexByte(line, stop) >= 0 {
			return false
		}
	}
	if blank(line) {
		return true
	}
	return d.alike.row(line, &d.shared)
}
