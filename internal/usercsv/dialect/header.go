package dialect

import (
	"bytes"
	"slices"
	"strings"
)

// separatorLine returns the separator that a line such as sep=; names; Excel reads such
// lines.
func separatorLine(line []byte) (separator byte, is bool) {
	line = bytes.Trim(bytes.TrimRight(line, "\r\n "), `"`)
	if len(line) != len("sep=;") || !strings.EqualFold(string(line[:4]), "sep=") {
		return 0, false
	}
	return line[4], true
}

// begin reads the lines before the header, and the header in all dialects. The candidates
// that know most of its names remain.
func (d *Detector) begin(whole bool) {
	d.begun = true
	at := 0
	if line := firstLine(d.text); len(line) <= d.maxRow {
		if separator, is := separatorLine(line); is {
			d.before, at = 1, len(line)
			if d.want.Separator == 0 && strings.IndexByte(Separators, separator) >= 0 {
				d.want.Separator = separator
			}
		}
	}
	for line := firstLine(d.text[at:]); len(line) > 0 && len(line) <= d.maxRow && blank(line); line = firstLine(d.text[at:]) {
		at += len(line)
	}
	if d.headerAt(at, whole); len(d.candidates) == 0 && at < len(d.text) {
		d.titled(at, whole)
	}
	d.line()
}

// titleLines is how many lines with a title may stand before the header.
const titleLines = 5

// titled looks for a header after lines with a title, such as #TYPE of PowerShell. There, most
// names must be known: they must not be the values of a user. A form of multipart/form-data, a
// page or an object of JSON with a CSV file inside is no title.
func (d *Detector) titled(at int, whole bool) {
	if bytes.IndexByte([]byte("-<{["), d.text[at]) >= 0 {
		return
	}
	for range titleLines {
		line := firstLine(d.text[at:])
		if at += len(line); len(line) > d.maxRow || at == len(d.text) {
			return
		}
		d.headerAt(at, whole)
		d.candidates = slices.DeleteFunc(d.candidates, func(c *candidate) bool { return c.known < 2 || 2*c.known <= c.width })
		if len(d.candidates) > 0 {
			d.before = bytes.Count(d.text[:at], []byte{'\n'})
			return
		}
	}
}

// headerAt reads the header at a place in all dialects.
func (d *Detector) headerAt(at int, whole bool) {
	rest := d.text[at:]
	for _, separator := range d.want.separators() {
		for _, dialect := range candidates(separator, d.want) {
			c := &candidate{Dialect: dialect, at: at}
			if c.readHeader(rest[:min(len(rest), d.maxRow)], whole && len(rest) <= d.maxRow, d.want.Known) {
				d.candidates = append(d.candidates, c)
			}
		}
	}
}

// firstLine returns the first line of a text with its line end.
func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

// readHeader reads the header and reports whether it names a known column.
func (c *candidate) readHeader(rest []byte, whole bool, known func([]string) int) bool {
	cuts, size, err := c.CutRow(rest, whole, nil)
	if err != nil {
		return false
	}
	row := string(rest[:size])
	for _, cut := range cuts {
		c.header = append(c.header, c.Value(row, cut))
	}
	c.at += size
	c.width = len(c.header)
	c.own = newTally(c.width)
	c.known = known(c.header)
	return c.known > 0
}

// line keeps the candidates that know most names of the header, and sets them to the same
// place.
func (d *Detector) line() {
	most := 0
	for _, c := range d.candidates {
		most = max(most, c.known)
	}
	d.candidates = slices.DeleteFunc(d.candidates, func(c *candidate) bool { return c.known < most })
	for i, c := range d.candidates {
		c.order = i
		if d.want.Typed != nil {
			c.typed = d.want.Typed(c.header)
		}
		c.hash.SetSeed(d.seed)
	}
	d.differences = make([]int64, len(d.candidates)*len(d.candidates)/2)
	d.updateAgreement()
}
