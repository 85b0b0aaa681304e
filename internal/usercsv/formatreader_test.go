package usercsv

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"poolhouse/internal/usercsv/dialect"
)

// in is the format with a dialect.
func in(separator, quote byte, style dialect.Style) *Format {
	return &Format{Dialect: dialect.Dialect{Separator: separator, Quote: quote, Style: style}}
}

// TestFormats reads a few rows in other formats than Cognito's.
func TestFormats(t *testing.T) {
	const tooLong = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" // 40 characters
	semicolon, tab, pipe := in(';', '"', dialect.Doubled), in('\t', '"', dialect.Doubled), in('|', '"', dialect.Doubled)
	comma := in(',', '"', dialect.Doubled)
	apostrophe, php := in(',', '\'', dialect.Doubled), in(',', '"', dialect.PHP)
	backslash, undoubled := in(',', '"', dialect.Backslash), in(',', '"', dialect.Undoubled)
	text, plain := in('\t', 0, dialect.Text), in('\t', 0, dialect.Plain)
	unquoted := in(',', 0, dialect.Cognito)
	for _, test := range []struct {
		name   string
		format *Format
		in     string
		want   []row
	}{
		{"semicolons", semicolon, "a;b,c\n\"d;e\";\"f\"\"g\"\r\n", []row{{2, f("a", "b,c"), ""}, {3, f("d;e", `f"g`), ""}}},
		{"a backslash is one", comma, `a\,"b\"` + "\n", []row{{2, f(`a\`, `b\`), ""}}},
		{"vertical bars", pipe, " a |\tb\n", []row{{2, f("a", "b"), ""}}},
		{"tabs", tab, "a\t\tb\n\t\t\n \n\tx\n", []row{{2, f("a", "", "b"), ""}, {5, f("", "x"), ""}}},
		{"a tab before a mark", tab, "\t\"a\tb\"\n", []row{{2, f("", "a\tb"), ""}}},
		{"lines in a value", semicolon, "\"a\nb\r\nc\";d\ne;f", []row{{2, f("a\nb\r\nc", "d"), ""}, {5, f("e", "f"), ""}}},
		{"a mark that is not closed", semicolon, "\"a;b\nc;d\n", []row{{2, nil, CodeQuote}, {3, f("c", "d"), ""}}},
		{"text after a mark", semicolon, "\"a\"b;c\nd;e\n", []row{{2, nil, CodeStrayQuote}, {3, f("d", "e"), ""}}},
		{"too long", semicolon, tooLong + "\na;b\n", []row{{2, nil, CodeRowTooLong}, {3, f("a", "b"), ""}}},
		{"not UTF-8", semicolon, "a;\xff\nb;c\n", []row{{2, nil, CodeEncoding}, {3, f("b", "c"), ""}}},
		{"the tail", semicolon, "a;b\n\x00\x1a\x00", []row{{2, f("a", "b"), ""}}},
		{"apostrophes", apostrophe, "'a,b','c''d','e\"f'\n\"g,h\",'i'\n", []row{{2, f("a,b", "c'd", `e"f`), ""}, {3, f(`"g`, `h"`, "i"), ""}}},
		{"PHP", php, `"a\"b","c""d","e\"` + "\n", []row{{2, f(`a\"b`, `c"d`, `e\`), ""}}},
		{"marks as they are", undoubled, `"a"b","c, "d" e","f"` + "\n", []row{{2, f(`a"b`, `c, "d" e`, "f"), ""}}},
		{"plain", plain, "\"a\t'b\tc\\\n", []row{{2, f(`"a`, "'b", `c\`), ""}}},
		{"escaped commas alone", unquoted, "\"a\\,b,c\\d\\\\\n", []row{{2, f(`"a,b`, `c\d\\`), ""}}},

		{"backslashes", backslash, `"a\"b","c\\",d\,e,\N` + "\n", []row{{2, f(`a"b`, `c\`, "d,e", "N"), ""}}},
		{"a line end after a backslash, quoted", backslash, "\"a\\\nb\",c\nd,e\n", []row{{2, f("a\nb", "c"), ""}, {4, f("d", "e"), ""}}},
		{"a line end after a backslash", backslash, "a\\\nb,c\nd,e\n", []row{{2, f("a\nb", "c"), ""}, {4, f("d", "e"), ""}}},
		{"CR LF after a backslash", backslash, "a\\\r\nb,c\r\nd,e\r\n", []row{{2, f("a\r\nb", "c"), ""}, {4, f("d", "e"), ""}}},
		{"an escaped backslash before a line end", backslash, "a,b\\\\\nc,d\n", []row{{2, f("a", `b\`), ""}, {3, f("c", "d"), ""}}},
		{"a mark that is not closed, with escaped line ends", backslash, "\"a\\\nb\nc,d\n", []row{{2, nil, CodeQuote}, {4, f("c", "d"), ""}}},
		{"a backslash at the end", backslash, "a,b\nc,d\\", []row{{2, f("a", "b"), ""}, {3, nil, CodeQuote}}},
		{"a backslash and CR at the end", backslash, "a,b\nc,d\\\r", []row{{2, f("a", "b"), ""}, {3, nil, CodeQuote}}},
		{"a backslash before the last line end", text, "a\tb\\\n", []row{{2, nil, CodeQuote}}},

		{"the text format", text, `a\tb` + "\t" + `c\\n` + "\t" + `d\ne` + "\t\"f\n", []row{{2, f("a\tb", `c\n`, "d\ne", `"f`), ""}}},
		{"escaped line ends", text, "a\\\nb\\\n\\\nc\td\ne\tf\n", []row{{2, f("a\nb\n\nc", "d"), ""}, {6, f("e", "f"), ""}}},
		{"the end of the text format", text, "a\tb\n\\.\n", []row{{2, f("a", "b"), ""}}},
		{"the end of the text format, CR LF and lines after it", text, "a\tb\r\n\\.\r\n\r\n \n\x1a", []row{{2, f("a", "b"), ""}}},
		{"the end of the text format without a line end", text, "a\tb\n\\.", []row{{2, f("a", "b"), ""}}},
		{"rows after it", text, "a\tb\n\\.\nc\td\n", []row{{2, f("a", "b"), ""}, {3, f("."), ""}, {4, f("c", "d"), ""}}},
		{"other dialects have no end", plain, "a\tb\n\\.\n", []row{{2, f("a", "b"), ""}, {3, f(`\.`), ""}}},
		{"many escaped line ends are one long row", text, strings.Repeat("a\\\n", 100) + "b\nc\td\n", []row{{2, nil, CodeRowTooLong}, {103, f("c", "d"), ""}}},
		{"a long row in backslashes", text, strings.Repeat("\\\\", 300) + "\\\n\r\n" + "c\td\n", []row{{2, nil, CodeRowTooLong}, {4, f("c", "d"), ""}}},
		{"an endless row at the end", text, strings.Repeat("a\\\n", 100) + "b", []row{{2, nil, CodeRowTooLong}}},
	} {
		for how, src := range sources("h\n" + test.in) {
			r := test.format.NewReader(src, Position{}, Limits{RowChars: 40})
			if _, err := r.Header(); err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			got, err := readAll(r)
			if err != nil || !slices.EqualFunc(got, test.want, func(a Record, b row) bool { return sameRow(a.row(), b) }) {
				t.Errorf("%s, %s: %s, %v, want %v", test.name, how, show(got), err, test.want)
			}
		}
	}
}

// TestShapes assigns rows to the columns of their header.
func TestShapes(t *testing.T) {
	comma, tab := dialect.RFC4180, dialect.Dialect{Separator: '\t', Style: dialect.Text}
	for _, test := range []struct {
		name     string
		format   Format
		in       string
		header   []string
		want     []row
		unfilled bool // for a reader that does not know the header
	}{
		{"lines before the header", Format{Dialect: comma, Before: 2}, "\xef\xbb\xbfsep=,\n\"\nh,i\na,b\n", f("h", "i"), []row{{4, f("a", "b"), ""}}, false},
		{"words for no value", Format{Dialect: comma, Nulls: f("", "NULL", `\N`)}, "h,i,j\nNULL,NULL,\\N\n\"\",\"NULL\",\"\\N\"\n\\N,\\N, \\N \n",
			f("h", "i", "j"), []row{{2, f("NULL", "", ""), ""}, {3, f("", "NULL", `\N`), ""}, {4, f(`\N`, `\N`, ""), ""}}, false},
		{"words in the dialect of Cognito", Format{Nulls: f("NULL", "NULL")}, "h,i\nNULL,\"NULL\"\nNULL,a\\,b\n",
			f("h", "i"), []row{{2, f("", "NULL"), ""}, {3, f("", "a,b"), ""}}, false},
		{"words in the text format", Format{Dialect: tab, Nulls: f(`\N`, `\N`)}, "h\ti\n\\N\t\\\\N\n", f("h", "i"), []row{{2, f("", `\N`), ""}}, false},
		{"rows that end early", Format{Dialect: comma, Short: true}, "h,i,j\na\na,b\na,b,c\na,\na,b,c,d\n", f("h", "i", "j"),
			[]row{{2, f("a", "", ""), ""}, {3, f("a", "b", ""), ""}, {4, f("a", "b", "c"), ""}, {5, f("a", ""), ""}, {6, f("a", "b", "c", "d"), ""}}, true},
		{"a further empty value", Format{Dialect: comma, Long: true}, "h,i\na,b,\na,b,c\na,b\na,b,,\n", f("h", "i"),
			[]row{{2, f("a", "b"), ""}, {3, f("a", "b", "c"), ""}, {4, f("a", "b"), ""}, {5, f("a", "b", "", ""), ""}}, true},
		{"numbers of rows", Format{Dialect: comma, Numbered: true, Nulls: f("", "NULL")}, "h,i\n1,a,NULL\n\"2\",\"NULL\",NULL\n", f("h", "i"),
			[]row{{2, f("a", ""), ""}, {3, f("NULL", ""), ""}}, false},
		{"numbers of rows with an empty name", Format{Dialect: comma, Numbered: true}, ",h,i\n0,a,b\n", f("h", "i"), []row{{2, f("a", "b"), ""}}, false},
		{"a header is no row", Format{Dialect: comma, Numbered: true, Nulls: f("NULL", ""), Short: true}, "NULL,i\n1,NULL,a\n", f("NULL", "i"), []row{{2, f("", "a"), ""}}, false},
	} {
		r := test.format.NewReader(strings.NewReader(test.in), Position{}, Limits{})
		header, err := r.Header()
		if err != nil || !slices.Equal(header, test.header) {
			t.Errorf("%s: the header %q, %v", test.name, header, err)
			continue
		}
		at := r.Position()
		same := func(a Record, b row) bool { return sameRow(a.row(), b) }
		if got, err := readAll(r); err != nil || !slices.EqualFunc(got, test.want, same) {
			t.Errorf("%s: %s, %v, want %v", test.name, show(got), err, test.want)
		}
		again := test.format.NewReader(strings.NewReader(test.in[at.Offset:]), at, Limits{}.For(header))
		if got, err := readAll(again); err != nil || !slices.EqualFunc(got, test.want, same) {
			t.Errorf("%s, after the header: %s, %v, want %v", test.name, show(got), err, test.want)
		}
	}
}

// TestCognitoFormats: a format without a dialect splits rows as no format does, with
// anything it says about columns and values.
func TestCognitoFormats(t *testing.T) {
	const file = "\xef\xbb\xbfh,i\na\\,b, \"c\"\"d\" \n\"e\nf\",\\\\,g\n\"x\n"
	want, err := readAll(NewReader(strings.NewReader(file), Position{}, Limits{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []*Format{nil, {}, {Dialect: dialect.Default}, {Birthdates: DayFirst}, {Columns: f("a", "b")}, {Nulls: f("", "")}} {
		got, err := readAll(format.NewReader(strings.NewReader(file), Position{}, Limits{}))
		if err != nil || !slices.EqualFunc(got, want, sameRecord) {
			t.Errorf("%+v: %s, %v, want %s", format, show(got), err, show(want))
		}
	}
}

// TestFormatHeaders reads invalid headers.
func TestFormatHeaders(t *testing.T) {
	lined := strings.Repeat("x", 20)
	for _, test := range []struct {
		name, in, code string
		format         *Format
	}{
		{"nothing", "", CodeFileEmpty, in(';', '"', dialect.Doubled)},
		{"nothing after what stands before", "sep=;\n", CodeFileEmpty, &Format{Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}, Before: 1}},
		{"less than what stands before", "sep=;", CodeFileEmpty, &Format{Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}, Before: 3}},
		{"an open mark", "\"h;i\nb;c\n", CodeFileHeaderUnusable, in(';', '"', dialect.Doubled)},
		{"too long", lined + ";" + lined + "\n", CodeFileHeaderUnusable, in(';', '"', dialect.Doubled)},
		{"of a long line before it", strings.Repeat("x", 1000) + "\nh\n", "", &Format{Before: 1}},
		{"with numbers of lines", ColumnLine + ";" + lined + "\n", "", in(';', '"', dialect.Doubled)},
	} {
		_, err := test.format.NewReader(strings.NewReader(test.in), Position{}, Limits{RowChars: 25}).Header()
		if fileCode(t, err) != test.code {
			t.Errorf("%s: %v, want %q", test.name, err, test.code)
		}
	}
	lost := errors.New("lost")
	for cut := range len("sep=;\nh;") {
		src := io.MultiReader(strings.NewReader("sep=;\nh;"[:cut]), iotest.ErrReader(lost))
		if _, err := (&Format{Before: 1}).NewReader(src, Position{}, Limits{}).Header(); !errors.Is(err, lost) {
			t.Errorf("a file that is lost at byte %d: %v", cut, err)
		}
	}
}

// TestLinedFormats: a line number does not count towards its row, and the row may be as
// long as in Cognito's form.
func TestLinedFormats(t *testing.T) {
	format := in(';', '"', dialect.Doubled)
	file := ColumnLine + ";a\n100000;" + strings.Repeat("x", 18) + "\n100000;" + strings.Repeat("x", 19) + "\n"
	r := format.NewReader(strings.NewReader(file), Position{}, Limits{RowChars: 20})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	at := r.Position()
	for name, r := range map[string]*Reader{"from the header": r,
		"after it": format.NewReader(strings.NewReader(file[at.Offset:]), at, Limits{RowChars: 20}.For(header))} {
		if rows, err := readAll(r); err != nil || len(rows) != 2 || rows[0].Err != nil || rows[1].Err == nil {
			t.Errorf("%s: %s, %v", name, show(rows), err)
		}
	}
}

// TestFormatReadErrors: a read error is not the end of the file, at any place.
func TestFormatReadErrors(t *testing.T) {
	lost := errors.New("lost")
	for _, test := range []struct {
		format *Format
		file   string
	}{
		{in('\t', 0, dialect.Text), "h\ti\na\tb\\\nc\nd\te\n\\.\n"},
		{in(';', '"', dialect.Undoubled), "h;i\n\"a\"b\nc\";d\n"},
		{in(',', '"', dialect.Backslash), "h,i\n\"a\\\nb\",c\nd,e\\\nf\n"},
	} {
		want, err := readAll(test.format.NewReader(strings.NewReader(test.file), Position{}, Limits{}))
		if err != nil {
			t.Fatal(err)
		}
		for cut := range len(test.file) {
			got, err := readAll(test.format.NewReader(io.MultiReader(strings.NewReader(test.file[:cut]), iotest.ErrReader(lost)), Position{}, Limits{}))
			if !errors.Is(err, lost) || len(got) > len(want) || !slices.EqualFunc(got, want[:len(got)], sameRecord) {
				t.Errorf("%s broken off at byte %d: %s, %v", test.format.Dialect.Style, cut, show(got), err)
			}
		}
	}
}

// TestUndoubledLines: in the style Undoubled, each line can begin a value that is not
// closed. Only a bounded number of lines is searched for its end.
func TestUndoubledLines(t *testing.T) {
	const most = 100
	format := in(',', '"', dialect.Undoubled)
	for lines, want := range map[int]int{most: 2, most + 1: 3} { // the first line fails, and the rest is short enough
		value := strings.TrimSuffix(strings.Repeat("\"a\n", lines), "\n") + `"`
		rows, err := readAll(format.NewReader(strings.NewReader(value+",b\nc,d\n"), Position{}, Limits{}))
		if err != nil || len(rows) != want || (rows[0].Err != nil) != (want > 2) {
			t.Errorf("a value of %d lines: %d rows, %v", lines, len(rows), err)
		}
	}
}
