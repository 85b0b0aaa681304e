package usercsv

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
)

// flaky is a file whose reading fails once after some bytes, and would then continue.
type flaky struct {
	data   []byte
	after  int
	failed bool
}

var errFlaky = errors.New("the connection was lost")

func (f *flaky) Read(p []byte) (int, error) {
	switch {
	case f.after == 0 && !f.failed:
		f.failed = true
		return 0, errFlaky
	case len(f.data) == 0:
		return 0, io.EOF
	case !f.failed:
		p = p[:min(len(p), f.after)]
	}
	n := copy(p, f.data)
	f.data = f.data[n:]
	if !f.failed {
		f.after -= n
	}
	return n, nil
}

// TestBrokenSurvey: a read error ends a survey with that error, and nothing is concluded
// about the file.
func TestBrokenSurvey(t *testing.T) {
	const text = "cognito:username;email;email_verified\na;a@example.com;true\n"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, text)
	w.Close()
	for name, file := range map[string][]byte{"plain": []byte(text), "gzip": packed.Bytes(), "CR": bytes.ReplaceAll([]byte(text), []byte{'\n'}, []byte{'\r'})} {
		for after := range file {
			open := func() (io.ReadCloser, error) { return io.NopCloser(&flaky{data: file, after: after}), nil }
			if seen, err := Survey(open, Limits{}, Import{Pool: testPool(t)}); !errors.Is(err, errFlaky) {
				t.Fatalf("%s, broken after %d bytes: %+v, %v", name, after, seen, err)
			}
		}
	}
}
