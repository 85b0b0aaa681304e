package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Kept rows have a format of their own: texts must come back byte for byte, and JSON cannot hold
// every byte. They are not compressed: compression would add more than half to the time that the
// import of a failed row takes. Numbers are varints of package encoding/binary. A text is its
// length and its bytes. The parts are
//
//   - the version, one byte,
//   - the distinct outcomes: their number, and for each the verdict, the column, the code, the flaw
//     and the reason,
//   - the rows that were not imported: their number, and for each the line, the offset and the
//     record's number as differences from the previous row, the index of its outcome, and the text,
//   - the runs of users: their number, and for each the line, the line in the file of the first
//     job, the record's number and the user's number as differences from the previous run, and the
//     number of rows.
const keptVersion = 1

// outcomeOf is the part of an outcome that several rows may share.
type outcomeOf struct {
	verdict      importjob.Verdict
	column, code string
	flaw         userpool.Flaw
	reason       string
}

// appendKept appends all parts except the version.
func appendKept(to []byte, kept importjob.Kept) []byte {
	outcomes, places := outcomesOf(kept.Rejected)
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
		to = binary.AppendUvarint(to, uint64(places[i]))
		to = appendText(to, r.Text)
		line, offset, number = r.Line, r.Offset, r.Number
	}
	to = binary.AppendUvarint(to, uint64(len(kept.Users)))
	var last importjob.UserRun
	for _, run := range kept.Users {
		to = binary.AppendVarint(to, run.Line-last.Line)
		to = binary.AppendVarint(to, run.Origin-last.Origin)
		to = binary.AppendVarint(to, run.Number-last.Number)
		to = binary.AppendVarint(to, run.UserNo-last.UserNo)
		to = binary.AppendVarint(to, run.Rows)
		last = run
	}
	return to
}

// outcomesOf returns the distinct outcomes, and for each row the index of its outcome. Most rows
// have the outcome of a row shortly before.
func outcomesOf(rows []importjob.KeptRow) (outcomes []outcomeOf, places []int32) {
	known := map[outcomeOf]int32{}
	places = make([]int32, len(rows))
	for i := range rows {
		o := outcomeIn(&rows[i])
		if i > 0 && o == outcomes[places[i-1]] {
			places[i] = places[i-1]
			continue
		}
		place, ok := known[o]
		if !ok {
			place = int32(len(outcomes))
			known[o] = place
			outcomes = append(outcomes, o)
		}
		places[i] = place
	}
	return outcomes, places
}

func outcomeIn(r *importjob.KeptRow) outcomeOf {
	return outcomeOf{r.Verdict, r.Column, r.Code, r.Flaw, r.Reason}
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// kept reads the parts that appendKept appended.
func (r *packedReader) kept() (kept importjob.Kept, err error) {
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
	for n := r.count(5); n > 0 && r.err == nil; n-- {
		run = importjob.UserRun{Line: run.Line + r.number(), Origin: run.Origin + r.number(), Number: run.Number + r.number(), UserNo: run.UserNo + r.number(), Rows: r.number()}
		if run.Rows < 1 {
			r.fail()
		}
		kept.Users = append(kept.Users, run)
	}
	return kept, r.end()
}

// packCorrection returns the sealed part of a correction: the text, and the values in the order of
// their columns.
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

// unpackCorrection reads the result of packCorrection.
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
		return fmt.Errorf("the stored correction of a row is damaged: %w", err)
	}
	return nil
}

// packedReader reads numbers and texts. After the first missing one it reads nothing.
type packedReader struct {
	rest []byte
	err  error
}

var errPacked = errors.New("its packed form is damaged")

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

// count reads the number of elements of at least least bytes each. It rejects a number that the
// remaining bytes cannot hold.
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

// pick reads the index of an outcome and returns the outcome.
func (r *packedReader) pick(outcomes []outcomeOf) (o outcomeOf) {
	place := r.unsigned()
	if place >= uint64(len(outcomes)) {
		r.fail()
		return o
	}
	return outcomes[place]
}

// end returns an error if bytes are left.
func (r *packedReader) end() error {
	if r.err == nil && len(r.rest) > 0 {
		r.err = errPacked
	}
	return r.err
}

// packKept appends kept rows to room, in the form that is sealed.
func packKept(room []byte, kept importjob.Kept) []byte {
	size := 64 * (len(kept.Users) + 1)
	for i := range kept.Rejected {
		size += 24 + len(kept.Rejected[i].Text)
	}
	return appendKept(append(slices.Grow(room, size), keptVersion), kept)
}

// unpackKept reads the result of packKept.
func unpackKept(packed []byte) (importjob.Kept, error) {
	r := packedReader{rest: packed}
	if r.byte() != keptVersion {
		r.fail()
	}
	kept, err := r.kept()
	if err != nil {
		return importjob.Kept{}, fmt.Errorf("the stored rows of a job are damaged: %w", err)
	}
	return kept, nil
}
