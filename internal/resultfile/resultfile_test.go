package resultfile

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

var header = []string{"cognito:username", "email", "email_verified", "password_hash", "name"}

// awkward has values that spreadsheets, CSV or this format could misread.
var awkward = []string{
	"plain", "", "=1+1", "+15550100199", "-5", "@x", "'", "'=1", "''=1", "' x", "a,b", `a"b`, `"`, `"a"`, "a\nb", "=a\nb", "•••", "äöü€𝄞", "\ttab", "x;y", "[1]", "\\x",
}

func row(line int64, fields ...string) *Rejected {
	return &Rejected{Line: line, Number: line - 1, Verdict: importjob.RowFailed, Fields: fields, Findings: []usercsv.Finding{
		{RowError: usercsv.RowError{Column: "email", Code: userpool.CodeInvalidEmail, Reason: "Invalid email address format"}, Advice: "Write one address", Suggestions: []usercsv.Suggestion{{Value: "=a@example.com"}, {Value: "b@example.com"}}},
		{RowError: usercsv.RowError{Column: "name", Code: "X", Reason: "=b"}},
	}}
}

// TestCSVIsAnImportFile: an import reads the file of rejected rows with every original value,
// except for the hash, which is hidden.
func TestCSVIsAnImportFile(t *testing.T) {
	f := NewNotImported(CSV, header)
	text := f.Header()
	for i, value := range awkward {
		text += f.Record(row(int64(i)+2, "user", value, "true", "$2b$10$secret", value))
	}
	if strings.Contains(text, "secret") {
		t.Error("a password hash is told")
	}
	pool := &userpool.UserPool{ID: "us-east-1_x", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}}
	r := usercsv.NewReader(strings.NewReader(text), usercsv.Position{}, usercsv.Limits{})
	names, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := usercsv.NewDecoder(pool, names, "BCRYPT", usercsv.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range awkward {
		record, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		got := decoder.Values(record)
		if want := strings.TrimSpace(value); len(got) != len(names) || got[1] != want || got[4] != want || got[3] != usercsv.Hidden {
			t.Errorf("%q comes back as %q", value, got)
		}
		for n, cell := range record.Fields {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("row %d: the cell %d is %q, a formula", i, n, cell)
			}
		}
	}
}

// TestCells: the findings of a row can be read, and each part says what it is about.
func TestCells(t *testing.T) {
	f := NewNotImported(CSV, []string{"email"})
	record, err := usercsv.ParseRow(strings.TrimSuffix(f.Record(row(7, "b")), "\r\n"), usercsv.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"b", "7", "6", "FAILED", "InvalidEmail; X", "email; name", "email: Invalid email address format. name: =b.", "Write one address.",
		"email: =a@example.com | b@example.com", "",
	}
	if !slices.Equal(record.Fields, want) {
		t.Errorf("got  %q\nwant %q", record.Fields, want)
	}
	one := row(7, "b")
	one.Findings = one.Findings[:1]
	record, err = usercsv.ParseRow(strings.TrimSuffix(f.Record(one), "\r\n"), usercsv.Limits{})
	if err != nil || record.Fields[8] != "'=a@example.com | b@example.com" || record.Fields[6] != "Invalid email address format." {
		t.Errorf("one finding is %q, %v", record.Fields, err)
	}
}

// TestNDJSON: one object a line, with original values and the findings as a list.
func TestNDJSON(t *testing.T) {
	f := NewNotImported(NDJSON, header)
	if f.Header() != "" || ImportedHeader(NDJSON) != "" {
		t.Error("NDJSON has a header")
	}
	for _, value := range awkward {
		text := f.Record(row(2, "user", value, "true", "$2b$10$secret", "<b>"))
		if strings.Count(text, "\n") != 1 || strings.Contains(text, "secret") || !strings.Contains(text, "<b>") {
			t.Errorf("the record is %q", text)
		}
		var got struct {
			Email    string    `json:"email"`
			Line     int64     `json:"poolhouse:line"`
			Findings []finding `json:"poolhouse:findings"`
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Email != value || got.Line != 2 || len(got.Findings) != 2 || len(got.Findings[0].Suggestions) != 2 {
			t.Errorf("%q comes back as %+v, %v", value, got, err)
		}
	}
}

// TestRowWithoutCells: a row without a value for each column is shown by its text.
func TestRowWithoutCells(t *testing.T) {
	r := row(3, "a", "b")
	r.Text = "=a,\"b\xff"
	for _, fields := range [][]string{{"a", "b"}, nil} {
		r.Fields = fields
		record, err := usercsv.ParseRow(strings.TrimSuffix(NewNotImported(CSV, header).Record(r), "\r\n"), usercsv.Limits{})
		if got := record.Fields; err != nil || got[0] != "" || got[len(got)-1] != "'=a,\"b\ufffd" {
			t.Errorf("the cells are %q, %v", got, err)
		}
		if text := NewNotImported(NDJSON, header).Record(r); !strings.Contains(text, `"poolhouse:text":"=a,\"b`+"\ufffd"+`"`) || strings.Contains(text, `"email":`) {
			t.Errorf("the object is %s", text)
		}
	}
}

// TestImported: the map has the users, and only the line of a deleted user.
func TestImported(t *testing.T) {
	rows := []Imported{{Line: 2, Number: 1, Username: "=ada", ExternalID: "-7", Sub: "s"}, {Line: 3, Number: 2}}
	text := ImportedHeader(CSV) + rows[0].Record(CSV) + rows[1].Record(CSV)
	var got [][]string
	r := usercsv.NewReader(strings.NewReader(text), usercsv.Position{}, usercsv.Limits{})
	names, err := r.Header()
	for record := (usercsv.Record{Fields: names}); err == nil; record, err = r.Next() {
		got = append(got, record.Fields)
	}
	want := [][]string{importedColumns, {"2", "1", "'=ada", "'-7", "s"}, {"3", "2", "", "", ""}}
	if !slices.EqualFunc(got, want, slices.Equal) || !strings.HasPrefix(text, "\ufeff") || strings.Count(text, "\r\n") != 3 {
		t.Errorf("the map is %q", text)
	}
	if got, want := rows[0].Record(NDJSON), `{"poolhouse:line":2,"poolhouse:record":1,"cognito:username":"=ada","poolhouse:external_id":"-7","sub":"s"}`+"\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestOwnColumnsOnce: the result file of a file that has our columns has them once.
func TestOwnColumnsOnce(t *testing.T) {
	f := NewNotImported(CSV, []string{"poolhouse:line", "email", "poolhouse:verdict", "poolhouse:external_id"})
	names, err := usercsv.ParseRow(strings.TrimSpace(strings.TrimPrefix(f.Header(), byteOrderMark)), usercsv.Limits{})
	if want := slices.Concat([]string{"email", "poolhouse:external_id"}, ownColumns); err != nil || !slices.Equal(names.Fields, want) {
		t.Errorf("the columns are %q, %v", names.Fields, err)
	}
	record, err := usercsv.ParseRow(strings.TrimSpace(f.Record(&Rejected{Line: 9, Fields: []string{"1", "b", "FAILED", "e"}})), usercsv.Limits{})
	if err != nil || !slices.Equal(record.Fields[:3], []string{"b", "e", "9"}) {
		t.Errorf("the cells are %q, %v", record.Fields, err)
	}
}

func TestFileName(t *testing.T) {
	for job, want := range map[string]string{
		"members-2026-11":               "members-2026-11 not imported.csv",
		"a\r\nb\tc":                     "a b c not imported.csv",
		"../../etc":                     "etc not imported.csv",
		"-rf":                           "rf not imported.csv",
		"a/b\\c:\"d":                    "a_b_c__d not imported.csv",
		"=.":                            "import-1 not imported.csv",
		strings.Repeat("x", 128):        strings.Repeat("x", 100) + " not imported.csv",
		strings.Repeat("x", 99) + " yz": strings.Repeat("x", 99) + " not imported.csv",
	} {
		if got := FileName(job, "import-1", WhatNotImported, CSV); got != want {
			t.Errorf("%q: %q, want %q", job, got, want)
		}
	}
	if got := FileName("a", "b", WhatImported, NDJSON); got != "a imported.ndjson" {
		t.Error(got)
	}
}
