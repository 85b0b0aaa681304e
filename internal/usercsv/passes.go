package usercsv

import (
	"errors"
	"io"
)

// Passes reports whether a reading of the file from its beginning comes by
// the place at: whether that is the end of a row, of that line and of so many
// rows. Only from such a place can a [Reader] go on.
func Passes(src io.Reader, at Position, limits Limits) (bool, error) {
	return (*Format)(nil).Passes(src, at, limits)
}

// Passes is [Passes] for the text of a file in this format.
func (f *Format) Passes(src io.Reader, at Position, limits Limits) (bool, error) {
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
