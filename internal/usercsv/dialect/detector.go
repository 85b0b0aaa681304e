package dialect

import (
	"bytes"
	"hash/maphash"
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
	// RowBytes is how many bytes the longest row may have, 0 for 64,001.
	RowBytes int
}

// defaultRowBytes is what 16,000 characters may take.
const defaultRowBytes = 64_001

// held is how much of a text is collected at once.
const held = 256 << 10

// Detector finds out in which dialect a text is written. It is an io.Writer that gets
// the whole text, in UTF-8 with LF or CR LF as line ends and without a byte order mark,
// and never fails. It holds a bounded part of the text.
type Detector struct {
	want   Want
	most   int // bytes of a row
	hold   int // how much of the text is collected before it is looked at, at least
	seed   maphash.Seed
	text   []byte // what was written and is not looked at yet
	begun  bool
	before int

	candidates []*candidate // those that are left
	alike      alike        // what all of them read alike
	shared     tally        // of the rows that all of them read alike
	steps      int64        // how often they had to read alone
	differs    []int64      // of each two candidates, the first row that they read otherwise
	read       []uint64
}

// NewDetector returns a detector that has seen nothing.
func NewDetector(want Want) *Detector {
	d := &Detector{want: want, most: want.RowBytes, hold: held, seed: maphash.MakeSeed()}
	if d.most == 0 {
		d.most = defaultRowBytes
	}
	return d
}

// Write looks at the next bytes of the text.
func (d *Detector) Write(p []byte) (int, error) {
	for piece := range slices.Chunk(p, d.hold) {
		if d.begun && len(d.candidates) == 0 { // nothing can come of it
			break
		}
		if d.text = append(d.text, piece...); len(d.text) >= d.hold+2*d.most {
			d.look(false)
			d.drop()
		}
	}
	return len(p), nil
}

// drop drops the text that all candidates have read.
func (d *Detector) drop() {
	if len(d.candidates) == 0 {
		d.text = nil
		return
	}
	read := d.hindmost().at
	d.text = append(d.text[:0], d.text[read:]...)
	for _, c := range d.candidates {
		c.at -= read
	}
}

// Guess returns the reading that what was written so far speaks for. It reports false
// where no reading has a header with a known name. What follows may be written.
func (d *Detector) Guess() (Reading, bool) {
	so := d.clone()
	if i := bytes.LastIndexByte(so.text, '\n'); i >= 0 {
		so.text = so.text[:i+1]
	}
	readings := so.End()
	if len(readings) == 0 {
		return Reading{}, false
	}
	return readings[0], true
}

// End returns the readings of the text, which is whole now: the best one, and after it
// those that are as good and read other values. It is empty where no reading has a header
// with a known name.
func (d *Detector) End() []Reading {
	d.look(true)
	return d.readings()
}

// clone returns a detector that has seen the same.
func (d *Detector) clone() *Detector {
	out := *d
	out.shared = d.shared.clone()
	out.alike.values, out.read = nil, nil
	out.differs = slices.Clone(d.differs)
	out.candidates = nil
	for _, c := range d.candidates {
		copied := *c
		copied.own = c.own.clone()
		copied.cuts, copied.values = nil, nil
		out.candidates = append(out.candidates, &copied)
	}
	return &out
}
