package dialect

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// longFile has many rows of the same form, and then some others.
func longFile(header, row string, last ...string) []byte {
	var text bytes.Buffer
	text.WriteString(header + "\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, row+"\n", i)
	}
	for _, row := range last {
		text.WriteString(row + "\n")
	}
	return text.Bytes()
}

// TestLateEvidence: the last rows count as much as the first ones.
func TestLateEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		text  []byte
		in    Dialect
		nulls []string
		last  string
	}{
		"an escaped mark":                        {longFile("user,name", `"u%d","Doe, Jane"`, `"x","She said \"hi\""`), Dialect{',', '"', Backslash}, nil, `x|She said "hi"`},
		"an escaped mark where little is quoted": {longFile("user;name", `u%d;Jane`, `x;"a;\"hi\""`), Dialect{';', '"', Backslash}, nil, `x|a;"hi"`},
		"a doubled mark":                         {longFile("user,name", `"u%d","Jane"`, `"x","""hi"", a"`), Default, nil, `x|"hi", a`},
		"no path but an escape":                  {longFile("user\tname", "u%d\tJane", "x\ta\\\tb"), Dialect{'\t', '"', Backslash}, nil, "x|a\tb"},
		"NULL and quoted text":                   {longFile("user,name", `"u%d","Jane"`, `"x",NULL`), Default, []string{"", "NULL"}, "x|"},
		"NULL and text that is not quoted":       {longFile("user,name", `"u%d",NULL`, `"x","Jane"`, `"y",Jane`), Default, nil, "y|Jane"},
		"NULL beside text":                       {longFile("user,name", `"u%d","Jane"`, `"y",Ann`, `"x",NULL`), Default, nil, "x|NULL"},
		"a value that is too many":               {longFile("user;name", `u%d;Jane;`, `x;Ann;y`), Dialect{';', '"', Doubled}, nil, "BROKEN"},
		"an apostrophe":                          {longFile("user;name", `'u%d';'Jane'`, `'x';'O''Brien; J'`), Dialect{';', '\'', Doubled}, nil, "x|O'Brien; J"},
	} {
		d := NewDetector(Want{Known: namesKnown})
		for piece := range slices.Chunk(c.text, 32<<10) {
			d.Write(piece)
		}
		r := d.End()
		if len(r) != 1 || r[0].Dialect != c.in || !slices.Equal(r[0].Nulls, c.nulls) {
			t.Errorf("%s: %+v", name, r)
			continue
		}
		ends := bytes.LastIndexByte(c.text[:len(c.text)-1], '\n')
		if rows := rowsOf(r[0], append(bytes.Clone(firstLine(c.text)), c.text[ends+1:]...)); rows[0] != c.last {
			t.Errorf("%s: the last row is %q, not %q", name, rows[0], c.last)
		}
	}
}

// TestLateMarksAreTwoReadings: what makes a file ambiguous may come late, too.
func TestLateMarksAreTwoReadings(t *testing.T) {
	d := NewDetector(Want{Known: namesKnown})
	d.Write(longFile("user,name", `u%d,Jane`, `x,a\\b`))
	if r := d.End(); len(r) != 2 || r[1].Differs != 100_001 {
		t.Errorf("%+v", r)
	}
}

// TestHeldText: a detector holds a bounded part of any text.
func TestHeldText(t *testing.T) {
	const most = 10_000
	for name, piece := range map[string]string{
		"rows": "u1,Jane\n", "an endless line": "abc", "an open mark": "\"a\nb", "marks": `",`, "backslashes": `\`,
		"rows that are read in different ways": "u,\"a\nb\",'c\nd'\n'\"\n\"'\n", "blank lines": "\n",
	} {
		d := NewDetector(Want{Known: namesKnown, RowBytes: most})
		d.Write([]byte("user,name\n"))
		text := []byte(strings.Repeat(piece, 100_000/len(piece)))
		for range 10 {
			d.Write(text)
			if len(d.text) > 2*holdBytes+3*most || cap(d.text) > 4*holdBytes {
				t.Fatalf("%s: %d bytes are held in %d", name, len(d.text), cap(d.text))
			}
		}
		d.End()
	}
	d := NewDetector(Want{Known: namesKnown})
	for range 10 {
		d.Write(bytes.Repeat([]byte("no header\n"), 10_000))
	}
	if len(d.text) > 2*holdBytes || len(d.End()) != 0 {
		t.Errorf("of a text without a header, %d bytes are held", len(d.text))
	}
}

// TestGuess: a guess depends on the beginning and changes nothing.
func TestGuess(t *testing.T) {
	d := NewDetector(Want{Known: namesKnown})
	if r, ok := d.Guess(); ok {
		t.Errorf("of nothing it is guessed: %+v", r)
	}
	d.Write([]byte("user;name\nu1;a\nu2;\"b"))
	if r, ok := d.Guess(); !ok || r.Separator != ';' || r.Rows != 1 || !slices.Equal(r.Header, []string{"user", "name"}) {
		t.Errorf("%+v, %v", r, ok)
	}
	d.Write([]byte("\"\nu3;\"c \\\"d\\\"\"\n"))
	if r, ok := d.Guess(); !ok || r.Style != Backslash || r.Rows != 3 {
		t.Errorf("%+v, %v", r, ok)
	}
	if r := d.End(); len(r) != 1 || r[0].Style != Backslash || r[0].Rows != 3 {
		t.Errorf("%+v", r)
	}
}

// pieces writes a text in pieces of a size and returns the readings. hold is how many
// bytes the detector collects at least.
func pieces(text []byte, size, hold int) []Reading {
	d := NewDetector(Want{Known: namesKnown, RowBytes: 60})
	d.hold = hold
	for piece := range slices.Chunk(text, size) {
		d.Write(piece)
		if len(text)%7 == 0 {
			d.Guess()
		}
	}
	return d.End()
}

// FuzzDetector demands that the readings do not depend on the size of the pieces, and
// that every reading reads the whole text.
func FuzzDetector(f *testing.F) {
	for _, text := range fuzzTexts {
		f.Add([]byte(text), byte(7), byte(1))
		f.Add([]byte(text), byte(100), byte(30))
	}
	f.Fuzz(func(t *testing.T, data []byte, size, times byte) {
		header, rows, _ := bytes.Cut(data, []byte("\n"))
		text := append(append(bytes.Clone(header), '\n'), bytes.Repeat(rows, int(times)+1)...)
		if len(text) > 32<<10 {
			return
		}
		whole := pieces(text, len(text), holdBytes)
		if cut := pieces(text, int(size)+1, int(times)+1); !reflect.DeepEqual(whole, cut) {
			t.Fatalf("read at once: %+v\nin pieces of %d: %+v", whole, size+1, cut)
		}
		for i, r := range whole {
			if r.Rows < r.Broken || r.Broken < 0 || r.Odd < 0 || (i > 0) != (r.Differs > 0) || r.Differs > r.Rows+1 {
				t.Errorf("reading %d: %+v", i, r)
			}
			if r.Nulls != nil && len(r.Nulls) != len(r.Header) {
				t.Errorf("%d words for %d columns", len(r.Nulls), len(r.Header))
			}
		}
	})
}

// fuzzTexts begin with a known header.
var fuzzTexts = []string{
	"user,name\nu1,Jane\nu2,\"Doe, Jane\"\n",
	"user;name\n\"u1\";\"a \\\"b\\\" \\\\\"\n\"u2\";NULL\n",
	"sep=;\nuser;name\nu1;a\\;b\n",
	"user\tname\nu1\t\\N\nu2\ta\\tb\\\nc\n",
	"'user'|'name'\n'u1'|'O''Brien'\n'u2'|'a\nb'\n",
	"user,name\n1,u1,a\n2,u2,b\n",
	"user,name,note\nu1,a,b,\nu2\nu3,\"x\ny\",\"z\n",
	"user\nu1\n\nu,2\n\"u;3\"\n",
}

// FuzzCutRow demands that each row ends where the next one begins, and that its values
// lie in it in order. A row that is cut by itself must give the same cuts.
func FuzzCutRow(f *testing.F) {
	for i, text := range fuzzTexts {
		f.Add([]byte(text), uint8(i), uint8(i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, separator, quote, style uint8) {
		d := Dialect{Separators[int(separator)%len(Separators)], []byte{'"', '\'', 0}[int(quote)%3], Styles[int(style)%len(Styles)]}
		for len(data) > 0 {
			cuts, size, err := d.CutRow(data, true, nil)
			if err != nil {
				data = data[len(firstLine(data)):]
				continue
			}
			checkRow(t, d, data, cuts, size)
			data = data[size:]
		}
	})
}

// checkRow checks the first row of data.
func checkRow(t *testing.T, d Dialect, data []byte, cuts []Cut, size int) {
	t.Helper()
	if size <= 0 || size > len(data) || size < len(data) && data[size-1] != '\n' || len(cuts) == 0 {
		t.Fatalf("%q: of %q, a row of %d bytes", d, data, size)
	}
	row, at := string(data[:size]), 0
	for _, c := range cuts {
		if c.From < at || c.To < c.From || c.To > size {
			t.Fatalf("%q: of %q, the values lie at %+v", d, row, cuts)
		}
		if value := d.Value(row, c); len(value) > c.To-c.From || !c.Escaped && value != strings.TrimSpace(row[c.From:c.To]) {
			t.Errorf("%q: %q stands for %q", d, row[c.From:c.To], value)
		}
		at = c.To
	}
	if d.Style == Marks { // the next bytes matter
		return
	}
	alone, sizeAlone, err := d.CutRow(data[:size], true, nil)
	if err != nil || sizeAlone != size || !slices.Equal(alone, cuts) {
		t.Errorf("%q: %q by itself: %+v, %d, %v, not %+v", d, row, alone, sizeAlone, err, cuts)
	}
	if _, _, err := d.CutRow(data[:size-1], false, nil); size == len(data) && err == nil && data[size-1] != '\n' {
		t.Errorf("%q: a part of %q is a whole row", d, row)
	}
}
