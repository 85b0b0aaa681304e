package dialect

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
)

// world is the folder of files that many programs wrote with the same users.
const world = "../testdata/world"

// worldFile is an entry of the folder's manifest.
type worldFile struct {
	File       string
	Delimiter  string
	Quoting    string
	Null       string
	NotCounted []string `json:"not_counted"`
}

// user is a user's values by column.
type user map[string]string

func fromJSON(t testing.TB, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(world, file))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func worldFiles(t testing.TB) []worldFile {
	var manifest struct{ Files []worldFile }
	fromJSON(t, "manifest.json", &manifest)
	return manifest.Files
}

func worldUsers(t testing.TB) []user {
	var truth struct{ Users []user }
	fromJSON(t, "truth.json", &truth)
	return truth.Users
}

// worldText returns a file's text in UTF-8.
func worldText(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(world, file))
	if err != nil {
		t.Fatal(err)
	}
	form := filetext.Form{Packing: filetext.RecognisePacking(data)}
	plain := inForm(t, data, form)
	form.Encoding, form.Mark = filetext.Recognise(plain[:min(filetext.SampleSize, len(plain))])
	if form.Encoding == filetext.UTF8 {
		var e filetext.Evidence
		e.Write(plain)
		e.End()
		form.Encoding = e.Encodings()[0]
	}
	text := inForm(t, data, form)
	if first := bytes.IndexAny(text, "\r\n"); text[first] == '\r' && text[first+1] != '\n' {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text
}

func inForm(t testing.TB, data []byte, form filetext.Form) []byte {
	t.Helper()
	r, err := filetext.NewReader(bytes.NewReader(data), form, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// userColumns are the columns of the folder's files.
var userColumns = []string{"cognito:username", "name", "given_name", "family_name", "email", "email_verified", "birthdate",
	"phone_number", "phone_number_verified", "address", "custom:note"}

// knownColumns counts the known names.
func knownColumns(names []string) (n int) {
	if !slices.Contains(names, "cognito:username") {
		return 0
	}
	for _, name := range names {
		if slices.Contains(userColumns, name) {
			n++
		}
	}
	return n
}

// worldDialects are the dialects of the files that are neither in Cognito's form nor in
// RFC 4180.
var worldDialects = map[string]Dialect{
	"17-sheetjs-blankcols.csv":                  {',', '"', Doubled}, // a comma follows a backslash at a value's end
	"22-php-default.csv":                        {',', '"', PHP},
	"32-awk-cognito-escape.csv":                 {',', 0, Cognito},
	"48-mariadb-outfile-csv-noescape.csv":       {',', '"', Undoubled},
	"27-sqlite-tabs.csv":                        {'\t', 0, Plain},
	"51-r-writetable-tab-noquote.csv":           {'\t', 0, Plain},
	"44-psql-copy-text.csv":                     {'\t', 0, Text},
	"55-commonscsv-mysql.csv":                   {'\t', 0, Text},
	"49-mariadb-outfile-semicolon-enclosed.csv": {';', '"', Backslash},
}

// dialect returns the expected dialect of a file.
func (f worldFile) dialect() Dialect {
	if d, is := worldDialects[f.File]; is {
		return d
	}
	d := Dialect{Separator: f.Delimiter[0], Quote: f.Quoting[0], Style: Doubled}
	switch {
	case strings.Contains(f.Quoting, "backslash"):
		d.Style = Backslash
	case d.Separator == ',' && d.Quote == '"':
		d.Style = Cognito
	}
	return d
}

// TestWorld reads each file of the folder in the detected dialect, and demands each
// counted user.
func TestWorld(t *testing.T) {
	truth := worldUsers(t)
	for _, f := range worldFiles(t) {
		t.Run(f.File, func(t *testing.T) {
			text := worldText(t, f.File)
			d := NewDetector(Want{Known: knownColumns})
			d.Write(text)
			readings := d.End()
			if len(readings) != 1 {
				t.Fatalf("%d readings: %+v", len(readings), readings)
			}
			if readings[0].Dialect != f.dialect() {
				t.Errorf("%q, not %q", readings[0].Dialect, f.dialect())
			}
			got := usersOf(t, readings[0], text)
			for _, want := range truth {
				if !slices.Contains(f.NotCounted, want["cognito:username"]) {
					compareUsers(t, got[want["cognito:username"]], want)
				}
			}
		})
	}
}

// usersOf returns the users of a text by username.
func usersOf(t *testing.T, r Reading, text []byte) map[string]user {
	users := map[string]user{}
	for range r.Before {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	_, size, err := r.CutRow(text, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	for text = text[size:]; len(text) > 0; text = text[size:] {
		var cuts []Cut
		if cuts, size, err = r.CutRow(text, true, nil); err != nil {
			size = bytes.IndexByte(text, '\n') + 1
			continue
		}
		if r.Numbered {
			cuts = cuts[1:]
		}
		if len(cuts) != len(r.Header) && !(r.Short && len(cuts) < len(r.Header)) && !(r.Long && len(cuts) == len(r.Header)+1) {
			continue
		}
		u, row := user{}, string(text[:size])
		for i, name := range r.Header[:min(len(cuts), len(r.Header))] {
			if r.Nulls == nil || r.Nulls[i] == "" || !cuts[i].Bare(row, r.Nulls[i]) {
				u[name] = r.Value(row, cuts[i])
			}
		}
		users[u["cognito:username"]] = u
	}
	return users
}

// compareUsers compares the values as they are written.
func compareUsers(t *testing.T, got, want user) {
	t.Helper()
	for _, column := range []string{"cognito:username", "name", "given_name", "family_name", "email", "phone_number", "address", "custom:note"} {
		if oneForm(got[column]) != oneForm(want[column]) {
			t.Errorf("%s of %s is %q, not %q", column, want["cognito:username"], got[column], want[column])
		}
	}
}

// oneForm returns a value without outer spaces, with LF line ends.
func oneForm(value string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n"))
}
