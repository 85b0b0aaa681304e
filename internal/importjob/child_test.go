package importjob_test

import (
	"errors"
	"io"
	"iter"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// keptRows returns the rows of a file as a job keeps them.
func keptRows(t *testing.T, file string, limits usercsv.Limits) (header string, rows []importjob.KeptRow) {
	t.Helper()
	r := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, limits)
	columns, err := r.Header()
	for err == nil {
		var record usercsv.Record
		if record, err = r.Next(); err == nil {
			rows = append(rows, importjob.KeptRow{Line: record.Line, Number: record.End.Rows, Text: record.Text})
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return usercsv.FormatRow(columns), rows
}

func seqOf(rows []importjob.KeptRow) iter.Seq2[importjob.KeptRow, error] {
	return func(yield func(importjob.KeptRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func child(t *testing.T, header string, limits usercsv.Limits, rows []importjob.KeptRow, rewrite importjob.Rewrite) string {
	t.Helper()
	var file strings.Builder
	if err := importjob.WriteChild(&file, header, limits, seqOf(rows), rewrite); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// TestWriteChild: the rows of a child's file, and of the file of a child's child, begin with
// their line.
func TestWriteChild(t *testing.T) {
	limits := usercsv.Limits{RowChars: 100}
	header, rows := keptRows(t, "name,email\n\na, \"b\n\"\"c\"\r\nd\r\r\n e,\"f\n", limits)
	file := child(t, header, limits, rows, nil)
	if want := "poolhouse:line,\"name\",\"email\"\n3,a, \"b\n\"\"c\"\n5,d\r\r\n6, e,\"f\n"; file != want {
		t.Fatalf("%q, want %q", file, want)
	}
	header, rows = keptRows(t, file, limits)
	if again := child(t, header, limits, rows[1:], nil); again != "\"poolhouse:line\",\"name\",\"email\"\n5,d\r\r\n6, e,\"f\n" {
		t.Fatalf("%q", again)
	}
}

// TestWriteChildCorrected: corrected rows replace the original ones.
func TestWriteChildCorrected(t *testing.T) {
	limits := usercsv.Limits{RowChars: 100}
	header, rows := keptRows(t, "name,email\na,b\nc,d\ne,f\n", limits)
	file := child(t, header, limits, rows, func(r importjob.KeptRow) ([]string, string, bool) {
		switch r.Line {
		case 2:
			return []string{`x"y`, ""}, "", true
		case 3:
			return nil, "z,1", true
		}
		return nil, "", false
	})
	if want := "poolhouse:line,\"name\",\"email\"\n2,\"x\"\"y\",\"\"\n3,z,1\n4,e,f\n"; file != want {
		t.Fatalf("%q, want %q", file, want)
	}
	err := importjob.WriteChild(io.Discard, header, limits, seqOf(rows), func(importjob.KeptRow) ([]string, string, bool) { return nil, "a\nb", true })
	if err == nil || !strings.Contains(err.Error(), "line 2 is not one row") {
		t.Errorf("two rows in place of one: %v", err)
	}
	broken := errors.New("broken")
	err = importjob.WriteChild(io.Discard, header, limits, func(yield func(importjob.KeptRow, error) bool) { yield(importjob.KeptRow{}, broken) }, nil)
	if !errors.Is(err, broken) {
		t.Errorf("rows that cannot be read: %v", err)
	}
	if err := importjob.WriteChild(io.Discard, `"a`, limits, seqOf(rows), nil); err == nil {
		t.Error("a header that cannot be read is taken")
	}
}

// TestWriteChildKeepsRowsApart: whichever rows are left out, each of the others is the same
// row in the child's file. Only a row whose quotation mark others would close gets an end.
func TestWriteChildKeepsRowsApart(t *testing.T) {
	limits := usercsv.Limits{RowChars: 40}
	var file strings.Builder
	file.WriteString("name,email\n")
	for i := range 400 {
		file.WriteString([]string{"a,b", `"a,b`, `a,b"`, `"a","b"`, "\"a\nb\",c", `"a"x,b`, "a,\xff", strings.Repeat("ö", 30) + `,"`, strings.Repeat("x", 300), `a,""`}[(i*i+i/7)%10])
		file.WriteString([]string{"\n", "\r\n", "\n\n"}[i%3])
	}
	header, rows := keptRows(t, file.String(), limits)
	ended := 0
	for n := range 16 {
		var left []importjob.KeptRow
		for i, row := range rows {
			if n == 0 || (i*7+i/(n+1))%(n+1) == 0 {
				left = append(left, row)
			}
		}
		_, got := keptRows(t, child(t, header, limits, left, nil), limits)
		if len(got) != len(left) {
			t.Fatalf("%d rows are read as %d", len(left), len(got))
		}
		for i := range left {
			_, text, _ := strings.Cut(got[i].Text, ",")
			if strings.HasPrefix(text, left[i].Text+`" (`) {
				ended++
			} else if text != left[i].Text {
				t.Errorf("line %d is %q, was %q", left[i].Line, text, left[i].Text)
			}
		}
		if n == 0 && ended > 0 {
			t.Errorf("%d rows got an end although all rows follow them that followed before", ended)
		}
	}
	if ended == 0 {
		t.Error("no row got an end: the test tests nothing")
	}
}
