package usercsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Limits bound a file. The zero value of a field means its default.
type Limits struct {
	RowChars int   // characters of a row; default 16,000
	Rows     int64 // user rows of a file; default 500,000
}

// The defaults ("Quotas in Amazon Cognito").
const (
	DefaultRowChars = 16_000
	DefaultRows     = 500_000
)

func (l Limits) withDefaults() Limits {
	if l.RowChars == 0 {
		l.RowChars = DefaultRowChars
	}
	if l.Rows == 0 {
		l.Rows = DefaultRows
	}
	return l
}

// Reader splits a file into rows. It can begin at any [Record.End] of an
// earlier reading and then yields exactly the rows that the earlier one would
// have yielded from there. Its memory is bounded by the longest row allowed.
type Reader struct {
	src    io.Reader
	limits Limits
	at     Position // of buf[start]
	buf    []byte
	start  int   // what lies before is done with
	err    error // of src, io.EOF included; nothing more will come
	fields int   // how many the last row had: the next has as many
}

const bufferSize = 256 << 10

// NewReader returns a reader of src, whose first byte is the file's byte at
// at.Offset.
func NewReader(src io.Reader, at Position, limits Limits) *Reader {
	return &Reader{src: src, at: at, limits: limits.withDefaults()}
}

// Position returns the place after what was read so far.
func (r *Reader) Position() Position { return r.at }

// Header reads the first row, which must be at the beginning of the file. It
// returns a *FileError when there is none or it cannot be split.
func (r *Reader) Header() ([]string, error) {
	if err := r.skipBOM(); err != nil {
		return nil, err
	}
	record, err := r.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, &FileError{CodeFileEmpty, "The CSV file is empty: it has no header."}
	case err != nil:
		return nil, err
	case record.Err != nil:
		return nil, &FileError{CodeFileHeaderUnusable, "The CSV file's header cannot be read: " + record.Err.Reason}
	}
	r.at.Rows = 0
	return record.Fields, nil
}

func (r *Reader) skipBOM() error {
	bom := []byte("\xef\xbb\xbf")
	if err := r.fill(len(bom)); err != nil {
		return err
	}
	if bytes.HasPrefix(r.buf[r.start:], bom) {
		r.advance(len(bom))
	}
	return nil
}

// Next returns the next row, io.EOF after the last one. A row that cannot be
// split is returned with its Err set; reading goes on with the row after it.
// Any other error is one of reading the file.
func (r *Reader) Next() (Record, error) {
	for {
		line, size, err := r.line()
		if err != nil {
			return Record{}, err
		}
		if size < 0 {
			return r.tooLong()
		}
		if blank(line) {
			r.endRow(size, 1)
			continue
		}
		return r.row(line, size)
	}
}

// line returns the next line of the buffer without its end, and its size with
// its end. The size is -1 when the line is longer than any row may be. The
// line is valid until the next call.
func (r *Reader) line() (line []byte, size int, err error) {
	limit := r.maxBytes()
	for looked := 0; ; {
		data := r.buf[r.start:]
		end := bytes.IndexByte(data[looked:], '\n')
		if end >= 0 {
			end += looked
		}
		looked = len(data)
		switch {
		case end > limit || end < 0 && looked > limit: // the same however much was buffered
			return nil, -1, nil
		case end >= 0:
			return data[:end], end + 1, nil
		case r.err != nil && !errors.Is(r.err, io.EOF):
			return nil, 0, fmt.Errorf("usercsv: reading the file at byte %d: %w", r.at.Offset, r.err)
		case r.err != nil && looked == 0:
			return nil, 0, io.EOF
		case r.err != nil:
			return data, looked, nil
		}
		r.more()
	}
}

// maxBytes is how many bytes a row of the longest allowed can take, with a
// CR.
func (r *Reader) maxBytes() int { return r.limits.RowChars*utf8.UTFMax + 1 }

// row splits the row that begins with the line.
func (r *Reader) row(line []byte, size int) (Record, error) {
	if bytes.IndexByte(line, '"') < 0 {
		text := trimEnd(line)
		if problem := r.checkText(text); problem != nil {
			return r.fail(problem, size, 1), nil
		}
		return r.done(splitPlain(string(text), r.fields), size, 1), nil
	}
	return r.quotedRow(line, size)
}

// quotedRow splits a row that has a quotation mark somewhere. Its end may be
// on a later line.
func (r *Reader) quotedRow(line []byte, size int) (Record, error) {
	fields, used, err := splitQuoted(line, true, r.fields)
	if errors.Is(err, errOpen) {
		if err := r.fill(r.maxBytes() + 1); err != nil {
			return Record{}, err
		}
		data := r.buf[r.start:]
		whole := len(data) <= r.maxBytes()
		fields, used, err = splitQuoted(data[:min(len(data), r.maxBytes())], whole, r.fields)
	} else {
		used = size
	}
	if err != nil {
		// Only the first line is given up: the mark may be a stray one.
		return r.fail(quoteProblem(), size, 1), nil
	}
	row := r.buf[r.start : r.start+used]
	lines := int64(bytes.Count(row, []byte{'\n'}))
	if problem := r.checkText(trimEnd(row)); problem != nil {
		return r.fail(problem, used, lines), nil
	}
	return r.done(fields, used, lines), nil
}

// checkText demands that a row is UTF-8 and not too long.
func (r *Reader) checkText(row []byte) *RowError {
	if !utf8.Valid(row) {
		return &RowError{Code: CodeEncoding, Reason: "The row is not valid UTF-8."}
	}
	if len(row) > r.limits.RowChars && utf8.RuneCount(row) > r.limits.RowChars {
		return r.longProblem()
	}
	return nil
}

func (r *Reader) longProblem() *RowError {
	return &RowError{Code: CodeRowTooLong, Reason: fmt.Sprintf("The row is longer than %d characters.", r.limits.RowChars)}
}

func quoteProblem() *RowError {
	return &RowError{Code: CodeQuote, Reason: "A value begins with a quotation mark that is not closed properly."}
}

// done returns the row and moves on.
func (r *Reader) done(fields []string, size int, lines int64) Record {
	r.fields = len(fields)
	record := Record{Line: r.at.Line + 1, Fields: fields}
	r.at.Rows++
	r.endRow(size, max(lines, 1))
	record.End = r.at
	return record
}

// fail returns a row that could not be split, and moves on.
func (r *Reader) fail(problem *RowError, size int, lines int64) Record {
	fields := r.fields
	record := r.done(nil, size, lines)
	r.fields = fields
	problem.Line = record.Line
	record.Err = problem
	return record
}

// tooLong skips a line that is longer than any row may be.
func (r *Reader) tooLong() (Record, error) {
	line := r.at.Line
	for {
		data := r.buf[r.start:]
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			r.advance(i + 1)
			break
		}
		r.advance(len(data))
		if r.err != nil {
			if !errors.Is(r.err, io.EOF) {
				return Record{}, fmt.Errorf("usercsv: reading the file at byte %d: %w", r.at.Offset, r.err)
			}
			break
		}
		r.more()
	}
	r.at.Rows++
	r.at.Line++
	problem := r.longProblem()
	problem.Line = line + 1
	return Record{Line: line + 1, End: r.at, Err: problem}, nil
}

func (r *Reader) endRow(size int, lines int64) {
	r.advance(size)
	r.at.Line += lines
}

func (r *Reader) advance(n int) {
	r.start += n
	r.at.Offset += int64(n)
}

// fill sees to it that n bytes are there, unless the file ends before.
func (r *Reader) fill(n int) error {
	for len(r.buf)-r.start < n && r.err == nil {
		r.more()
	}
	if r.err != nil && !errors.Is(r.err, io.EOF) {
		return fmt.Errorf("usercsv: reading the file at byte %d: %w", r.at.Offset, r.err)
	}
	return nil
}

// more reads once. It makes room by moving what is left to the front, and by
// growing when that is a whole buffer.
func (r *Reader) more() {
	if r.start > 0 {
		n := copy(r.buf, r.buf[r.start:])
		r.buf, r.start = r.buf[:n], 0
	}
	if len(r.buf) == cap(r.buf) {
		grown := make([]byte, len(r.buf), max(2*cap(r.buf), bufferSize))
		copy(grown, r.buf)
		r.buf = grown
	}
	n, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if err != nil {
		r.err = err
	}
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// trimEnd drops the line end.
func trimEnd(row []byte) []byte {
	row = bytes.TrimSuffix(row, []byte{'\n'})
	return bytes.TrimSuffix(row, []byte{'\r'})
}
