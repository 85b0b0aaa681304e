package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestReadErrors makes the source fail at every byte. No error may be taken for the end
// of the file, not even one that wraps io.EOF. The rows before it must be right.
func TestReadErrors(t *testing.T) {
	file := "cognito:username,i\na,b\n\"c\nd\",e\n" + strings.Repeat("x", 200) + "\n\"f\n\ng,h\ni" + strings.Repeat("\x00", 200)
	whole := NewReader(strings.NewReader(file), Position{}, Limits{RowChars: 20})
	header, _ := whole.Header()
	want, err := readAll(whole)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the disk is gone")
	for _, cause := range []error{broken, io.ErrUnexpectedEOF, fmt.Errorf("connection: %w", io.EOF)} {
		for n := range len(file) {
			src := io.MultiReader(strings.NewReader(file[:n]), iotest.ErrReader(cause))
			r := NewReader(src, Position{}, Limits{RowChars: 20})
			got, err := r.Header()
			var rows []Record
			if err == nil {
				if !slices.Equal(got, header) {
					t.Fatalf("broken at %d: header %q", n, got)
				}
				rows, err = readAll(r)
			}
			checkBroken(t, n, err, cause)
			if !slices.EqualFunc(rows, want[:len(rows)], func(a, b Record) bool { return a.End == b.End && sameRow(a.row(), b.row()) }) {
				t.Fatalf("broken at %d: rows %s", n, show(rows))
			}
			_, _, err = surveySource(io.MultiReader(strings.NewReader(file[:n]), iotest.ErrReader(cause)), Limits{RowChars: 20}, Import{})
			checkBroken(t, n, err, cause)
			if _, err := r.Next(); err == nil || errors.Is(err, io.EOF) {
				t.Fatalf("broken at %d: the next read says %v", n, err)
			}
		}
	}
}

func checkBroken(t *testing.T, n int, err, cause error) {
	t.Helper()
	if err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), cause.Error()) {
		t.Fatalf("broken at %d: got %v, want %v", n, err, cause)
	}
	if !errors.Is(cause, io.EOF) && !errors.Is(err, cause) {
		t.Fatalf("broken at %d: %v does not wrap %v", n, err, cause)
	}
	if _, ok := errors.AsType[*FileError](err); ok {
		t.Fatalf("broken at %d: %v is taken for an error of the file", n, err)
	}
}

// silent returns neither bytes nor an error.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestSilentSource(t *testing.T) {
	if _, err := NewReader(silent{}, Position{}, Limits{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v", err)
	}
}

// endless returns the same byte forever, up to a limit that no buffer may reach.
type endless struct {
	of   byte
	left int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range n {
		p[i] = e.of
	}
	e.left -= n
	return n, nil
}

func TestEndlessRowIsNotKept(t *testing.T) {
	r := NewReader(io.MultiReader(&endless{'x', 64 << 20}, strings.NewReader("\na\n")), Position{}, Limits{})
	rows, err := readAll(r)
	if err != nil || len(rows) != 2 || rows[0].Err == nil || !slices.Equal(rows[1].Fields, f("a")) || rows[1].Line != 2 {
		t.Fatalf("got %s, %v", show(rows), err)
	}
	if n := cap(r.in.data); n > 4*bufferSize {
		t.Errorf("the buffer has %d bytes", n)
	}
}

func TestEndlessTailIsNotKept(t *testing.T) {
	r := NewReader(io.MultiReader(strings.NewReader("a\nb"), &endless{0, 64 << 20}), Position{}, Limits{})
	rows, err := readAll(r)
	if err != nil || len(rows) != 2 || rows[1].Err != nil || !slices.Equal(rows[1].Fields, f("b")) {
		t.Fatalf("got %s, %v", show(rows), err)
	}
	if n := cap(r.in.data); n > 4*bufferSize {
		t.Errorf("the buffer has %d bytes", n)
	}
	if at := r.Position().Offset; at != 64<<20+3 {
		t.Errorf("the end is at byte %d", at)
	}
}
