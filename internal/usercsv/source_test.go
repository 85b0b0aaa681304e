package usercsv

import (
	"bytes"
	"io"
	"testing/iotest"
)

// opener opens what a source has, as often as it is asked to, with the error at its end.
func opener(src io.Reader) Open {
	text, err := io.ReadAll(src)
	return func() (io.ReadCloser, error) {
		if err != nil {
			return io.NopCloser(io.MultiReader(bytes.NewReader(text), iotest.ErrReader(err))), nil
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}
}

// surveySource is Survey of what a source has.
func surveySource(src io.Reader, limits Limits, want Import) (rows int64, header []string, err error) {
	s, err := Survey(opener(src), limits, want)
	if err != nil {
		return 0, nil, err
	}
	return s.Rows, s.Header, nil
}
