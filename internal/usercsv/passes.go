package usercsv

import (
	"errors"
	"io"
)

// Reaches reports whether a reading of the file from its beginning reaches the place at:
// the end of a row, with that line and that number of rows. A [Reader] can only continue
// from such a place.
func Reaches(src io.Reader, at Position, limits Limits) (bool, error) {
	return (*Format)(nil).Reaches(src, at, limits)
}

// Reaches is the function [Reaches] for the text of a file in this format.
func (f *Format) Reaches(src io.Reader, at Position, limits Limits) (bool, error) {
	r := f.NewReader(src, Position{}, limits)
	if _, err := r.Header(); err != nil {
		return false, err
	}
	for r.at.Offset < at.Offset {
		s, err := r.scan()
		if err == nil {
			err = r.pass(s)
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return r.at == at, nil
}
