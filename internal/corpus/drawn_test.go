package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/worldcsv"
)

// drawnFiles is how many files are written and read.
const drawnFiles = 150

// wholeDrawn is how many of a hundred files must be read without any error.
const wholeDrawn = 97

// TestDrawnFiles writes the table with random settings and reads it. No user may be wrong,
// and a missing user must have a cause.
func TestDrawnFiles(t *testing.T) {
	w, err := worldcsv.Load(world)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "drawn.csv")
	whole := 0
	for seed := range uint64(drawnFiles) {
		s, says := draw(rand.New(rand.NewPCG(seed, 17)))
		text, f := w.Write(s)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := importOf(path, usercsv.Import{Pool: pool()})
		if err != nil {
			t.Fatalf("seed %d, %s: %v", seed, says, err)
		}
		j := w.Judge(f, a.users)
		if len(j.Wrong) > 0 {
			t.Errorf("seed %d, %s: %d users are wrong, such as %s", seed, says, len(j.Wrong), j.Wrong[0])
		}
		if j.Whole() {
			whole++
			continue
		}
		t.Logf("seed %d, %s: %d of %d users are right; missing %q; %s", seed, says, j.Right, j.Counted, j.Missing[:min(3, len(j.Missing))], a.cause)
		if a.cause == "" {
			t.Errorf("seed %d, %s: users are missing, and no cause is told", seed, says)
		}
	}
	t.Logf("%d of %d files are read wholly right", whole, drawnFiles)
	if 100*whole < wholeDrawn*drawnFiles {
		t.Errorf("%d of %d files are read wholly right", whole, drawnFiles)
	}
}

// encodings are the encodings of the files.
var encodings = []struct {
	name     string
	encoding encoding.Encoding
	mark     string
}{
	{"UTF-8", nil, ""}, {"UTF-8", nil, ""}, {"UTF-8", nil, ""}, {"UTF-8 with a mark", nil, "\xef\xbb\xbf"},
	{"UTF-16LE with a mark", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xff\xfe"},
	{"UTF-16BE with a mark", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xfe\xff"},
	{"UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""},
	{"windows-1252", charmap.Windows1252, ""}, {"ISO-8859-1", charmap.ISO8859_1, ""}, {"macintosh", charmap.Macintosh, ""}, {"IBM850", charmap.CodePage850, ""},
}

// headers are the ways of naming the columns.
var headers = []struct {
	name  string
	write func(string) string
}{
	{"names as they are", nil}, {"names as they are", nil}, {"names in capitals", strings.ToUpper},
	{"names with spaces", func(name string) string { return " " + strings.ReplaceAll(name, "_", " ") + " " }},
	{"names with capitals", func(name string) string {
		return strings.ToUpper(name[:1]) + name[1:]
	}},
}

func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// draw draws a setting and describes it.
func draw(r *rand.Rand) (s worldcsv.Setting, says string) {
	e, h := one(r, encodings...), one(r, headers...)
	s.Encoding, s.Mark, s.Header = e.encoding, e.mark, h.write
	s.Separator = one(r, ",", ";", "\t", "|")
	s.LineEnd = one(r, "\n", "\n", "\r\n", "\r\n", "\r")
	s.Booleans = one(r, [2]string{"true", "false"}, [2]string{"true", "false"}, [2]string{"TRUE", "FALSE"}, [2]string{"t", "f"}, [2]string{"1", "0"},
		[2]string{"yes", "no"}, [2]string{"WAHR", "FALSCH"}, [2]string{"VRAI", "FAUX"}, [2]string{"Y", "N"}, [2]string{"-1", "0"})
	s.Date = one(r, "01/02/2006", time.DateOnly, "02/01/2006", "02.01.2006", "1/2/2006", "2/1/2006", "2.1.2006", "2006/01/02", "20060102", time.DateTime, "02-01-2006")
	s.Quote = one(r, `"`, `"`, `"`, `"`, `'`, "")
	s.Escape = one(r, worldcsv.Doubled, worldcsv.Doubled, worldcsv.Backslash)
	if s.Quote == "'" && r.IntN(3) == 0 {
		s.Escape = worldcsv.Crossed
	}
	s.Always = r.IntN(2) == 0
	if s.Quote == "" {
		s.Escape = one(r, worldcsv.Backslash, worldcsv.Unescaped)
		switch s.Separator {
		case "\t":
			s.Escape = one(r, worldcsv.Letters, worldcsv.Unescaped)
		case ",":
			s.Escape = one(r, worldcsv.Cognito, worldcsv.Backslash)
		}
		if s.Escape == worldcsv.Backslash && s.LineEnd == "\r" {
			s.LineEnd = "\n" // no known program writes an escaped CR in lines that end with CR
		}
	}
	switch {
	case s.Escape == worldcsv.Letters || s.Escape == worldcsv.Backslash && s.Quote != "":
		s.Null = one(r, "", `\N`)
	case s.Quote != "" && s.Always:
		s.Null = one(r, "", "NULL", `\N`)
	default:
		s.Null = one(r, "", "", "NULL", "null", "NA", "None", "nan", "(null)", "N/A")
	}
	s.SepLine = s.Quote == `"` && r.IntN(8) == 0
	s.RowNumbers, s.BlankLines, s.NoLastEnd, s.Gzip = r.IntN(8) == 0, r.IntN(8) == 0, r.IntN(4) == 0, r.IntN(8) == 0
	s.Padding = s.Separator != "\t" && r.IntN(8) == 0
	switch r.IntN(8) {
	case 0:
		s.Trailing = true
	case 1:
		s.Nameless = true
	}
	return s, fmt.Sprintf("%s, separator %q, quote %q always %v, %s, line ends %q, null %q, booleans %v, dates %s, %s, sep line %v, numbers %v, trailing %v, nameless %v, blank lines %v, padding %v, gzip %v",
		e.name, s.Separator, s.Quote, s.Always, s.Escape, s.LineEnd, s.Null, s.Booleans, s.Date, h.name, s.SepLine, s.RowNumbers, s.Trailing, s.Nameless, s.BlankLines, s.Padding, s.Gzip)
}
