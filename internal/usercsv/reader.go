package usercsv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/usercsv/dialect"
)

// Reader splits a file into rows. It can begin at any [Record.End] of an earlier reading.
// It then returns exactly the rows that the earlier one would have returned, because the
// end of a row does not depend on anything before the row. Its memory is bounded by the
// longest allowed row.
type Reader struct {
	in     buffer
	limits Limits
	at     Position // of in.rest()
	fields int      // of the last row: the next one probably has as many
	cuts   []cut    // of the row that scan found, if it has quotation marks
	marked bool     // the file begins with a byte order mark

	format  *Format          // nil if rows are split as in Cognito's form
	dialect *dialect.Dialect // nil for Cognito's, for which this package has its own code
	pieces  []dialect.Cut    // like cuts, in a dialect
}

// NewReader returns a reader for src. The first byte of src is the file's byte at
// at.Offset.
func NewReader(src io.Reader, at Position, limits Limits) *Reader {
	return &Reader{in: buffer{src: tailless{src: src}}, at: at, limits: limits.withDefaults()}
}

// Position returns the place after the last row that was read.
func (r *Reader) Position() Position { return r.at }

// Header reads the first row and skips a byte order mark. The reader must be at the
// beginning of the file. It returns a *FileError if there is no row or the row cannot be
// split. Any other error comes from reading the file.
func (r *Reader) Header() ([]string, error) {
	record, err := r.headerRow()
	return record.Fields, err
}

// headerRow is Header with the whole record.
func (r *Reader) headerRow() (Record, error) {
	r.skipBOM()
	if err := r.skipBefore(); err != nil {
		return Record{}, err
	}
	r.in.fill(maxLineCell)
	r.limits.Lined = bytes.HasPrefix(r.in.rest(), []byte(ColumnLine+r.separator())) // otherwise the name would count towards the header's length
	record, err := r.next(false)
	switch {
	case errors.Is(err, io.EOF):
		return Record{}, &FileError{Code: CodeFileEmpty, Reason: "The CSV file is empty: it has no header."}
	case err != nil:
		return Record{}, err
	case record.Err != nil:
		return Record{}, &FileError{Code: CodeFileHeaderUnusable, Reason: "The CSV file's header cannot be read: " + record.Err.Reason}
	case strings.ContainsRune(strings.Join(record.Fields, ""), '\r'):
		return Record{}, &FileError{Code: CodeFileHeaderUnusable, Reason: "The CSV file's lines end with CR alone. Save it with LF or CR LF as line ends."}
	}
	r.at.Rows = 0
	record.Fields = r.format.named(record.Fields)
	r.limits = r.limits.For(record.Fields)
	return record, nil
}

func (r *Reader) skipBOM() {
	r.in.fill(len(byteOrderMark))
	if r.marked = bytes.HasPrefix(r.in.rest(), []byte(byteOrderMark)); r.marked {
		r.advance(span{size: len(byteOrderMark)})
	}
}

// Next returns the next row, and io.EOF after the last one. A row that cannot be split is
// returned with Err set, and reading continues after it. Any other error comes from
// reading the file and is final.
func (r *Reader) Next() (Record, error) { return r.next(r.format != nil) }

// next is Next. With shape, the values are assigned to the columns of the header.
func (r *Reader) next(shape bool) (Record, error) {
	s, err := r.scan()
	if err != nil {
		return Record{}, err
	}
	record := Record{Line: r.at.Line + 1, Offset: r.at.Offset, Text: r.text(s), Err: s.problem}
	if s.problem != nil {
		s.problem.Line = record.Line
	} else {
		record.Fields = r.split(s, record.Text)
		if shape {
			record.Fields = r.shape(s, record.Text, record.Fields)
			if r.keptTooLong(record.Fields) {
				record.Fields, record.Err = nil, r.longProblem()
				record.Err.Line = record.Line
			}
		}
	}
	if err := r.pass(s); err != nil {
		return Record{}, err
	}
	record.End = r.at
	return record, nil
}

// span is a row at the beginning of the buffer.
type span struct {
	size    int       // in bytes, with the line end
	lines   int64     // physical lines
	quoted  bool      // there are quotation marks or escapes: the reader's cuts have the values
	wide    bool      // there are valid characters beyond ASCII
	endless bool      // the line is longer than any row may be; only its beginning was read
	problem *RowError // why the row cannot be split, or nil
}

// scan finds the next row and skips the blank lines before it. Only scan decides what a
// row is; reading and counting rows both use it.
func (r *Reader) scan() (span, error) {
	for {
		length, size, found := r.in.line(r.rowBytes())
		switch {
		case !found:
			if err := r.in.failure(r.at.Offset); err != nil {
				return span{}, err
			}
			r.at.Offset += r.in.takeTail()
			return span{}, io.EOF
		case length < 0:
			return span{lines: 1, endless: true, problem: r.longProblem()}, nil
		}
		line := r.in.rest()[:length]
		is, err := !blank(line), error(nil)
		if r.dialect != nil && r.dialect.Style == dialect.Text && endsText(line) {
			is, err = r.followed(size)
		}
		if err != nil {
			return span{}, err
		}
		if is {
			return r.row(r.in.rest()[:length], size)
		}
		r.advance(span{size: size, lines: 1})
	}
}

// rowBytes returns the most bytes that the next row may take.
func (r *Reader) rowBytes() int {
	if r.limits.Lined {
		r.in.fill(maxLineCell)
	}
	return r.limits.rowBytes(r.in.rest())
}

// blank reports whether a line is no row. It has only white space, and perhaps the bytes
// that files end with.
func blank(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] < ' ' && len(bytes.Trim(line, tailBytes+" \t\r")) == 0
}

// row examines the row that begins with the line.
func (r *Reader) row(line []byte, size int) (span, error) {
	s := span{size: size, lines: 1}
	if r.in.escapes != nil {
		s.lines = linesOf(r.in.rest()[:size])
		if dialect.OpenEscape(trimEnd(line)) { // the file ends with it
			s.problem = escapeProblem()
			return s, nil
		}
	}
	if r.dialect == nil && bytes.IndexByte(line, '"') < 0 || r.dialect != nil && !r.dialect.Special(line) {
		s.wide, s.problem = r.checkText(line)
		return s, nil
	}
	s.quoted = true
	_, err := r.cut(line, true)
	if errors.Is(err, errOpen) {
		return r.severalLines(s)
	}
	if err != nil {
		s.problem = quoteProblem(err)
	} else {
		s.wide, s.problem = r.checkText(line)
	}
	return s, nil
}

// severalLines examines a row whose first line leaves a quotation mark open. If the row
// is not complete within the limits, only its first line fails: the mark may be a stray
// one and must not swallow the following rows.
func (r *Reader) severalLines(first span) (span, error) {
	most := r.rowBytes()
	r.in.fill(most + 1)
	data := r.in.rest()
	looked := r.within(data[:min(len(data), most)])
	whole := r.in.ended() && len(looked) == len(data)
	size, err := r.cut(looked, whole)
	if errors.Is(err, errOpen) && len(looked) == len(data) {
		if err := r.in.failure(r.at.Offset); err != nil {
			return span{}, err // more of the file could close the mark
		}
	}
	if err == nil && r.limits.exceeded(trimEnd(data[:size])) {
		err = errOpen
	}
	if err != nil {
		first.problem = quoteProblem(err)
		return first, nil
	}
	row := data[:size]
	found := span{size: size, lines: linesOf(row), quoted: true}
	found.wide, found.problem = r.checkText(row)
	return found, nil
}

// linesOf returns how many physical lines a row takes.
func linesOf(row []byte) int64 {
	lines := int64(bytes.Count(row, []byte{'\n'}))
	if row[len(row)-1] != '\n' {
		lines++
	}
	return lines
}

// text returns a row without its line end. For an endless row, which is not read
// completely, it returns one byte more than a row may have. So the text is too long
// wherever it is written.
func (r *Reader) text(s span) string {
	if s.endless {
		row := r.in.rest()
		return string(row[:min(len(row), r.limits.rowBytes(row)+1)])
	}
	return string(trimEnd(r.in.rest()[:s.size]))
}

// split returns the values of a valid row. They share the bytes of text.
func (r *Reader) split(s span, text string) []string {
	if r.dialect != nil {
		return r.splitBy(s, text)
	}
	if s.quoted {
		return splitCuts(text, r.cuts)
	}
	fields := splitPlain(text, r.fields)
	r.fields = len(fields)
	return fields
}

// pass skips a row.
func (r *Reader) pass(s span) error {
	if s.endless {
		size, feeds := r.in.skipLine()
		if err := r.in.failure(r.at.Offset + size); err != nil {
			return err
		}
		r.at.Offset += size
		r.at.Line += feeds
	}
	r.at.Rows++
	r.advance(s)
	if !r.in.atLineEnd() {
		r.at.Offset += r.in.takeTail()
	}
	return nil
}

func (r *Reader) advance(s span) {
	r.in.start += s.size
	r.at.Offset += int64(s.size)
	r.at.Line += s.lines
}

// checkText checks that a row is UTF-8 and not too long. It reports whether the row has
// characters beyond ASCII.
func (r *Reader) checkText(row []byte) (wide bool, problem *RowError) {
	if wide = !isASCII(row); wide && !utf8.Valid(row) {
		return false, &RowError{Code: CodeEncoding, Reason: "The row is not valid UTF-8."}
	}
	if r.limits.exceeded(trimEnd(row)) {
		return wide, r.longProblem()
	}
	return wide, nil
}

// isASCII checks eight bytes at a time; the last eight may overlap. The slice with a
// capped capacity, and > in place of >=, remove bounds checks.
func isASCII(text []byte) bool {
	const high = 0x8080808080808080
	if len(text) < 8 {
		return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
	}
	text = text[:len(text):len(text)]
	last := word(text[len(text)-8:])
	for len(text) > 32 {
		if (word(text)|word(text[8:])|word(text[16:])|word(text[24:]))&high != 0 {
			return false
		}
		text = text[32:]
	}
	for len(text) > 8 {
		last |= word(text)
		text = text[8:]
	}
	return last&high == 0
}

func word(text []byte) uint64 { return binary.LittleEndian.Uint64(text) }

func (r *Reader) longProblem() *RowError {
	return &RowError{Code: CodeRowTooLong, Reason: fmt.Sprintf("The row is longer than %d characters.", r.limits.RowChars)}
}

func quoteProblem(err error) *RowError {
	if errors.Is(err, errStray) {
		return &RowError{Code: CodeStrayQuote, Reason: "Text follows the closing quotation mark of a value."}
	}
	return &RowError{Code: CodeQuote, Reason: "A value begins with a quotation mark that is not closed."}
}

// trimEnd removes the line end.
func trimEnd(row []byte) []byte {
	if n := len(row); n > 0 && row[n-1] == '\n' {
		row = row[:n-1]
	}
	if n := len(row); n > 0 && row[n-1] == '\r' {
		row = row[:n-1]
	}
	return row
}
