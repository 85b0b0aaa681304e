package usercsv

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

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

// fileCode returns the code of a *FileError, and checks that its text fits a completion
// message.
func fileCode(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	problem, ok := errors.AsType[*FileError](err)
	if !ok {
		t.Fatalf("unexpected error: %v", err)
	}
	if n := len([]rune(problem.Reason)); n == 0 || n > 128 {
		t.Errorf("the message has %d characters: %s", n, problem.Reason)
	}
	if n := len([]rune(problem.Detail)); n > 16_000 || strings.ContainsAny(problem.Reason+problem.Detail, "\r\n\t\x00\x1b") {
		t.Errorf("the whole text has %d characters, or such as are not printed: %q", n, problem.Error())
	}
	return problem.Code
}

func TestSurvey(t *testing.T) {
	tests := []struct {
		name, in string
		rows     int64
		code     string
	}{
		{"rows", "cognito:username\na\nb\n", 2, ""},
		{"as many as allowed", "cognito:username\na\nb\nc", 3, ""},
		{"wrong rows count", "cognito:username\n\"a\n\xff\n" + strings.Repeat("x", 500) + "\n", 3, ""},
		{"blank lines do not", "cognito:username\n\na\n\n", 1, ""},
		{"row over lines is one", "cognito:username\n\"a\nb\"\n", 1, ""},
		{"one too many", "cognito:username\na\nb\nc\nd\n", 0, CodeFileTooManyRows},
		{"too many bytes", "cognito:username\na\n" + strings.Repeat("x", 600) + "\n", 0, CodeFileTooLarge},
		{"empty", "", 0, CodeFileEmpty},
		{"blank", " \n", 0, CodeFileEmpty},
		{"header only", "cognito:username\n", 0, CodeFileNoUsers},
		{"header and blanks", "cognito:username\n\n \n", 0, CodeFileNoUsers},
		{"header not readable", "\"cognito:username\n", 0, CodeFileHeaderUnusable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, src := range sources(tt.in) {
				rows, header, err := surveySource(src, Limits{RowChars: 20, Rows: 3, Bytes: 600}, Import{})
				if rows != tt.rows || fileCode(t, err) != tt.code {
					t.Errorf("read %s: %d rows, %v", name, rows, err)
				}
				if err == nil && !slices.Equal(header, f(ColumnUsername)) {
					t.Errorf("read %s: header %q", name, header)
				}
			}
		})
	}
}

func TestTooManyRowsSaysTheLimit(t *testing.T) {
	_, _, err := surveySource(strings.NewReader("cognito:username\na\nb\n"), Limits{Rows: 1}, Import{})
	if err == nil || !strings.Contains(err.Error(), " 1 ") {
		t.Errorf("got %v", err)
	}
}
