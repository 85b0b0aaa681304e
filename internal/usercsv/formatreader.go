package usercsv

import "io"

// NewReader returns a reader of a file's text in this format, as [NewReader] does of a
// file in Cognito's own. src has the text from the offset at.Offset on.
func (f *Format) NewReader(src io.Reader, at Position, limits Limits) *Reader {
	r := NewReader(src, at, limits)
	r.format = f
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
