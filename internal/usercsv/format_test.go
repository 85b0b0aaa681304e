package usercsv

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFormatRow(t *testing.T) {
	for want, fields := range map[string][]string{
		`"jane","Jane Doe",""`: {"jane", "Jane Doe", ""},
		`"Doe, Jane"`:          {"Doe, Jane"},
		`"say ""hi""","x"`:     {`say "hi"`, "x"},
		`"C:\","x"`:            {`C:\`, "x"},
		"\"a\nb\",\"c\rd\"":    {"a\nb", "c\rd"},
		`""`:                   {""},
		"\"\x1a\"":             {"\x1a"},
	} {
		if got := FormatRow(fields); got != want {
			t.Errorf("%q: %s, want %s", fields, got, want)
		}
	}
}

// TestParseRow: the text of a row is read as in its file, with any text after it.
func TestParseRow(t *testing.T) {
	long := strings.Repeat("é", 40)
	for _, row := range []string{
		"a,b", "a,b\x00", "a\x1a,\x00", `a\,b`, "\"a\nb\",c", "a,\r", "\"open,b", "\"a\"x,b", "\xff,b", strings.Repeat("x", 20), long, long + "日", "\"a\",b", "\"a\"  ",
	} {
		for _, end := range []string{"\n", "\r\n", "\nnext,row\n", ""} {
			file := "h\n" + row + end
			r := NewReader(strings.NewReader(file), Position{}, Limits{RowChars: 10})
			if _, err := r.Header(); err != nil {
				t.Fatal(err)
			}
			want, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseRow(want.Text, Limits{RowChars: 10})
			if err != nil || !slices.Equal(got.Fields, want.Fields) || fmt.Sprint(got.Err) != fmt.Sprint(want.Err) {
				t.Errorf("%q: %q %v, %v; in the file %q %v", row+end, got.Fields, got.Err, err, want.Fields, want.Err)
			}
		}
	}
	for text, code := range map[string]string{"a\nb": CodeFieldCount, "\na": CodeFieldCount, "": "", " ": "", "a\n": "", "a\r\n": ""} {
		got, err := ParseRow(text, Limits{})
		if err != nil || (got.Err != nil) != (code != "") || got.Err != nil && got.Err.Code != code {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

// FuzzFormatRow: a row that was read can be written, and is read again unchanged, in this
// dialect and in RFC 4180's. It may stand alone, in the middle of a file and at both
// ends.
func FuzzFormatRow(f *testing.F) {
	for _, s := range []string{"a,b", "\"a\nb\",\\,", `C:\,x`, "\"\"", "\"\x00\"", "\xef\xbb\xbfa", "a\rb", "\u00a0x,\u2028", `"\"`, "\"a\\\",b", `\\,`, "=1,'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := ParseRow(text, Limits{})
		if err != nil || read.Err != nil {
			return
		}
		row := FormatRow(read.Fields)
		if len(row) > DefaultRowChars {
			return
		}
		if got, err := ParseRow(row, Limits{}); err != nil || !slices.Equal(got.Fields, read.Fields) || got.Text != row {
			t.Errorf("%q is written %q and read %q, %v", read.Fields, row, got.Fields, err)
		}
		for _, file := range []string{row, row + "\n", row + "\r\n" + row, row + "\nx\n" + row + "\r\n\x00"} {
			checkRead(t, file, read.Fields)
		}
		if strings.ContainsRune(row, '\r') {
			return // the library turns CR LF in a value into LF
		}
		other, err := csv.NewReader(strings.NewReader(row + "\n")).Read()
		if err != nil || !slices.Equal(other, read.Fields) {
			t.Errorf("%q is written %q, and RFC 4180 reads %q, %v", read.Fields, row, other, err)
		}
	})
}

// checkRead demands that the first row of a file, and each row other than x, has these
// values.
func checkRead(t *testing.T, file string, want []string) {
	t.Helper()
	r := NewReader(strings.NewReader(file), Position{}, Limits{})
	r.skipBOM() // as before a header
	rows, err := readAll(r)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%q: %d rows, %v", file, len(rows), err)
	}
	for _, row := range rows {
		if row.Err != nil || !slices.Equal(row.Fields, want) && !slices.Equal(row.Fields, []string{"x"}) {
			t.Errorf("%q has the row %q, %v; want %q", file, row.Fields, row.Err, want)
		}
	}
}
