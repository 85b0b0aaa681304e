package usercsv

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/usercsv/dialect"
)

// separator returns the character between values.
func (r *Reader) separator() string {
	if r.dialect == nil {
		return ","
	}
	return string(r.dialect.Separator)
}

// skipBefore skips the lines before the header.
func (r *Reader) skipBefore() error {
	if r.format == nil {
		return nil
	}
	for range r.format.Before {
		r.in.fill(1)
		if len(r.in.rest()) == 0 {
			return r.in.failure(r.at.Offset) // then there is no header
		}
		size := r.in.skipFeed()
		r.at.Offset += size
		r.at.Line++
	}
	return r.in.failure(r.at.Offset)
}

// cut cuts the first row of data. The cuts are stored in the reader.
func (r *Reader) cut(data []byte, whole bool) (size int, err error) {
	if r.dialect == nil {
		r.cuts, size, err = cutRow(data, whole, r.cuts[:0])
		return size, err
	}
	r.pieces, size, err = r.dialect.CutRow(data, whole, r.pieces[:0])
	return size, err
}

// within returns the part of data that its first row may take.
func (r *Reader) within(data []byte) []byte {
	if r.dialect == nil {
		return data
	}
	return r.dialect.Within(data)
}

// splitBy returns the values of a row in a dialect, as they are written.
func (r *Reader) splitBy(s span, text string) []string {
	if s.quoted {
		fields := make([]string, len(r.pieces))
		for i, c := range r.pieces {
			fields[i] = r.dialect.Value(text, clamp(c, text))
		}
		return fields
	}
	fields := make([]string, 0, max(r.fields, 8))
	for {
		i := strings.IndexByte(text, r.dialect.Separator)
		if i < 0 {
			break
		}
		fields = append(fields, strings.TrimSpace(text[:i]))
		text = text[i+1:]
	}
	fields = append(fields, strings.TrimSpace(text))
	r.fields = len(fields)
	return fields
}

// clamp returns a cut for a row without its line end. The last cut may reach into that
// line end.
func clamp(c dialect.Cut, row string) dialect.Cut {
	c.From, c.To = min(c.From, len(row)), min(c.To, len(row))
	return c
}

// shape assigns the values of a row to the columns of the header.
func (r *Reader) shape(s span, text string, fields []string) []string {
	f := r.format
	ended := fields[len(fields)-1] == ""
	first := 0
	if f.Numbered {
		first = 1
	}
	for i, word := range f.Nulls {
		if i += first; word != "" && i < len(fields) && r.bare(s, text, fields, i, word) {
			fields[i] = ""
		}
	}
	if f.Numbered && len(fields) > 1 {
		fields = fields[1:]
	}
	columns := r.columns()
	if f.Long && ended && len(fields) == columns+1 {
		fields = fields[:columns]
	}
	if f.Short && !ended && len(fields) < columns { // such a program would also omit an empty last value
		fields = append(fields, make([]string, columns-len(fields))...)
	}
	return fields
}

// keptTooLong reports whether a row with these values would have too many characters in
// the form of [FormatRow]. Such a row could be neither kept nor tried again. The limit of
// a row does not depend on how its file is written.
func (r *Reader) keptTooLong(fields []string) bool {
	if r.limits.Lined {
		fields = fields[1:] // the line number is not counted
	}
	size := 3 * len(fields)
	for _, value := range fields {
		size += 2 * len(value)
	}
	if size <= r.limits.RowChars { // it fits even if every character is an ASCII quotation mark
		return false
	}
	chars := 3*len(fields) - 1
	for _, value := range fields {
		chars += utf8.RuneCountInString(value) + strings.Count(value, `"`)
	}
	return chars > r.limits.RowChars
}

// columns returns the number of columns in the header, 0 if it is unknown.
func (r *Reader) columns() int {
	return max(r.limits.columns, len(r.format.Columns), len(r.format.Nulls))
}

// bare reports whether value i is the word. The value must be unquoted, unless the format has
// QuotedNulls.
func (r *Reader) bare(s span, text string, fields []string, i int, word string) bool {
	switch {
	case !s.quoted || r.format.QuotedNulls:
		return fields[i] == word
	case r.dialect != nil:
		return clamp(r.pieces[i], text).Bare(text, word)
	}
	return !r.cuts[i].quoted && fields[i] == word
}

// endsText reports whether a line is the end mark of PostgreSQL's text format.
func endsText(line []byte) bool { return string(bytes.TrimSuffix(line, []byte{'\r'})) == `\.` }

// followed reports whether something follows the next line, which has size bytes.
func (r *Reader) followed(size int) (bool, error) {
	most := r.limits.RowChars
	r.in.fill(size + most + 1)
	after := r.in.rest()[size:]
	if !blank(after) || len(after) > most {
		return true, nil
	}
	return false, r.in.failure(r.at.Offset)
}

// escapeProblem is the problem of a row that ends with a backslash.
func escapeProblem() *RowError {
	return &RowError{Code: CodeQuote, Flaw: FlawEscapeOpen, Reason: "The row ends with a backslash that nothing follows."}
}
