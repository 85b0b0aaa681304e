package usercsv

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/usercsv/dialect"
)

// checkFormat demands what a reader promises for a text in a format. The rows and the
// blanks between them are the whole text. Positions grow, and Passes accepts them.
// Reading from each position, and reading in pieces, gives the same rows. A survey counts
// as many. It returns the rows.
func checkFormat(t *testing.T, f *Format, text []byte, limits Limits, piece int) (header []string, rows []Record) {
	t.Helper()
	r := f.NewReader(bytes.NewReader(text), Position{}, limits)
	header, err := r.Header()
	if fileCode(t, err) != "" {
		return nil, nil
	}
	begin := r.Position()
	if rows, err = readAll(r); err != nil {
		t.Fatal(err)
	}
	if r.Position().Offset != int64(len(text)) {
		t.Fatalf("reading ended at byte %d of %d", r.Position().Offset, len(text))
	}
	checkPositions(t, string(text), rows)
	checkTiles(t, f, text, begin, rows)
	checkAgain(t, f, text, limits, piece, rows)
	limits = limits.For(header)
	for i := -1; i < len(rows); i++ {
		at := begin
		if i >= 0 {
			at = rows[i].End
		}
		resumed := f.NewReader(bytes.NewReader(text[at.Offset:]), at, limits)
		resumed.in.data = make([]byte, 0, len(text)+64) // a file's buffer is much larger
		again, err := readAll(resumed)
		if err != nil || !slices.EqualFunc(again, rows[i+1:], sameRecord) {
			t.Fatalf("from %+v: %s, %v, want %s", at, show(again), err, show(rows[i+1:]))
		}
	}
	for _, i := range []int{0, len(rows) / 2, len(rows) - 1} {
		if i < 0 || i >= len(rows) {
			continue
		}
		if is, err := f.Reaches(bytes.NewReader(text), rows[i].End, limits); err != nil || !is {
			t.Fatalf("a reading does not come by %+v: %v", rows[i].End, err)
		}
	}
	return header, rows
}

// checkTiles demands that there are only blank lines between rows. Inside a row there are
// its text and line ends, or the rest of a failed row.
func checkTiles(t *testing.T, f *Format, text []byte, begin Position, rows []Record) {
	t.Helper()
	at := begin.Offset
	between := func(end int64) {
		lines := strings.TrimRight(string(text[at:end]), "\r\n"+tailBytes)
		if f != nil && f.Dialect.Style == dialect.Text && end == int64(len(text)) {
			lines = strings.TrimSuffix(strings.TrimSpace(lines), `\.`)
		}
		for line := range strings.Lines(lines) {
			if !blank([]byte(line)) {
				t.Fatalf("%q at byte %d is in no row", text[at:end], at)
			}
		}
	}
	for _, r := range rows {
		between(r.Offset)
		if r.End.Offset < r.Offset+int64(len(r.Text)) || (r.Err == nil) == (r.Fields == nil) || r.Err != nil && r.Err.Line != r.Line {
			t.Fatalf("the row %+v", r)
		}
		at = r.End.Offset
	}
	between(int64(len(text)))
}

// checkAgain demands the same of other readings of the whole text.
func checkAgain(t *testing.T, f *Format, text []byte, limits Limits, piece int, rows []Record) {
	t.Helper()
	r := f.NewReader(&inPieces{text, piece}, Position{}, limits)
	_, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := readAll(r)
	if err != nil || !slices.EqualFunc(rows, pieces, sameRecord) {
		t.Fatalf("at once %s, in pieces %s, %v", show(rows), show(pieces), err)
	}
	r = f.NewReader(bytes.NewReader(text), Position{}, limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.pass(s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.Position().Rows != int64(len(rows)) {
		t.Fatalf("%d rows are counted, and %d are read", r.Position().Rows, len(rows))
	}
}

// styles are all styles.
var styles = []dialect.Style{dialect.Cognito, dialect.Doubled, dialect.Backslash, dialect.PHP, dialect.Undoubled, dialect.Crossed, dialect.Text, dialect.Plain,
	dialect.Inside, dialect.Marks, dialect.Both}

// formatOf derives a format from a number.
func formatOf(how uint32) *Format {
	pick := func(n int) int {
		chosen := int(how % uint32(n))
		how /= uint32(n)
		return chosen
	}
	f := in(dialect.Separators[pick(len(dialect.Separators))], "\"'\x00"[pick(3)], styles[pick(len(styles))])
	f.Before, f.Short, f.Long, f.Numbered = pick(3), pick(2) > 0, pick(2) > 0, pick(2) > 0
	f.Nulls = [][]string{nil, {"", "NULL"}, {`\N`, `\N`, `\N`}}[pick(3)]
	return f
}

// FuzzFormatReader checks the promises of a reader in every format.
func FuzzFormatReader(f *testing.F) {
	for i, s := range []string{
		"h;i\na;\"b\"\"c\"\n", "h\ti\na\\\nb\t\\N\n\\.\n", "h,i\n\"a\\\"\n\\\r\nb\",c\\,d\n", "sep=;\n\nh;i\n'a\nb';NULL\n\x00\x1a",
		"h|i\n\"a\"b|c\"\n\"|\n", "h,i\na\\\n" + strings.Repeat("\\\n", 20) + "b", "h,i\n1,a\n2,b,\n\n3,,,,,", "\xef\xbb\xbfh\t\xff\n\\.\n\n \n", "h\n" + strings.Repeat("\\\\", 60) + "\n\\\r\n",
	} {
		f.Add([]byte(s), uint32(i*977), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text []byte, how uint32, piece uint8) {
		if len(text) > 1000 {
			return // the check takes quadratic time
		}
		format := formatOf(how)
		checkFormat(t, format, text, Limits{RowChars: 16}, int(piece%16)+1)
		plain := &Format{Dialect: dialect.Default, Before: format.Before}
		header, rows := checkFormat(t, plain, text, Limits{RowChars: 16}, int(piece%16)+1)
		if plain.Before > 0 || header == nil {
			return
		}
		if _, want := checkFormat(t, nil, text, Limits{RowChars: 16}, 1); !slices.EqualFunc(rows, want, sameRecord) {
			t.Fatalf("in Cognito's dialect %s, without a format %s", show(rows), show(want))
		}
	})
}
