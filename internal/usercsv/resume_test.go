package usercsv

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// sources are readers that return the same text in different pieces.
func sources(text string) map[string]io.Reader {
	return map[string]io.Reader{
		"at once":         strings.NewReader(text),
		"byte by byte":    iotest.OneByteReader(strings.NewReader(text)),
		"by halves":       iotest.HalfReader(strings.NewReader(text)),
		"with EOF at end": iotest.DataErrReader(strings.NewReader(text)),
	}
}

// checkPositions checks the positions of records. A record's end counts the rows and
// lines before it. The last one is followed by blanks only. A record's text lies at its
// offset, on its line.
func checkPositions(t *testing.T, file string, rows []Record) {
	t.Helper()
	for i, r := range rows {
		if at := file[r.Offset:r.End.Offset]; !strings.HasPrefix(at, r.Text) || r.Err == nil && strings.Trim(at[len(r.Text):], "\r\n"+tailBytes) != "" {
			t.Errorf("row %d has the text %q, but at its offset there is %q", i+1, r.Text, at)
		}
		if line := int64(strings.Count(file[:r.Offset], "\n")) + 1; r.Line != line {
			t.Errorf("row %d is said to be on line %d, but its offset is on line %d", i+1, r.Line, line)
		}
		if i > 0 && r.Offset < rows[i-1].End.Offset {
			t.Errorf("row %d begins at byte %d, before row %d ends at byte %d", i+1, r.Offset, i, rows[i-1].End.Offset)
		}
		if r.End.Rows != int64(i+1) {
			t.Errorf("row %d ends after %d rows", i+1, r.End.Rows)
		}
		breaks := int64(strings.Count(file[:r.End.Offset], "\n"))
		if last := r.End.Offset == int64(len(file)) && !strings.HasSuffix(file, "\n"); last {
			breaks++
		}
		if r.End.Line != breaks {
			t.Errorf("row %d ends on line %d, but %d lines end before byte %d", i+1, r.End.Line, breaks, r.End.Offset)
		}
	}
}

// checkResume demands that reading from each position returns the rows of one continuous
// reading, and that the survey counts the same rows.
func checkResume(t *testing.T, file []byte, limits Limits) {
	t.Helper()
	r := NewReader(bytes.NewReader(file), Position{}, limits)
	_, headerErr := r.Header()
	begin := r.Position()
	if headerErr != nil {
		if _, _, err := surveySource(bytes.NewReader(file), limits, Import{}); fileCode(t, err) == "" {
			t.Fatalf("the survey says %v of a file with the header error %v", err, headerErr)
		}
		return
	}
	rows, err := readAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.Position().Offset != int64(len(file)) {
		t.Fatalf("reading ended at byte %d of %d", r.Position().Offset, len(file))
	}
	checkSurvey(t, file, limits, int64(len(rows)))
	for i := -1; i < len(rows); i++ {
		at := begin
		if i >= 0 {
			at = rows[i].End
		}
		again, err := readAll(NewReader(bytes.NewReader(file[at.Offset:]), at, limits))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(again, rows[i+1:], sameRecord) {
			t.Fatalf("from %+v: got %s, want %s", at, show(again), show(rows[i+1:]))
		}
	}
}

// sameRecord compares all fields of two records.
func sameRecord(a, b Record) bool {
	return a.Offset == b.Offset && a.Text == b.Text && a.End == b.End && sameRow(a.row(), b.row())
}

// surveyRows counts the rows as a survey does, for any header.
func surveyRows(src io.Reader, limits Limits) (int64, error) {
	r := NewReader(src, Position{}, limits)
	header, err := r.Header()
	if err == nil {
		var problems []*FileError
		if problems, err = r.survey(newWatch(header, Import{Algorithm: "some"})); err == nil {
			err = fileError(problems)
		}
	}
	return r.at.Rows, err
}

func checkSurvey(t *testing.T, file []byte, limits Limits, rows int64) {
	t.Helper()
	counted, err := surveyRows(bytes.NewReader(file), limits)
	if err != nil {
		problem, ok := errors.AsType[*FileError](err)
		counted = 0
		if !ok || problem.Code == CodeFileTooManyRows && rows <= limits.withDefaults().Rows {
			t.Fatalf("the survey of %d rows says %v", rows, err)
		}
		if problem.Code == CodeFileTooManyRows {
			return
		}
	}
	if counted != rows {
		t.Fatalf("the survey counts %d rows, the reader %d", counted, rows)
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"", "h", "h\na,b\n", "\xef\xbb\xbfh\r\n\"a\nb\",c\r\n", "h\n\"a\n\"b\",c\n", "h\n" + `a\,b\\,"c""d",` + "\n",
		"h\na\n\x1a\r\n\x00", "h\na" + strings.Repeat("\x00", 90), "h\n" + strings.Repeat("\x00", 90) + "b\n\"a\"\x1a", "h\n\"a\n\n\nb\"", "h\n" + strings.Repeat("x", 90) + "\ny", "h\n \"a\" ,\xff\n,\n", "h\n\"\"\n\"\"\"\n\"",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, file []byte, piece uint8) {
		if len(file) > 2000 {
			return // the check takes quadratic time
		}
		limits := Limits{RowChars: 16, Rows: 50}
		checkResume(t, file, limits)
		whole, err := readAll(NewReader(bytes.NewReader(file), Position{}, limits))
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := readAll(NewReader(&inPieces{file, int(piece%16) + 1}, Position{}, limits))
		if err != nil || !slices.EqualFunc(whole, pieces, sameRecord) {
			t.Fatalf("at once %s, in pieces %s, %v", show(whole), show(pieces), err)
		}
		checkPositions(t, string(file), whole)
		tailed, err := readAll(NewReader(&inPieces{slices.Concat(file, bytes.Repeat([]byte{0x1a}, int(piece)), make([]byte, piece)), 7}, Position{}, limits))
		if err != nil || !slices.EqualFunc(whole, tailed, func(a, b Record) bool { return sameRow(a.row(), b.row()) }) {
			t.Fatalf("with a tail %s, without %s, %v", show(tailed), show(whole), err)
		}
		for _, r := range whole {
			if (r.Err == nil) == (r.Fields == nil) || r.Err != nil && r.Err.Line != r.Line {
				t.Fatalf("row %+v has neither fields nor an error of its line", r)
			}
		}
	})
}

// inPieces returns its text a few bytes at a time.
type inPieces struct {
	text []byte
	size int
}

func (p *inPieces) Read(to []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := copy(to, p.text[:min(p.size, len(p.text))])
	p.text = p.text[n:]
	return n, nil
}
