package usercsv

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
	"poolhouse/internal/userpool"
)

// foundFiles are the foreignFiles that are read unless the reading is strict.
var foundFiles = f("UTF-16LE with mark", "UTF-16BE with mark", "UTF-16LE without mark", "UTF-16BE without mark", "UTF-16 of the East", "UTF-16 with tabs", "gzip",
	"semicolons", "tabs", "bars", "sep=;", "sep=, in marks", "CR alone", "CR alone, many", "single marks", "Windows-1252", "MS-DOS")

// TestFoundFiles: files of other programs are read without a hint about their format.
// Other kinds of files are refused as in a strict reading.
func TestFoundFiles(t *testing.T) {
	for name, file := range foreignFiles(t) {
		t.Run(name, func(t *testing.T) {
			for _, pool := range []*userpool.UserPool{nil, testPool(t)} {
				for _, src := range sources(file[0]) {
					s, err := Survey(opener(src), Limits{}, Import{Pool: pool})
					found := slices.Contains(foundFiles, name) || name == "CR alone, in marks" && pool == nil
					if !found {
						if err == nil {
							t.Errorf("pool known: %t, read as %+v", pool != nil, s.Format)
						}
						continue
					}
					if err != nil || s.Rows < 1 || s.Format == nil || s.Header[0] != ColumnUsername || s.Size != int64(len(file[0])) {
						t.Fatalf("pool known: %t, %v, %+v", pool != nil, err, s)
					}
				}
			}
		})
	}
}

// readFound returns the rows of a file, read in the format that a survey detected.
func readFound(t *testing.T, file string, limits Limits, want Import) (rows [][]string, s *Surveyed) {
	t.Helper()
	s, err := Survey(opener(strings.NewReader(file)), limits, want)
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Format.OpenText(func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(file[offset:])), nil
	}, 0, limits.LinedBytes())
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	r := s.Format.NewReader(text, Position{}, limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || record.Err != nil {
			t.Fatal(err, record.Err)
		}
		rows = append(rows, record.Fields)
	}
	if at := r.Position().Offset; at != s.Format.Size(s.Size) {
		t.Errorf("the text has %d bytes, and %d are told", at, s.Format.Size(s.Size))
	}
	if s.Rows != int64(len(rows)) {
		t.Errorf("%d rows are counted, %d are read", s.Rows, len(rows))
	}
	return rows, s
}

const head3 = "cognito:username,name,email_verified\n"

// TestDecided: the whole file decides about the format, also if its beginning shows
// nothing or something else.
func TestDecided(t *testing.T) {
	plain := strings.Repeat("bob,Bob,true\n", 10_000) // more than the beginning that is examined
	gz := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
		return b.String()
	}
	zst := func(text string) string {
		w, _ := zstd.NewWriter(nil)
		return string(w.EncodeAll([]byte(text), nil))
	}
	escaped := "ann,\"say \\\"hi\\\", then go\",true\n"
	tests := []struct {
		name, file string
		row        int // -1 for the last
		want       string
		encoding   filetext.Encoding
		style      dialect.Style
	}{
		{name: "an accent at the end", file: head3 + plain + strings.Repeat("j,Jos\xe9 Mu\xf1oz,true\n", 200), row: -1, want: "José Muñoz", encoding: filetext.Windows1252},
		{name: "an accent at the beginning", file: head3 + strings.Repeat("j,Jos\xe9 Mu\xf1oz,true\n", 200) + plain, want: "José Muñoz", encoding: filetext.Windows1252},
		{name: "UTF-8 at the end", file: head3 + "j,Jos\xe9,true\n" + plain + strings.Repeat("j,José Muñoz,true\n", 200), row: -1, want: "José Muñoz"},
		{name: "an escape at the end", file: head3 + plain + escaped, row: -1, want: `say "hi", then go`, style: dialect.Backslash},
		{name: "both at the end", file: head3 + plain + escaped + strings.Repeat("j,Jos\xe9 Mu\xf1oz,true\n", 200), row: -1, want: "José Muñoz", encoding: filetext.Windows1252, style: dialect.Backslash},
		{name: "gzip", file: gz(head3 + plain + escaped), row: -1, want: `say "hi", then go`, style: dialect.Backslash},
		{name: "zstd in an encoding", file: zst(head3 + plain + strings.Repeat("j,Jos\xe9 Mu\xf1oz,true\n", 200)), row: -1, want: "José Muñoz", encoding: filetext.Windows1252},
		{name: "gzip of UTF-16", file: gz(wide("\ufeff"+head3+"ä,Ann,true\n", true)), row: -1, want: "Ann", encoding: filetext.UTF16LE},
		{name: "gzip of two parts", file: gz(head3+"bob,Bob,true\n") + gz("ann,Ann,true\n"), row: -1, want: "Ann"},
		{name: "CR and an encoding", file: strings.ReplaceAll(head3+strings.Repeat("j,Jos\xe9 Mu\xf1oz,true\n", 20), "\n", "\r"), row: -1, want: "José Muñoz", encoding: filetext.Windows1252},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]string
			var s *Surveyed
			if tt.name == "UTF-8 at the end" { // only one row is damaged
				s, err := Survey(opener(strings.NewReader(tt.file)), Limits{}, Import{Pool: testPool(t)})
				if err != nil || s.Format != nil {
					t.Fatalf("%v, %+v", err, s)
				}
				return
			}
			rows, s = readFound(t, tt.file, Limits{}, Import{Pool: testPool(t)})
			at := tt.row
			if at < 0 {
				at = len(rows) - 1
			}
			if got := rows[at][1]; got != tt.want {
				t.Errorf("%q, not %q", got, tt.want)
			}
			var encoding filetext.Encoding
			style := dialect.Style("")
			if s.Format != nil {
				encoding = s.Format.Text.Encoding
				if s.Format.dialect().Style != dialect.Cognito {
					style = s.Format.dialect().Style
				}
			}
			if encoding != tt.encoding || style != tt.style {
				t.Errorf("read as %+v", s.Format)
			}
		})
	}
}

// TestOnePass: a file in Cognito's form or RFC 4180 is opened once. So is a file of
// another program if its beginning shows the format.
func TestOnePass(t *testing.T) {
	for name, file := range map[string]string{
		"Cognito": head3 + strings.Repeat("bob,Bob\\, B.,true\n", 20_000), "RFC 4180": head3 + strings.Repeat("bob,\"Bob, B.\",true\r\n", 20_000),
		"semicolons": strings.ReplaceAll(head3, ",", ";") + strings.Repeat("bob;\"Bob; \"\"B.\"\"\";true\r\n", 20_000), "Windows-1252": head3 + strings.Repeat("bob,J\xfcrgen,true\n", 20_000),
		"UTF-16": wide("\ufeff"+head3+strings.Repeat("bob,Bob,true\n", 20_000), true),
	} {
		opened := 0
		s, err := Survey(func() (io.ReadCloser, error) {
			opened++
			return io.NopCloser(strings.NewReader(file)), nil
		}, Limits{}, Import{Pool: testPool(t)})
		if err != nil || s.Rows != 20_000 || opened != 1 {
			t.Errorf("%s: %v, opened %d times, %+v", name, err, opened, s)
		}
	}
}

// TestCognitoFiles: a file that Amazon Cognito accepts is read as Cognito reads it. This
// includes files of one row, and files that would fit another dialect, too.
func TestCognitoFiles(t *testing.T) {
	for _, rows := range []string{
		"a,Doe\\, Jane,true,\n", "a,Doe\\, Jane,true,x\n", "1,Doe\\, Jane,true,\n2,Doe\\, Joe,true,\n", "a,Jane,true,\n", "a,Jane \"J\" Doe,true,x\n", "a,O'Neil,true,'tis\n",
		"a,C:\\temp,true,\\\\server\\share\n", "a,Jane;Doe,true,x|y\tz\n", "a,\"Doe, Jane\",true,\r\n", "\"a\",\"Jane\",\"true\",\"\"\n", "a,,TRUE,\n", "a,null,true,None\n",
		"a,NULL,true,NULL\n", "a,NA,true,\n", "a,Jane,true,\\,\n", "a,Jane,true,x\\n",
	} {
		file := "cognito:username,name,email_verified,nickname\n" + rows
		s, err := Survey(opens(file), Limits{}, Import{Pool: testPool(t)})
		if err != nil || s.Format != nil {
			t.Errorf("%q: %v, read as %+v", rows, err, s.Format.Words())
		}
	}
}

// TestChoice: what is chosen is not detected.
func TestChoice(t *testing.T) {
	tests := []struct {
		name, file string
		choice     Choice
		want       string
	}{
		{"encoding", head3 + "j,Zo\x91,true\n", Choice{Encoding: filetext.MacRoman}, "Zoë"},
		{"UTF-16 without a mark", wide("cognito:username,name,email_verified\nj,山田太郎,true\n", false), Choice{Encoding: filetext.UTF16BE}, "山田太郎"},
		{"separator", "cognito:username;email,verified;name\nx;y,z;Ann\n", Choice{Separator: ";"}, "y,z"},
		{"quote", head3 + "j,'a',true\n", Choice{Quote: "'"}, "a"},
		{"no quote", head3 + "j,\"a\",true\n", Choice{Quote: NoQuote, Style: dialect.Plain}, `"a"`},
		{"style", head3 + `j,a\\b,true` + "\n", Choice{Style: dialect.Backslash}, `a\b`},
		{"Cognito", head3 + `j,"a\\b",true` + "\n", Choice{Style: dialect.Cognito}, `a\\b`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := testPool(t)
			if tt.name == "separator" {
				pool = nil
			}
			s, err := Survey(opener(strings.NewReader(tt.file)), Limits{}, Import{Pool: pool, Asked: Asked{Choice: tt.choice}})
			if tt.name == "separator" {
				if err != nil || len(s.Header) != 3 || s.Header[1] != "email,verified" {
					t.Errorf("%v, %q", err, s.Header)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if rows, _ := readFound(t, tt.file, Limits{}, Import{Pool: pool, Asked: Asked{Choice: tt.choice}}); rows[0][1] != tt.want {
				t.Errorf("%q, not %q", rows[0][1], tt.want)
			}
		})
	}
}

// TestNothingIsFoundOut: a strict reading, and one of another file's rows, assumes
// Cognito's form.
func TestNothingIsFoundOut(t *testing.T) {
	file := head3 + `j,"say \"hi\"",true` + "\n" + strings.Repeat("bob,\"a \\\"b\\\" c\",true\n", 50)
	for name, want := range map[string]Import{
		"strict": {Asked: Asked{Strict: true}}, "again": {Again: true}, "inherited": {Format: &Format{Birthdates: DayFirst}},
	} {
		s, err := Survey(opener(strings.NewReader(file)), Limits{}, want)
		if err != nil || s.Format != want.Format && (s.Format == nil || s.Format.Birthdates != DayFirst) {
			t.Errorf("%s: %v, %+v", name, err, s)
		}
	}
	if s, err := Survey(opener(strings.NewReader(file)), Limits{}, Import{}); err != nil || s.Format == nil || s.Format.Dialect.Style != dialect.Backslash {
		t.Errorf("found out: %v, %+v", err, s)
	}
}

// TestUnpackedLimits: the limits bound the decompressed text, and a damaged file is
// reported. Size and digest are always those of the file.
func TestUnpackedLimits(t *testing.T) {
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
		return b.String()
	}
	rows := strings.Repeat("bob,Bob,true\n", 10_000)
	tests := []struct {
		name, file string
		limits     Limits
		code       string
	}{
		{"as large as allowed", packed(head3 + rows), Limits{Bytes: int64(len(head3 + rows))}, ""},
		{"a byte more", packed(head3 + rows), Limits{Bytes: int64(len(head3+rows)) - 1}, CodeFileTooLarge},
		{"a bomb", packed(head3 + strings.Repeat("bob,Bob,true\n", 1_000_000)), Limits{Bytes: 1000, Rows: 100}, CodeFileTooLarge},
		{"too many rows", packed(head3 + rows), Limits{Rows: 9_999}, CodeFileTooManyRows},
		{"cut off", packed(head3 + rows)[:100], Limits{}, CodeFileForm},
		{"nothing behind the first bytes", "\x1f\x8b\x08", Limits{}, CodeFileForm},
		{"packed twice", packed(packed(head3 + rows)), Limits{}, CodeFileForm},
		{"JSON", packed(`{"users":[]}`), Limits{}, CodeFileForm},
		{"UTF-16, too large", wide("\ufeff"+head3+rows, true), Limits{Bytes: 10_000}, CodeFileTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Survey(opener(strings.NewReader(tt.file)), tt.limits, Import{Pool: testPool(t)})
			if code := fileCode(t, err); code != tt.code {
				t.Fatalf("got %v", err)
			}
			if s.Size != int64(len(tt.file)) || len(s.SHA256) != 64 {
				t.Errorf("%d bytes, digest %s", s.Size, s.SHA256)
			}
			l, err := Check(opens(tt.file), tt.limits, Import{Pool: testPool(t)})
			if err != nil || (l.Problem == nil) != (tt.code == "") || l.Problem != nil && l.Problem.Code != tt.code {
				t.Errorf("the look says %v, %+v", err, l)
			}
		})
	}
	lost := errors.New("the disk is gone")
	file := packed(head3 + rows)
	_, err := Survey(func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(file[:len(file)/2]), iotest.ErrReader(lost))), nil
	}, Limits{}, Import{})
	if !errors.Is(err, lost) || FileProblems(err) != nil {
		t.Errorf("a file that cannot be read: %v", err)
	}
}
