package usercsv

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestPasses asks for the end of each row, and for places next to it.
func TestPasses(t *testing.T) {
	const file = "a,b\n1,2\n\n\"x\ny\",3\r\n4,5\n6,7"
	ends := map[Position]bool{{}: false}
	r := NewReader(strings.NewReader(file), Position{}, Limits{})
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	ends[r.Position()] = true
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		ends[record.End] = true
	}
	if len(ends) != 6 {
		t.Fatalf("the ends are %v", ends)
	}
	for end, want := range ends {
		for _, change := range []Position{{}, {Offset: 1}, {Offset: -1}, {Line: 1}, {Rows: -1}, {Offset: 1000}} {
			at := Position{end.Offset + change.Offset, end.Line + change.Line, end.Rows + change.Rows}
			got, err := Reaches(strings.NewReader(file), at, Limits{})
			if err != nil || got != (want && change == Position{}) {
				t.Errorf("%+v: %t, %v", at, got, err)
			}
		}
	}
	broken := errors.New("broken")
	if _, err := Reaches(io.MultiReader(strings.NewReader("a\n1\n"), iotest.ErrReader(broken)), Position{Offset: 9}, Limits{}); !errors.Is(err, broken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}
