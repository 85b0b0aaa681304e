package usercsv

import (
	"bytes"
	"io"
	"testing/iotest"
)

// opener opens the contents of a source as often as required, with the source's error at
// the end.
func opener(src io.Reader) Open {
	text, err := io.ReadAll(src)
	return func() (io.ReadCloser, error) {
		if err != nil {
			return io.NopCloser(io.MultiReader(bytes.NewReader(text), iotest.ErrReader(err))), nil
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}
}

// surveySource is Survey for the contents of a source.
func surveySource(src io.Reader, limits Limits, want Import) (rows int64, header []string, err error) {
	s, err := Survey(opener(src), limits, want)
	if err != nil {
		return 0, nil, err
	}
	return s.Rows, s.Header, nil
}
