package usercsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// row is what a test looks at in a record.
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

// TestDialect reads one row or a few after the header "h" on line 1.
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

// sources are readers that yield the same text in different pieces.
func sources(text string) map[string]io.Reader {
	return map[string]io.Reader{
		"at once":         strings.NewReader(text),
		"byte by byte":    iotest.OneByteReader(strings.NewReader(text)),
		"by halves":       iotest.HalfReader(strings.NewReader(text)),
		"with EOF at end": iotest.DataErrReader(strings.NewReader(text)),
	}
}

// checkPositions demands that a record's end counts the rows and lines before
// it, and that the last one is followed by nothing but blanks.
func checkPositions(t *testing.T, file string, rows []Record) {
	t.Helper()
	for i, r := range rows {
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

// checkResume demands that reading from each checkpoint yields what an
// undisturbed read yields, and that the survey counts the same rows.
func checkResume(t *testing.T, file []byte, limits Limits) {
	t.Helper()
	r := NewReader(bytes.NewReader(file), Position{}, limits)
	_, headerErr := r.Header()
	begin := r.Position()
	if headerErr != nil {
		if _, _, err := Survey(bytes.NewReader(file), limits); err == nil || err.Error() != headerErr.Error() {
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
		if !slices.EqualFunc(again, rows[i+1:], func(a, b Record) bool { return a.End == b.End && sameRow(a.row(), b.row()) }) {
			t.Fatalf("from %+v: got %s, want %s", at, show(again), show(rows[i+1:]))
		}
	}
}

func checkSurvey(t *testing.T, file []byte, limits Limits, rows int64) {
	t.Helper()
	counted, _, err := Survey(bytes.NewReader(file), limits)
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
		line int64
		end  Position
	}{{2, Position{38, 3, 1}}, {5, Position{47, 5, 2}}, {6, Position{52, 6, 3}}}
	for i, w := range want {
		if rows[i].Line != w.line || rows[i].End != w.end {
			t.Errorf("row %d: line %d, end %+v, want %+v", i+1, rows[i].Line, rows[i].End, w)
		}
	}
	if rows[1].Err == nil || rows[1].Err.Line != 5 {
		t.Errorf("the error of line 5 is %+v", rows[1].Err)
	}
}

func TestHeaderRow(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
		code     string
	}{
		{"plain", "a,b\n", f("a", "b"), ""},
		{"no line end", "a,b", f("a", "b"), ""},
		{"byte order mark", "\xef\xbb\xbfa,b\n", f("a", "b"), ""},
		{"byte order mark and quotes", "\xef\xbb\xbf\"a\",\"b\"\r\n", f("a", "b"), ""},
		{"trimmed", " a , b \n", f("a", "b"), ""},
		{"after blank lines", "\n\na\n", f("a"), ""},
		{"empty file", "", nil, CodeFileEmpty},
		{"byte order mark alone", "\xef\xbb\xbf", nil, CodeFileEmpty},
		{"blanks alone", "\xef\xbb\xbf \n\r\n\t", nil, CodeFileEmpty},
		{"not UTF-8", "a,\xff\n", nil, CodeFileHeaderUnusable},
		{"UTF-16", "\xff\xfea\x00,\x00b\x00", nil, CodeFileHeaderUnusable},
		{"quote not closed", "\"a,b\n", nil, CodeFileHeaderUnusable},
		{"too long", strings.Repeat("x", 21), nil, CodeFileHeaderUnusable},
		{"endless", strings.Repeat("x", 2100), nil, CodeFileHeaderUnusable},
		{"CR alone", "a,b\rc,d\re,f\r", nil, CodeFileHeaderUnusable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, src := range sources(tt.in) {
				got, err := NewReader(src, Position{}, Limits{RowChars: 20}).Header()
				if !slices.Equal(got, tt.want) || fileCode(t, err) != tt.code {
					t.Errorf("read %s: got %q, %v", name, got, err)
				}
			}
		})
	}
}

// fileCode returns the code of a *FileError, and holds its text to what a
// completion message may have.
func fileCode(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	problem, ok := errors.AsType[*FileError](err)
	if !ok {
		t.Fatalf("unexpected error: %v", err)
	}
	if n := len([]rune(problem.Error())); n == 0 || n > 128 {
		t.Errorf("the message has %d characters: %s", n, problem.Reason)
	}
	return problem.Code
}

func TestSurvey(t *testing.T) {
	tests := []struct {
		name, in string
		rows     int64
		code     string
	}{
		{"rows", "h\na\nb\n", 2, ""},
		{"as many as allowed", "h\na\nb\nc", 3, ""},
		{"wrong rows count", "h\n\"a\n\xff\n" + strings.Repeat("x", 500) + "\n", 3, ""},
		{"blank lines do not", "h\n\na\n\n", 1, ""},
		{"row over lines is one", "h\n\"a\nb\"\n", 1, ""},
		{"one too many", "h\na\nb\nc\nd\n", 0, CodeFileTooManyRows},
		{"empty", "", 0, CodeFileEmpty},
		{"blank", " \n", 0, CodeFileEmpty},
		{"header only", "h\n", 0, CodeFileNoUsers},
		{"header and blanks", "h\n\n \n", 0, CodeFileNoUsers},
		{"header not readable", "\"h\n", 0, CodeFileHeaderUnusable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, src := range sources(tt.in) {
				rows, header, err := Survey(src, Limits{RowChars: 20, Rows: 3})
				if rows != tt.rows || fileCode(t, err) != tt.code {
					t.Errorf("read %s: %d rows, %v", name, rows, err)
				}
				if err == nil && !slices.Equal(header, f("h")) {
					t.Errorf("read %s: header %q", name, header)
				}
			}
		})
	}
}

func TestTooManyRowsSaysTheLimit(t *testing.T) {
	_, _, err := Survey(strings.NewReader("h\na\nb\n"), Limits{Rows: 1})
	if err == nil || !strings.Contains(err.Error(), " 1 ") {
		t.Errorf("got %v", err)
	}
}

func TestDefaultLimits(t *testing.T) {
	longest := strings.Repeat("é", DefaultRowChars)
	rows, err := readAll(NewReader(strings.NewReader(longest+"\n"+longest+"x\n"), Position{}, Limits{}))
	if err != nil || len(rows) != 2 || rows[0].Err != nil || rows[1].Err == nil || rows[1].Err.Code != CodeRowTooLong {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	file := "h\n" + strings.Repeat("a\n", DefaultRows+1)
	if _, _, err := Survey(strings.NewReader(file), Limits{}); fileCode(t, err) != CodeFileTooManyRows {
		t.Errorf("got %v", err)
	}
	if n, _, err := Survey(strings.NewReader(file[:len(file)-2]), Limits{}); n != DefaultRows || err != nil {
		t.Errorf("got %d rows, %v", n, err)
	}
}

// TestReadErrors breaks the source off at every byte. No error of it may be
// taken for the end of the file, not even one that wraps io.EOF, and the rows
// before it must be right.
func TestReadErrors(t *testing.T) {
	file := "h,i\na,b\n\"c\nd\",e\n" + strings.Repeat("x", 200) + "\n\"f\n\ng,h\n"
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
			_, _, err = Survey(io.MultiReader(strings.NewReader(file[:n]), iotest.ErrReader(cause)), Limits{RowChars: 20})
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

// silent answers with neither bytes nor an error.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestSilentSource(t *testing.T) {
	if _, err := NewReader(silent{}, Position{}, Limits{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v", err)
	}
}

// endless yields x without end, up to a limit that no buffer may reach.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range n {
		p[i] = 'x'
	}
	e.left -= n
	return n, nil
}

func TestEndlessRowIsNotKept(t *testing.T) {
	r := NewReader(io.MultiReader(&endless{64 << 20}, strings.NewReader("\na\n")), Position{}, Limits{})
	rows, err := readAll(r)
	if err != nil || len(rows) != 2 || rows[0].Err == nil || !slices.Equal(rows[1].Fields, f("a")) || rows[1].Line != 2 {
		t.Fatalf("got %s, %v", show(rows), err)
	}
	if n := cap(r.in.data); n > 4*bufferSize {
		t.Errorf("the buffer has %d bytes", n)
	}
}

// TestEndAgain holds that the end stays the end.
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

func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"", "h", "h\na,b\n", "\xef\xbb\xbfh\r\n\"a\nb\",c\r\n", "h\n\"a\n\"b\",c\n", "h\n" + `a\,b\\,"c""d",` + "\n",
		"h\n\"a\n\n\nb\"", "h\n" + strings.Repeat("x", 90) + "\ny", "h\n \"a\" ,\xff\n,\n", "h\n\"\"\n\"\"\"\n\"",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, file []byte, piece uint8) {
		if len(file) > 2000 {
			return // checking is quadratic
		}
		limits := Limits{RowChars: 16, Rows: 50}
		checkResume(t, file, limits)
		whole, err := readAll(NewReader(bytes.NewReader(file), Position{}, limits))
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := readAll(NewReader(&inPieces{file, int(piece%16) + 1}, Position{}, limits))
		if err != nil || !slices.EqualFunc(whole, pieces, func(a, b Record) bool { return a.End == b.End && sameRow(a.row(), b.row()) }) {
			t.Fatalf("at once %s, in pieces %s, %v", show(whole), show(pieces), err)
		}
		checkPositions(t, string(file), whole)
		for _, r := range whole {
			if (r.Err == nil) == (r.Fields == nil) || r.Err != nil && r.Err.Line != r.Line {
				t.Fatalf("row %+v has neither fields nor an error of its line", r)
			}
		}
	})
}

// inPieces yields its text a few bytes at a time.
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
