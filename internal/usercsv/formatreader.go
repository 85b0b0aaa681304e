package usercsv

import (
	"io"

	"poolhouse/internal/usercsv/dialect"
)

// NewReader returns a reader of a file's text in this format, as [NewReader] does of a
// file in Cognito's own. src has the text from the offset at.Offset on. A reader that does
// not begin with the header has to know it from the limits ([Limits.For]).
//
// The fields of its records are those of the header's columns: words for no value are "",
// rows that end early are filled up, and the number of a row and a further empty value are
// left out. A row that has not the columns which the format says has its values as they
// are: it has too few or too many.
//
// Where the dialect escapes with backslashes, one before a line end lets the row go on in
// the next line, also outside of quotation marks. In PostgreSQL's text format, a last line
// of \. alone is no row.
func (f *Format) NewReader(src io.Reader, at Position, limits Limits) *Reader {
	r := NewReader(src, at, limits)
	if f.IsCognito() {
		return r
	}
	r.format = f
	if d := f.Dialect; d != (dialect.Dialect{}) && d != dialect.Default {
		r.dialect = &d
		r.limits.separator = d.Separator
		if d.Escapes() {
			r.in.escapes = &d
		}
	}
	return r
}

// ReadAs returns the names of the columns of a file with this header, as they are read.
func (f *Format) ReadAs(header []string) []string {
	if f == nil || f.Columns == nil {
		return header
	}
	return f.Columns
}

// Inherited is the format of files in Cognito's form that are made of the rows of a file
// in this one: it has what is to be known of their values.
func (f *Format) Inherited() *Format {
	if f == nil || f.Birthdates == "" && len(f.Booleans) == 0 {
		return nil
	}
	return &Format{Birthdates: f.Birthdates, Booleans: f.Booleans}
}

// named returns the names of a header without the empty one of the rows' numbers.
func (f *Format) named(header []string) []string {
	if f != nil && f.Numbered && len(header) > 1 && header[0] == "" {
		return header[1:]
	}
	return header
}
