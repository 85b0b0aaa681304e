package sqlstore

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// What is kept of rows has a form of its own: texts come back byte for byte, whatever bytes
// they have, and it is written many times as fast as JSON. Numbers are varints of package
// encoding/binary; a text is its length and its bytes.
//
//	version  a byte, keptVersion
//	body     compressed by DEFLATE, where the version says so
//
// The body is the outcomes that differ (their number, and of each verdict, column, code,
// flaw and reason), the rows that were not imported (their number, and of each the line,
// the offset and the record's number as differences from the row before, the outcome's place, and the
// text), and the runs of users (their number, and of each the line, the record's number and the user's
// number as differences from the run before, and the number of its rows).

// outcomeOf is what several rows may have in common.
type outcomeOf struct {
	verdict      importjob.Verdict
	column, code string
	flaw         userpool.Flaw
	reason       string
}

// appendKept appends the body.
func appendKept(to []byte, kept importjob.Kept) []byte {
	places := map[outcomeOf]uint64{}
	var outcomes []outcomeOf
	for i := range kept.Rejected {
		o := outcomeIn(&kept.Rejected[i])
		if _, ok := places[o]; !ok {
			places[o] = uint64(len(outcomes))
			outcomes = append(outcomes, o)
		}
	}
	to = binary.AppendUvarint(to, uint64(len(outcomes)))
	for _, o := range outcomes {
		for _, text := range []string{string(o.verdict), o.column, o.code, string(o.flaw), o.reason} {
			to = appendText(to, text)
		}
	}
	to = binary.AppendUvarint(to, uint64(len(kept.Rejected)))
	var line, offset, number int64
	for i := range kept.Rejected {
		r := &kept.Rejected[i]
		to = binary.AppendVarint(to, r.Line-line)
		to = binary.AppendVarint(to, r.Offset-offset)
		to = binary.AppendVarint(to, r.Number-number)
		to = binary.AppendUvarint(to, places[outcomeIn(r)])
		to = appendText(to, r.Text)
		line, offset, number = r.Line, r.Offset, r.Number
	}
	to = binary.AppendUvarint(to, uint64(len(kept.Users)))
	var last importjob.UserRun
	for _, run := range kept.Users {
		to = binary.AppendVarint(to, run.Line-last.Line)
		to = binary.AppendVarint(to, run.Number-last.Number)
		to = binary.AppendVarint(to, run.UserNo-last.UserNo)
		to = binary.AppendVarint(to, run.Rows)
		last = run
	}
	return to
}

func outcomeIn(r *importjob.KeptRow) outcomeOf {
	return outcomeOf{r.Verdict, r.Column, r.Code, r.Flaw, r.Reason}
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// readKept reads a body.
func readKept(body []byte) (kept importjob.Kept, err error) {
	r := packedReader{rest: body}
	outcomes := make([]outcomeOf, 0, r.count(5))
	for range cap(outcomes) {
		outcomes = append(outcomes, outcomeOf{importjob.Verdict(r.text()), r.text(), r.text(), userpool.Flaw(r.text()), r.text()})
	}
	var last importjob.KeptRow
	for n := r.count(5); n > 0 && r.err == nil; n-- {
		row := importjob.KeptRow{Line: last.Line + r.number(), Offset: last.Offset + r.number(), Number: last.Number + r.number()}
		o := r.pick(outcomes)
		row.Verdict, row.Column, row.Code, row.Flaw, row.Reason, row.Text = o.verdict, o.column, o.code, o.flaw, o.reason, r.text()
		kept.Rejected = append(kept.Rejected, row)
		last = row
	}
	var run importjob.UserRun
	for n := r.count(4); n > 0 && r.err == nil; n-- {
		run = importjob.UserRun{Line: run.Line + r.number(), Number: run.Number + r.number(), UserNo: run.UserNo + r.number(), Rows: r.number()}
		if run.Rows < 1 {
			r.fail()
		}
		kept.Users = append(kept.Users, run)
	}
	return kept, r.end()
}

// packCorrection returns what of a correction is sealed: the text, and the values in the
// order of their columns.
func packCorrection(c importjob.Correction) []byte {
	to := appendText([]byte{correctionVersion}, c.Text)
	columns := make([]string, 0, len(c.Values))
	for column := range c.Values {
		columns = append(columns, column)
	}
	slices.Sort(columns)
	to = binary.AppendUvarint(to, uint64(len(columns)))
	for _, column := range columns {
		to = appendText(appendText(to, column), c.Values[column])
	}
	return to
}

const correctionVersion = 1

// unpackCorrection reads what packCorrection returned.
func unpackCorrection(packed []byte, c *importjob.Correction) error {
	r := packedReader{rest: packed}
	if r.byte() != correctionVersion {
		r.fail()
	}
	c.Text = r.text()
	n := r.count(2)
	if n > 0 {
		c.Values = make(map[string]string, n)
	}
	for ; n > 0 && r.err == nil; n-- {
		column := r.text()
		c.Values[column] = r.text()
	}
	if err := r.end(); err != nil {
		return fmt.Errorf("the correction of a row cannot be read: %w", err)
	}
	return nil
}

// packedReader reads numbers and texts. After the first that is not there, it reads nothing.
type packedReader struct {
	rest []byte
	err  error
}

var errPacked = errors.New("its form is damaged")

func (r *packedReader) fail() { r.rest, r.err = nil, errPacked }

func (r *packedReader) byte() byte {
	if len(r.rest) == 0 {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *packedReader) number() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *packedReader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count reads the number of things that have at least so many bytes each: no more than are
// there.
func (r *packedReader) count(least uint64) int {
	n := r.unsigned()
	if n > uint64(len(r.rest))/least {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *packedReader) text() string {
	n := r.unsigned()
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

// pick reads the place of an outcome.
func (r *packedReader) pick(outcomes []outcomeOf) (o outcomeOf) {
	place := r.unsigned()
	if place >= uint64(len(outcomes)) {
		r.fail()
		return o
	}
	return outcomes[place]
}

// end demands that all was read.
func (r *packedReader) end() error {
	if r.err == nil && len(r.rest) > 0 {
		r.err = errPacked
	}
	return r.err
}

// The versions of the form.
const (
	keptPlain      = 1
	keptCompressed = 2
)

// worthIt is from how many bytes on a body is compressed.
const worthIt = 256

var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(io.Discard, flate.BestSpeed) // fails only for a level that there is not
	return w
}}

// packKept returns what is kept of rows in the form in which it is sealed.
func packKept(kept importjob.Kept) ([]byte, error) {
	body := appendKept([]byte{keptPlain}, kept)
	if len(body) < worthIt {
		return body, nil
	}
	packed := bytes.NewBuffer(make([]byte, 0, len(body)/2))
	packed.WriteByte(keptCompressed)
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(packed)
	_, err := w.Write(body[1:])
	err = errors.Join(err, w.Close()) // before the bytes are there
	return packed.Bytes(), err
}

// unpackKept reads what packKept returned, and tells how many bytes the body has.
func unpackKept(packed []byte) (kept importjob.Kept, size int, err error) {
	body, err := bodyOf(packed)
	if err == nil {
		kept, err = readKept(body)
	}
	if err != nil {
		return importjob.Kept{}, 0, fmt.Errorf("the stored rows of a job cannot be read: %w", err)
	}
	return kept, len(body), nil
}

func bodyOf(packed []byte) ([]byte, error) {
	switch {
	case len(packed) > 0 && packed[0] == keptPlain:
		return packed[1:], nil
	case len(packed) > 0 && packed[0] == keptCompressed:
		r := flate.NewReader(bytes.NewReader(packed[1:]))
		defer r.Close()
		body, err := io.ReadAll(io.LimitReader(r, maxSegment+1))
		if err == nil && len(body) > maxSegment {
			err = errPacked
		}
		return body, err
	}
	return nil, errPacked
}
