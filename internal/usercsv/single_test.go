package usercsv

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestSingleOf: the classification of a text agrees with a reader, for any text after it.
func TestSingleOf(t *testing.T) {
	long := strings.Repeat("x", 60)
	for text, want := range map[string]Single{
		"a,b": SingleRow, `"a","b"`: SingleRow, "a,\"b\nc\"": SingleRow, `a,b"c`: SingleRow, `a,"b"c`: SingleRow, "a\r": SingleRow, long: SingleRow,
		`a,"b`: SingleOpen, `a,"b""`: SingleOpen, `"`: SingleOpen,
		"": NotSingle, " ": NotSingle, "a\nb": NotSingle, "\"a\"\nb": NotSingle, "a,\"b\nc": NotSingle, "a,\"" + long + "\nb\"": NotSingle,
	} {
		if got := SingleOf(text, Limits{RowChars: 50}); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		for _, after := range []string{"", "c,d\n", "\"c\",d\n", "c\",d\n", "c,\"\"\n", "\n"} {
			record, err := NewReader(strings.NewReader(text+"\n"+after), Position{}, Limits{RowChars: 50}).Next()
			if is := err == nil && record.Text == strings.TrimSuffix(text, "\r"); want == SingleRow && !is {
				t.Errorf("%q before %q is read as %q, %v", text, after, record.Text, err)
			}
		}
	}
}

// TestLined: the line number does not count towards the length of a row. A row that is
// too long is so wherever it is written.
func TestLined(t *testing.T) {
	limits := Limits{RowChars: 10}
	rows := []string{"0123456789", "01234567890", "ä123456789", strings.Repeat("ä", 21), strings.Repeat("ä", 20) + "x", strings.Repeat("ä", 100), `"012345` + "\n" + `8"`, `"0123456` + "\n" + `89"`}
	plain := verdicts(t, "a,b\n"+strings.Join(rows, "\n")+"\n", limits)
	var again, lined []string
	for i, r := range plain {
		again = append(again, r.Text)
		lined = append(lined, []string{"7,", `"123456",`}[i%2]+r.Text)
	}
	for name, file := range map[string]string{"again": "a,b\n" + strings.Join(again, "\n") + "\n", "lined": ColumnLine + ",a,b\n" + strings.Join(lined, "\n") + "\n"} {
		got := verdicts(t, file, limits)
		if len(got) != len(plain) {
			t.Fatalf("%s: %d rows, want %d", name, len(got), len(plain))
		}
		for i, r := range got {
			if codeOf(r) != codeOf(plain[i]) || !strings.HasSuffix(r.Text, plain[i].Text) {
				t.Errorf("%s: row %d is %q, %s; want %q, %s", name, i, r.Text, codeOf(r), plain[i].Text, codeOf(plain[i]))
			}
		}
	}
	if !slices.ContainsFunc(plain, func(r Record) bool { return codeOf(r) == CodeRowTooLong }) {
		t.Error("no row is too long: the test tests nothing")
	}
}

func codeOf(r Record) string {
	if r.Err == nil {
		return ""
	}
	return r.Err.Code
}

// verdicts reads the rows of a file twice: in one go, and from row to row.
func verdicts(t *testing.T, file string, limits Limits) (all []Record) {
	t.Helper()
	r := NewReader(strings.NewReader(file), Position{}, limits)
	r.limits.RowChars = 100
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	r.limits.RowChars = limits.RowChars
	at := r.Position()
	for {
		record, err := r.Next()
		alone, problem := NewReader(strings.NewReader(file[at.Offset:]), at, limits.For(header)).Next()
		if (err == nil) != (problem == nil) || record.Text != alone.Text || codeOf(record) != codeOf(alone) {
			t.Fatalf("from byte %d: %q, %v; in one go %q, %v", at.Offset, alone.Text, problem, record.Text, err)
		}
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all, at = append(all, record), record.End
	}
}
