package dialect

import (
	"bytes"
	"slices"
)

// Want is what is known of a file before its text is looked at.
type Want struct {
	// Known tells how many of the names in a header are columns that the file may have, 0
	// where it can be no header.
	Known func(names []string) int
	// Separator, Quote and Style are fixed where they are not 0 and "". NoQuote fixes that
	// nothing is quoted.
	Separator byte
	Quote     byte
	NoQuote   bool
	Style     Style
	// RowBytes is how many bytes the longest row may have, 0 for 64,000.
	RowBytes int
}

// allows reports whether a dialect is not ruled out.
func (w Want) allows(d Dialect) bool {
	return (w.Separator == 0 || w.Separator == d.Separator) && (w.Quote == 0 || w.Quote == d.Quote) &&
		(!w.NoQuote || d.Quote == 0) && (w.Style == "" || w.Style == d.Style)
}

// Detector finds out in which dialect a text is written. It is an io.Writer that gets
// the whole text, in UTF-8 with LF or CR LF as line ends and without a byte order mark,
// and never fails.
type Detector struct {
	want Want
	text []byte
}

// NewDetector returns a detector that has seen nothing.
func NewDetector(want Want) *Detector { return &Detector{want: want} }

// Write looks at the next bytes of the text.
func (d *Detector) Write(p []byte) (int, error) {
	d.text = append(d.text, p...)
	return len(p), nil
}

// Guess returns the reading that what was written so far speaks for. It reports false
// where no reading has a header with a known name. What follows may be written.
func (d *Detector) Guess() (Reading, bool) {
	text := d.text
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		text = text[:i+1]
	}
	readings := detect(text, d.want)
	if len(readings) == 0 {
		return Reading{}, false
	}
	return readings[0], true
}

// End returns the readings of the text, which is whole now: the best one, and after it
// those that nothing speaks against either and that read other values. It is empty where
// no reading has a header with a known name.
func (d *Detector) End() []Reading {
	readings := detect(d.text, d.want)
	if len(readings) == 0 {
		return nil
	}
	out := readings[:1]
	for _, r := range readings[1:] {
		if r.known == out[0].known && r.cost() == 0 && !slices.ContainsFunc(out, func(o Reading) bool { return o.values == r.values }) {
			out = append(out, r)
		}
	}
	return out
}
