package dialect

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// Want is what is known about a file before its text is read.
type Want struct {
	// Known returns how many names in a header are columns that the file may have. It
	// returns 0 if the names cannot be a header.
	Known func(names []string) int
	// Typed returns, for each name in a header, whether the column cannot have a text such
	// as NULL as its value. It may be nil.
	Typed func(names []string) []bool
	// Separator, Quote and Style are fixed unless they are 0 and "". NoQuote says that no
	// value is quoted.
	Separator byte
	Quote     byte
	NoQuote   bool
	Style     Style
	// RowBytes bounds a row, in bytes; 0 means 64,001.
	RowBytes int
}

// defaultRowBytes is what 16,000 characters may take, and a line end.
const defaultRowBytes = 64_001

// holdBytes is how much of a text is collected before it is read.
const holdBytes = 256 << 10

// Detector finds out in which dialect a text is written. It is an io.Writer that never
// fails. It gets the whole text in UTF-8, with LF or CR LF line ends and without a byte
// order mark. It holds a bounded part of the text.
type Detector struct {
	want   Want
	maxRow int // bound of a row, in bytes
	hold   int // how much of the text is collected at least before it is read
	seed   maphash.Seed
	text   []byte // what was written and not read yet
	begun  bool
	before int

	candidates  []*candidate // the remaining candidates
	agreed      agreement    // what all of them agree on
	shared      tally        // of the rows that all of them read in the same way
	steps       int64        // how often they read rows by themselves
	differences []int64      // for each pair of candidates, the first row that they read differently
	read        []uint64
}

// NewDetector returns a detector for a text.
func NewDetector(want Want) *Detector {
	d := &Detector{want: want, maxRow: want.RowBytes, hold: holdBytes, seed: maphash.MakeSeed()}
	if d.maxRow == 0 {
		d.maxRow = defaultRowBytes
	}
	return d
}

// Write reads the next bytes of the text.
func (d *Detector) Write(p []byte) (int, error) {
	for piece := range slices.Chunk(p, d.hold) {
		if d.begun && len(d.candidates) == 0 { // no candidate can read the text
			break
		}
		if d.text = append(d.text, piece...); len(d.text) >= d.hold+2*d.maxRow {
			d.look(false)
			d.drop()
		}
	}
	return len(p), nil
}

// drop removes the text that all candidates have read.
func (d *Detector) drop() {
	if len(d.candidates) == 0 {
		d.text = nil
		return
	}
	read := d.slowest().at
	d.text = append(d.text[:0], d.text[read:]...)
	for _, c := range d.candidates {
		c.at -= read
	}
}

// Guess returns the best reading of the text so far. It returns false if no reading has a
// header with a known name. More text may be written afterwards.
func (d *Detector) Guess() (Reading, bool) {
	ended := d.clone()
	if i := bytes.LastIndexByte(ended.text, '\n'); i >= 0 {
		ended.text = ended.text[:i+1]
	}
	readings := ended.End()
	if len(readings) == 0 {
		return Reading{}, false
	}
	return readings[0], true
}

// End ends the text and returns its readings. The best one is first. Others follow only
// if they are as good and give other values. The result is empty if no reading has a
// header with a known name.
func (d *Detector) End() []Reading {
	d.look(true)
	return d.readings()
}

// clone returns a detector in the same state.
func (d *Detector) clone() *Detector {
	out := *d
	out.shared = d.shared.clone()
	out.agreed.values, out.read = nil, nil
	out.differences = slices.Clone(d.differences)
	out.candidates = nil
	for _, c := range d.candidates {
		copied := *c
		copied.own = c.own.clone()
		copied.cuts, copied.values = nil, nil
		out.candidates = append(out.candidates, &copied)
	}
	return &out
}
