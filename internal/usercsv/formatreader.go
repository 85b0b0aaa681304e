package usercsv

import (
	"io"

	"poolhouse/internal/usercsv/dialect"
)

// NewReader returns a reader for a file's text in this format; see [NewReader] for
// Cognito's own form. src has the text from at.Offset on. A reader that does not begin
// with the header gets its columns from the limits ([Limits.For]).
//
// The fields of its records are those of the header's columns. Words for "no value"
// become "", and missing empty values at the end of a row are added. A row's number and a
// superfluous empty value are removed. A row that does not fit the format keeps its
// values, so it has too few or too many.
//
// In dialects with backslash escapes, a backslash before a line end continues the row on
// the next line, also in unquoted values. In PostgreSQL's text format, a last line \. is
// no row.
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

// ReadAs returns how the columns of a file with this header are read.
func (f *Format) ReadAs(header []string) []string {
	if f == nil || f.Columns == nil {
		return header
	}
	return f.Columns
}

// Inherited returns the format of files in Cognito's form that are made of this file's
// rows. It has what is known about their values.
func (f *Format) Inherited() *Format {
	if f == nil || f.Birthdates == "" && len(f.Booleans) == 0 {
		return nil
	}
	return &Format{Birthdates: f.Birthdates, Booleans: f.Booleans}
}

// named returns the names of a header without the empty name of the row numbers.
func (f *Format) named(header []string) []string {
	if f != nil && f.Numbered && len(header) > 1 && header[0] == "" {
		return header[1:]
	}
	return header
}
