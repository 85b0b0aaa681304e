package usercsv

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"poolhouse/internal/usercsv/dialect"
)

// TestKept: the kept text of a row is the same row in a file in Cognito's form. It has
// the same values there, or is no valid user there either.
func TestKept(t *testing.T) {
	header := []string{"cognito:username", "email", "name"}
	limits := Limits{RowChars: 60}
	semicolons := &Format{Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}}
	backslashes := &Format{Dialect: dialect.Dialect{Separator: ',', Quote: '"', Style: dialect.Backslash}}
	text := &Format{Dialect: dialect.Dialect{Separator: '\t', Style: dialect.Text}, Nulls: []string{"", "", `\N`}}
	marks := strings.Repeat(`"`, 20)
	for name, c := range map[string]struct {
		format    *Format
		row, kept string
	}{
		"Cognito's own":            {nil, `a, b\,c ,d`, `a, b\,c ,d`},
		"only values":              {&Format{Birthdates: DayFirst}, `a, b ,d`, `a, b ,d`},
		"semicolons":               {semicolons, `a;"b;""c""";d,e`, `"a","b;""c""","d,e"`},
		"several lines":            {semicolons, "a;\"b\nc\";d", "\"a\",\"b\nc\",\"d\""},
		"too few":                  {semicolons, `a;b`, `"a","b"`},
		"too many":                 {semicolons, `a;b;c;d`, `"a","b","c","d"`},
		"not closed":               {semicolons, `"a;b;c`, `"""a;b;c"`},
		"a stray mark":             {semicolons, `"a"b;c;d`, `"""a""b;c;d"`},
		"not UTF-8":                {semicolons, "a\xff;b;c", "\"a\xff;b;c\""},
		"too long":                 {semicolons, strings.Repeat("ö", 61), `"` + strings.Repeat("ö", 61) + `"`},
		"endless":                  {semicolons, strings.Repeat("x", 1000), `"` + strings.Repeat("x", 4*60+2) + `"`},
		"too long in marks":        {semicolons, "a;" + strings.ReplaceAll(marks, `"`, `'"`) + "x;b", `"a;` + strings.ReplaceAll(marks, `"`, `'""`) + `x;b"`},
		"too long in two lines":    {backslashes, "a,b\\\n" + strings.Repeat("x", 60), `"a,b\ ` + strings.Repeat("x", 60) + `"`},
		"an escape":                {backslashes, `a,"b\"c\\",d\,e`, `"a","b""c\","d,e"`},
		"psql":                     {text, "a\tb\\tc\\nd\t\\N", "\"a\",\"b\tc\nd\",\"\""},
		"a backslash that is kept": {text, "a\tb\\\\N\tc", `"a","b\N","c"`},
	} {
		t.Run(name, func(t *testing.T) {
			separator := ","
			if c.format != nil && c.format.Dialect.Separator != 0 {
				separator = string(c.format.Dialect.Separator)
			}
			r := c.format.NewReader(strings.NewReader(strings.Join(header, separator)+"\n"+c.row), Position{}, limits)
			if _, err := r.Header(); err != nil {
				t.Fatal(err)
			}
			record, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			kept := NewKeeper(header, limits, c.format).Kept(record)
			if kept != c.kept {
				t.Errorf("of %q is kept %q, want %q", c.row, kept, c.kept)
			}
			sameThere(t, header, limits, record, kept)
		})
	}
}

// TestKeptFits: a row that may be imported is never too long in its kept form.
func TestKeptFits(t *testing.T) {
	header := []string{"a", "b"}
	f := &Format{Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}, Booleans: map[string]Booleans{"b": {True: "t", False: "f"}}}
	for size := range 30 {
		for _, value := range []string{strings.Repeat("x", size), strings.Repeat("ö", size), "'" + strings.Repeat(`"`, size)} {
			r := f.NewReader(strings.NewReader("a;b\n"+value+";f\n"), Position{}, Limits{RowChars: 20})
			if _, err := r.Header(); err != nil {
				t.Fatal(err)
			}
			record, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			kept := NewKeeper(header, Limits{RowChars: 20}, f).Kept(record)
			again, err := ParseRow(kept, Limits{RowChars: 20})
			if err != nil || (again.Err == nil && len(again.Fields) == 2) != (record.Err == nil) || record.Err == nil && again.Fields[0] != value {
				t.Errorf("%q, read with %v, is kept as %q and read with %v, %v", value, record.Err, kept, again.Err, err)
			}
		}
	}
}

// sameThere demands that a kept text is one row, with the values of the record or no
// valid user.
func sameThere(t *testing.T, header []string, limits Limits, record Record, kept string) {
	t.Helper()
	r := NewReader(strings.NewReader(strings.Join(header, ",")+"\n"+kept+"\nnext,b,c\n"), Position{}, limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	again, err := r.Next()
	if err != nil {
		t.Fatalf("%q: %v", kept, err)
	}
	if fails, failed := again.Err != nil || len(again.Fields) != len(header), record.Err != nil || len(record.Fields) != len(header); fails != failed ||
		!fails && fmt.Sprint(again.Fields) != fmt.Sprint(record.Fields) {
		t.Errorf("%q is read as %q, %v; it was %q, %v", kept, again.Fields, again.Err, record.Fields, record.Err)
	}
	if strings.HasPrefix(kept, `"`) && strings.Count(kept, `"`)%2 == 0 { // in the form of FormatRow, nothing after it belongs to it
		if next, err := r.Next(); err != nil || next.Err != nil || next.Fields[0] != "next" {
			t.Errorf("after %q comes %q, %v", kept, next.Fields, err)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("after %q come more rows: %v", kept, err)
		}
	}
}
