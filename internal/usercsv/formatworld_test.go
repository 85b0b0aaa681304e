package usercsv

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// TestWorldPositions reads the files of many programs from the end of each row.
func TestWorldPositions(t *testing.T) {
	files, err := filepath.Glob("testdata/world/*.csv*")
	if err != nil || len(files) < 63 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		open := func(offset int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data[offset:])), nil }
		f := worldFormat(t, file, open)
		text := openedAt(t, f, open, 0)
		_, rows := checkFormat(t, f, []byte(text), Limits{}, 4096)
		broken := slices.DeleteFunc(slices.Clone(rows), func(r Record) bool { return r.Err == nil })
		if len(rows) < 79 || len(broken) > 1 { // one program lost users, and a mark in one of them
			t.Errorf("%s has %d rows, and these cannot be split: %s", file, len(rows), show(broken))
		}
		for i := 0; i < len(rows); i += 11 {
			if got := openedAt(t, f, open, rows[i].End.Offset); got != text[rows[i].End.Offset:] {
				t.Fatalf("%s: at byte %d there is something else", file, rows[i].End.Offset)
			}
		}
	}
}

// worldFormat detects the format of a file.
func worldFormat(t *testing.T, file string, open OpenAt) *Format {
	t.Helper()
	f := &Format{}
	beginning := func() []byte {
		text := openedAt(t, f, open, 0)
		return []byte(text[:min(len(text), filetext.SampleSize)])
	}
	f.Text.Packing = filetext.RecognisePacking(beginning())
	f.Text.Encoding, f.Text.Mark = filetext.Recognise(beginning())
	if f.Text.Encoding == filetext.UTF8 {
		var e filetext.Evidence
		e.Write([]byte(openedAt(t, f, open, 0)))
		e.End()
		f.Text.Encoding = e.Encodings()[0]
	}
	f.Text.CR = filetext.LoneCR(beginning())
	d := dialect.NewDetector(dialect.Want{Known: func(names []string) int {
		if !slices.Contains(names, ColumnUsername) {
			return 0
		}
		return len(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(header11, name) }))
	}})
	d.Write([]byte(strings.TrimPrefix(openedAt(t, f, open, 0), byteOrderMark)))
	readings := d.End()
	if len(readings) == 0 {
		t.Fatalf("%s is in no dialect", file)
	}
	r := readings[0]
	f.Dialect, f.Before, f.Nulls, f.Short, f.Long, f.Numbered = r.Dialect, r.Before, r.Nulls, r.Short, r.Long, r.Numbered
	return f
}

// header11 is the header of the files of many programs.
var header11 = []string{ColumnUsername, "name", "given_name", "family_name", "email", "email_verified", "birthdate",
	"phone_number", "phone_number_verified", "address", "custom:note"}
