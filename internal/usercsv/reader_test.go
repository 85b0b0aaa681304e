package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// row is what a test compares of a record.
type row struct {
	line   int64
	fields []string
	code   string
}

func (r Record) row() row {
	if r.Err != nil {
		return row{line: r.Line, code: r.Err.Code}
	}
	return row{line: r.Line, fields: r.Fields}
}

func readAll(r *Reader) (rows []Record, err error) {
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, record)
	}
}

func sameRow(a, b row) bool {
	return a.line == b.line && a.code == b.code && slices.Equal(a.fields, b.fields)
}

func f(fields ...string) []string { return fields }

// TestDialect reads some rows after the header "h" on line 1.
func TestDialect(t *testing.T) {
	tests := []struct {
		name, in string
		want     []row
	}{
		{"one row", "a,b\n", []row{{2, f("a", "b"), ""}}},
		{"no line end", "a,b", []row{{2, f("a", "b"), ""}}},
		{"CR LF", "a,b\r\nc,d\r\n", []row{{2, f("a", "b"), ""}, {3, f("c", "d"), ""}}},
		{"CR at the end of the file", "a,b\r", []row{{2, f("a", "b"), ""}}},
		{"empty values", ",,\n", []row{{2, f("", "", ""), ""}}},
		{"last value empty", "a,", []row{{2, f("a", ""), ""}}},
		{"Unicode", "日本,é\n", []row{{2, f("日本", "é"), ""}}},
		{"NUL is left to the rules for values", "a\x00,b\n", []row{{2, f("a\x00", "b"), ""}}},

		{"blank lines", "\n  \t\n\r\na\n\n", []row{{5, f("a"), ""}}},
		{"nothing but blank lines", "\n \n", nil},
		{"blank last line without end", "a\n  ", []row{{2, f("a"), ""}}},
		{"commas are no blank line", ",\n", []row{{2, f("", ""), ""}}},

		{"Ctrl-Z after the last line", "a,b\r\n\x1a", []row{{2, f("a", "b"), ""}}},
		{"Ctrl-Z without a last line end", "a,b\x1a", []row{{2, f("a", "b"), ""}}},
		{"Ctrl-Z to the end of a block", "a,b\n" + strings.Repeat("\x1a", 60), []row{{2, f("a", "b"), ""}}},
		{"Ctrl-Z on a line of its own", "a,b\n\x1a\r\n", []row{{2, f("a", "b"), ""}}},
		{"Ctrl-Z between two files that were joined", "a,b\n\x1a\nc,d\n\x1a", []row{{2, f("a", "b"), ""}, {4, f("c", "d"), ""}}},
		{"NUL after the last line", "a,b\n\x00\x00\x00", []row{{2, f("a", "b"), ""}}},
		{"NUL without a last line end", "a,b\r\x00\x00\x00", []row{{2, f("a", "b"), ""}}},
		{"more NUL than a row may have", "a,b\n" + strings.Repeat("\x00", 5000), []row{{2, f("a", "b"), ""}}},
		{"more NUL than a row may have, without a last line end", "a,b" + strings.Repeat("\x00", 5000), []row{{2, f("a", "b"), ""}}},
		{"NUL after quoted values", `"a","b"` + "\x00\x00", []row{{2, f("a", "b"), ""}}},
		{"much NUL after quoted values", `"a","b"` + strings.Repeat("\x00", 5000), []row{{2, f("a", "b"), ""}}},
		{"NUL after quoted lines", "\"a\nb\"\x1a\x00", []row{{2, f("a\nb"), ""}}},
		{"NUL after a mark that is not closed", "\"a,b\x00", []row{{2, nil, CodeQuote}}},
		{"NUL and white space", "a\n \x00\t\x1a \x00 \n", []row{{2, f("a"), ""}}},
		{"nothing but NUL", strings.Repeat("\x00", 5000), nil},
		{"much NUL before a row", strings.Repeat("\x00", 5000) + "a\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"much NUL inside a row", "a" + strings.Repeat("\x00", 5000) + "b\nc", []row{{2, nil, CodeRowTooLong}, {3, f("c"), ""}}},
		{"much NUL in the line before the last", "a" + strings.Repeat("\x00", 5000) + "\nc\x00", []row{{2, nil, CodeRowTooLong}, {3, f("c"), ""}}},
		{"NUL after a row that is too long", strings.Repeat("x", 500) + strings.Repeat("\x00", 500), []row{{2, nil, CodeRowTooLong}}},
		{"a tail that changes too often", "a\n" + strings.Repeat("\x00\x1a", maxTailRuns) + "\nb\n", []row{{2, f("a"), ""}, {3, nil, CodeRowTooLong}, {4, f("b"), ""}}},
		{"a tail that changes too often at the end", "a\n" + strings.Repeat("\x00\x1a", maxTailRuns), []row{{2, f("a"), ""}, {3, nil, CodeRowTooLong}}},
		{"a tail that changes as often as it may", "a\n" + strings.Repeat("\x00\x1a", maxTailRuns/2), []row{{2, f("a"), ""}}},
		{"NUL and commas are a row", "a\n\x00,\x00", []row{{2, f("a"), ""}, {3, f("\x00", ""), ""}}},

		{"white space around values", " a ,\tb\t, c d \n", []row{{2, f("a", "b", "c d"), ""}}},
		{"no-break space", "\u00a0a\u00a0,b\n", []row{{2, f("a", "b"), ""}}},

		{"escaped comma", `a\,b,c` + "\n", []row{{2, f("a,b", "c"), ""}}},
		{"escaped comma at the beginning", `\,a,b` + "\n", []row{{2, f(",a", "b"), ""}}},
		{"escaped comma at the end", `a,b\,` + "\n", []row{{2, f("a", "b,"), ""}}},
		{"escaped commas alone", `\,\,,x` + "\n", []row{{2, f(",,", "x"), ""}}},
		{"comma then escaped comma", `a,\,b` + "\n", []row{{2, f("a", ",b"), ""}}},
		{"backslash before anything else", `a\b\n,\` + "\n", []row{{2, f(`a\b\n`, `\`), ""}}},
		{"two backslashes", `a\\b,c` + "\n", []row{{2, f(`a\\b`, "c"), ""}}},
		{"two backslashes before a comma", `a\\,b` + "\n", []row{{2, f(`a\,b`), ""}}},
		{"backslash before the line end", "a\\\nb\n", []row{{2, f(`a\`), ""}, {3, f("b"), ""}}},
		{"escaped comma beside a quoted value", `a\,b,"c"` + "\n", []row{{2, f("a,b", "c"), ""}}},

		{"quoted", `"a","b"` + "\n", []row{{2, f("a", "b"), ""}}},
		{"quoted comma", `"a,b",c` + "\n", []row{{2, f("a,b", "c"), ""}}},
		{"quoted marks", `"a""b","""",""""""` + "\n", []row{{2, f(`a"b`, `"`, `""`), ""}}},
		{"quoted empty", `"",a` + "\n", []row{{2, f("", "a"), ""}}},
		{"quoted empty alone", `""` + "\n", []row{{2, f(""), ""}}},
		{"quoted white space is dropped", `" a ",b` + "\n", []row{{2, f("a", "b"), ""}}},
		{"blanks around the marks", ` "a" ,` + "\t\"b\"\t\n", []row{{2, f("a", "b"), ""}}},
		{"quoted backslash", `"a\,b\",c` + "\n", []row{{2, f(`a\,b\`, "c"), ""}}},
		{"quoted CR LF file", "\"a\",\"b\"\r\n\"c\",\"d\"\r\n", []row{{2, f("a", "b"), ""}, {3, f("c", "d"), ""}}},
		{"quoted line break", "\"a\nb\",c\nd\n", []row{{2, f("a\nb", "c"), ""}, {4, f("d"), ""}}},
		{"quoted CR LF", "\"a\r\nb\",c\r\nd\r\n", []row{{2, f("a\r\nb", "c"), ""}, {4, f("d"), ""}}},
		{"quoted blank line", "\"a\n\nb\"\nc\n", []row{{2, f("a\n\nb"), ""}, {5, f("c"), ""}}},
		{"two values over lines", "\"a\nb\",\"c\nd\"\ne\n", []row{{2, f("a\nb", "c\nd"), ""}, {5, f("e"), ""}}},
		{"plain value after one over lines", "\"a\nb\",c\\,d\n", []row{{2, f("a\nb", "c,d"), ""}}},
		{"quoted without line end", `"a","b"`, []row{{2, f("a", "b"), ""}}},
		{"quoted lines without line end", "\"a\nb\"", []row{{2, f("a\nb"), ""}}},

		{"mark inside a value", `a"b,c"` + "\n", []row{{2, f(`a"b`, `c"`), ""}}},
		{"inch", `12",x` + "\n", []row{{2, f(`12"`, "x"), ""}}},
		{"text after the mark", `"a"b,c` + "\nd\n", []row{{2, nil, CodeStrayQuote}, {3, f("d"), ""}}},
		{"nickname", `"Jim" Beam,x` + "\nd\n", []row{{2, nil, CodeStrayQuote}, {3, f("d"), ""}}},
		{"mark not closed", `"a,b` + "\nc,d\n", []row{{2, nil, CodeQuote}, {3, f("c", "d"), ""}}},
		{"mark not closed at the end", `"a,b`, []row{{2, nil, CodeQuote}}},
		{"mark alone", "\"\na\n", []row{{2, nil, CodeQuote}, {3, f("a"), ""}}},
		{"mark not closed before a quoted row", "\"a,b\n\"c\",d\n", []row{{2, nil, CodeStrayQuote}, {3, f("c", "d"), ""}}},
		{"every row is wrong", "\"a\n\"b\n\"c\n", []row{{2, nil, CodeStrayQuote}, {3, nil, CodeStrayQuote}, {4, nil, CodeQuote}}},

		{"not UTF-8", "a\xff,b\nc\n", []row{{2, nil, CodeEncoding}, {3, f("c"), ""}}},
		{"not UTF-8 in a quoted row", "\"a\n\xff\"\nc\n", []row{{2, nil, CodeEncoding}, {4, f("c"), ""}}},
		{"Latin-1", "J\xf6rg\n", []row{{2, nil, CodeEncoding}}},

		{"longest row", strings.Repeat("é", 20) + "\n", []row{{2, f(strings.Repeat("é", 20)), ""}}},
		{"longest row with CR LF", strings.Repeat("é", 20) + "\r\n", []row{{2, f(strings.Repeat("é", 20)), ""}}},
		{"longest row of long characters", strings.Repeat("🙂", 20) + "\r\n", []row{{2, f(strings.Repeat("🙂", 20)), ""}}},
		{"too long by one", strings.Repeat("é", 21) + "\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long by far", strings.Repeat("x", 500) + "\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long without end", strings.Repeat("x", 500), []row{{2, nil, CodeRowTooLong}}},
		{"too long and not UTF-8", strings.Repeat("x", 500) + "\xff\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long and not closed", `"` + strings.Repeat("x", 500) + "\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long and blank", strings.Repeat(" ", 500) + "\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long quoted", `"` + strings.Repeat("x", 20) + `"` + "\nb\n", []row{{2, nil, CodeRowTooLong}, {3, f("b"), ""}}},
		{"too long over lines", "\"aaaaaaaaa\nbbbbbbbbbbbb\"\nc\n", []row{{2, nil, CodeQuote}, {3, f(`bbbbbbbbbbbb"`), ""}, {4, f("c"), ""}}},
		{"mark closed too far away", "\"a\n" + strings.Repeat("bbbbbbbbb\n", 10) + "\"\n", append(append([]row{{2, nil, CodeQuote}},
			repeatRow(3, 10, "bbbbbbbbb")...), row{13, nil, CodeQuote})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := "h\n" + tt.in
			for name, src := range sources(file) {
				r := NewReader(src, Position{}, Limits{RowChars: 20})
				if _, err := r.Header(); err != nil {
					t.Fatal(err)
				}
				rows, err := readAll(r)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.EqualFunc(rows, tt.want, func(a Record, b row) bool { return sameRow(a.row(), b) }) {
					t.Errorf("read %s: got %s, want %+v", name, show(rows), tt.want)
				}
				checkPositions(t, file, rows)
			}
			checkResume(t, []byte(file), Limits{RowChars: 20})
		})
	}
}

func repeatRow(line int64, n int, field string) (out []row) {
	for i := range n {
		out = append(out, row{line + int64(i), f(field), ""})
	}
	return out
}

func show(rows []Record) string {
	var b strings.Builder
	for _, r := range rows {
		got := r.row()
		fmt.Fprintf(&b, "{%d %q %s} ", got.line, got.fields, got.code)
	}
	return b.String()
}

func TestPositionsGolden(t *testing.T) {
	file := "\xef\xbb\xbfcognito:username,email\r\n" + // 3 + 24 bytes
		"jane,\"a\nb\"\n" + // 11
		"\n" + // 1
		"\"john,x\n" + // 8
		"joe,y" // 5
	r := NewReader(strings.NewReader(file), Position{}, Limits{})
	header, err := r.Header()
	if err != nil || !slices.Equal(header, f("cognito:username", "email")) {
		t.Fatalf("header %q, %v", header, err)
	}
	if got, want := r.Position(), (Position{Offset: 27, Line: 1}); got != want {
		t.Errorf("after the header: %+v, want %+v", got, want)
	}
	rows, err := readAll(r)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line, offset int64
		text         string
		end          Position
	}{{2, 27, "jane,\"a\nb\"", Position{38, 3, 1}}, {5, 39, `"john,x`, Position{47, 5, 2}}, {6, 47, "joe,y", Position{52, 6, 3}}}
	for i, w := range want {
		if rows[i].Line != w.line || rows[i].Offset != w.offset || rows[i].Text != w.text || rows[i].End != w.end {
			t.Errorf("row %d: line %d, offset %d, text %q, end %+v, want %+v", i+1, rows[i].Line, rows[i].Offset, rows[i].Text, rows[i].End, w)
		}
	}
	if rows[1].Err == nil || rows[1].Err.Line != 5 {
		t.Errorf("the error of line 5 is %+v", rows[1].Err)
	}
}

func TestDefaultLimits(t *testing.T) {
	longest := strings.Repeat("é", DefaultRowChars)
	rows, err := readAll(NewReader(strings.NewReader(longest+"\n"+longest+"x\n"), Position{}, Limits{}))
	if err != nil || len(rows) != 2 || rows[0].Err != nil || rows[1].Err == nil || rows[1].Err.Code != CodeRowTooLong {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	file := "cognito:username\n" + strings.Repeat("a\n", DefaultRows+1)
	if _, _, err := surveySource(strings.NewReader(file), Limits{}, Import{}); fileCode(t, err) != CodeFileTooManyRows {
		t.Errorf("got %v", err)
	}
	if n, _, err := surveySource(strings.NewReader(file[:len(file)-2]), Limits{}, Import{}); n != DefaultRows || err != nil {
		t.Errorf("got %d rows, %v", n, err)
	}
}

// TestEndAgain: the end stays the end.
func TestEndAgain(t *testing.T) {
	r := NewReader(strings.NewReader("a"), Position{}, Limits{})
	if rows, err := readAll(r); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	for range 3 {
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("got %v", err)
		}
	}
}

// TestIsASCII puts one other byte at every place of rows of every length.
func TestIsASCII(t *testing.T) {
	for n := range 100 {
		row := []byte(strings.Repeat("x", n))
		if !isASCII(row) {
			t.Errorf("%d bytes of ASCII are none", n)
		}
		for i := range row {
			row[i] = 0x80
			if isASCII(row) {
				t.Errorf("byte %d of %d is not seen", i, n)
			}
			row[i] = 'x'
		}
	}
}

// TestQuotesAndLineEnds: a row with a quoted value is the same for every line end.
func TestQuotesAndLineEnds(t *testing.T) {
	for row, want := range map[string][]string{
		`"a, b",c`: {"a, b", "c"},
		`c,"a"`:    {"c", "a"},
		`"a",`:     {"a", ""},
		`"a", `:    {"a", ""},
	} {
		for _, end := range []string{"", "\n", "\r\n", "\r\r\n", "\r"} {
			record, err := NewReader(strings.NewReader(row+end), Position{}, Limits{}).Next()
			if err != nil || record.Err != nil || !slices.Equal(record.Fields, want) {
				t.Errorf("%q: %q, %v, %v", row+end, record.Fields, record.Err, err)
			}
		}
	}
}
