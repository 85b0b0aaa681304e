package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/usercsv/dialect"
)

// TestParseFormat: --format is accepted in small or capital letters, in one flag or
// several. Its errors say what would be right.
func TestParseFormat(t *testing.T) {
	for flags, want := range map[string]string{
		"escape=backslash,separator=semicolon":       "separator=semicolon,escape=backslash",
		"SEPARATOR=TAB|quote=none":                   "separator=tab,quote=none",
		"quote=quotation_mark, birthdates=DAY-FIRST": "quote=quotation-mark,birthdates=day-first",
		"encoding=ibm850":                            "encoding=ibm850",
		"encoding=utf-16le,separator=pipe,quote=apostrophe,escape=php,birthdates=month-first": "encoding=utf-16le,separator=pipe,quote=apostrophe,escape=php,birthdates=month-first",
	} {
		c, err := parseFormat(strings.Split(flags, "|"))
		if err != nil || c.flag() != want {
			t.Errorf("%s: %+v, %v", flags, c, err)
		}
	}
	const keys = "; it must be KEY=VALUE, and the key one of encoding, separator, quote, escape, birthdates"
	for flags, want := range map[string]string{
		"":                          `--format has ""` + keys,
		"semicolon":                 `--format has "semicolon"` + keys,
		"separator=":                `--format has "separator="` + keys,
		"escape=php,":               `--format has ""` + keys,
		"delimiter=tab":             `--format has "delimiter=tab"` + keys,
		"escape=php|escape=doubled": "--format has escape twice",
		"separator=;":               `--format separator is ";"; it must be comma, semicolon, tab or pipe`,
		"escape=slash":              `--format escape is "slash"; it must be cognito, doubled, backslash, backslash-inside, backslash-marks, backslash-doubled, php, undoubled, other-mark, text or none`,
		"quote=double":              `--format quote is "double"; it must be quotation-mark, apostrophe or none`,
		"encoding=latin1":           `--format encoding is "latin1"; it must be utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, macintosh or ibm850`,
		"birthdates=dd/mm/yyyy":     `--format birthdates is "dd/mm/yyyy"; it must be month-first or day-first`,
	} {
		if _, err := parseFormat(strings.Split(flags, "|")); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", flags, err, want)
		}
	}
}

// TestAskedHere: the flags mean the same for a local survey.
func TestAskedHere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map.json")
	if err := os.WriteFile(path, []byte(`{"E-Mail":"email","Notes":""}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := readFlags{format: []string{"encoding=macintosh,escape=none", "quote=none"}, file: path}
	a, err := r.read()
	if err != nil {
		t.Fatal(err)
	}
	got := a.local()
	want := usercsv.Choice{Encoding: filetext.MacRoman, Quote: usercsv.NoQuote, Style: dialect.Plain}
	if got.Strict || got.Choice != want || len(got.Map) != 2 || got.Map[0] != (usercsv.Mapped{Column: "E-Mail", Attribute: "email"}) || got.Map[1] != (usercsv.Mapped{Column: "Notes"}) {
		t.Errorf("%+v", got)
	}
	if a, err := (&readFlags{strict: true}).read(); err != nil || !a.local().Strict || a.none() {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := new(readFlags).read(); err != nil || !a.none() {
		t.Errorf("%+v, %v", a, err)
	}
}

// askedServer is a Poolhouse server with a map, on which a file is uploaded, checked and
// imported.
func askedServer(t *testing.T, saved []mappedColumn, check map[string]any) (*ours, string) {
	var url string
	job := map[string]any{"UserImportJob": map[string]any{"JobId": "import-9", "UserPoolId": "us-east-1_Pool", "Status": "Succeeded", "ImportedUsers": 1}}
	o, url2 := answersOf(t, map[string]func(map[string]any) any{
		"PUT":              always(map[string]any{}),
		"GetUserImportMap": always(map[string]any{"UserPoolId": "us-east-1_Pool", "Map": saved}),
		"CreateUserImportUpload": func(map[string]any) any {
			return map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", PreSignedUrl: url + "/file"}}
		},
		"DescribeUserImportUpload": always(map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", Status: "Ready", Problem: "what is so without the flags"}}),
		"DeleteUserImportUpload":   always(map[string]any{}),
		"CheckUserImport":          always(map[string]any{"Check": check}),
		"CreateUserImportJob":      always(job), "StartUserImportJob": always(job), "DescribeUserImportJob": always(job),
		"GetUserImportJobReceipt": always(map[string]any{"Receipt": map[string]any{"Format": check["Format"]}}),
	})
	url = url2
	return o, url
}

// TestImportAsked: the choice of the flags goes to the check and to the job, and the file
// is read accordingly before the job is created.
func TestImportAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map.json")
	if err := os.WriteFile(path, []byte(`{"cognito:username": "cognito:username"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := []mappedColumn{{"email", "email"}, {"email_verified", "email_verified"}}
	check := map[string]any{"TotalRows": 1, "PassingRows": 1, "ColumnNames": []string{"cognito:username", "email", "email_verified"}, "Format": fileFormat{Notes: []string{"Values are separated so.", "And so."}}}
	for flags, want := range map[string]string{
		"--strict":                `"Strict":true`,
		"--format escape=doubled": `"Format":{"Escape":"DOUBLED"}`,
		"--map " + path:           `"Map":[{"Column":"cognito:username","Attribute":"cognito:username"}]`,
		"--saved-map --format birthdates=day-first": `"Format":{"Birthdates":"DAY_FIRST"},"Map":[{"Column":"email","Attribute":"email"},{"Column":"email_verified","Attribute":"email_verified"}]`,
	} {
		o, url := askedServer(t, saved, check)
		args := append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--role-arn", fakeSpec.roleARN, "--job-name", "n"}, strings.Fields(flags)...)
		code, out, notes := command(t, url, args...)
		if code != exitDone || out != "Succeeded: \nimported 1, skipped 0, failed 0\n" {
			t.Errorf("%s: exit code %d, %s, %s", flags, code, out, notes)
		}
		wantTexts(t, notes, "looked at 1 row, 3 columns; all pass the rules of the user pool\nread as   Values are separated so.\n          And so.\ncreated   import-9\n")
		wantInput(t, o.calls("CheckUserImport")[0], `{"UserPoolId":"us-east-1_Pool","UploadId":"import-9","MaxRows":1,`+want+`}`)
		wantInput(t, o.calls("CreateUserImportJob")[0], `{"UserPoolId":"us-east-1_Pool","UploadId":"import-9","JobName":"n","CloudWatchLogsRoleArn":"`+fakeSpec.roleARN+`",`+want+`}`)

		code, _, notes = command(t, url, append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--check"}, strings.Fields(flags)...)...)
		if code != exitDone {
			t.Errorf("%s --check: exit code %d, %s", flags, code, notes)
		}
		wantInput(t, o.calls("CheckUserImport")[1], `{"UserPoolId":"us-east-1_Pool","UploadId":"import-9","MaxRows":20,`+want+`}`)
	}
}

// TestImportAskedRefused: a file that cannot be read as chosen makes no job, and all
// problems are printed. A user pool without a map cannot reuse one.
func TestImportAskedRefused(t *testing.T) {
	check := map[string]any{"Problems": []fileProblem{{"A", "One."}, {"B", "Two."}}, "Columns": []columnSeen{{Name: "x"}, {Name: "y"}}}
	o, url := askedServer(t, nil, check)
	code, _, notes := command(t, url, "import", users(t), "--user-pool-id", "us-east-1_Pool", "--role-arn", fakeSpec.roleARN, "--strict")
	if code != exitRefused || len(o.calls("CreateUserImportJob")) > 0 {
		t.Errorf("exit code %d, %s", code, notes)
	}
	wantTexts(t, notes, "looked at 2 columns; the file cannot be imported\n", "poolhouse: One. Two.\nNo job was created.\n")
	code, _, notes = command(t, url, "import", users(t), "--user-pool-id", "us-east-1_Pool", "--role-arn", fakeSpec.roleARN, "--saved-map")
	if want := "poolhouse: the user pool has no map yet: it keeps the map of the last job that was created with --map\n"; code != exitRefused || notes != want {
		t.Errorf("exit code %d, %s", code, notes)
	}
	for flags, want := range map[string]string{
		"--strict --format quote=none": "[format strict] were all set", "--strict --saved-map": "[saved-map strict] were all set", "--map x --saved-map": "[map saved-map] were all set", "--map x --strict": "[map strict] were all set",
		"--map nowhere.json": "open nowhere.json: no such file",
	} {
		code, _, notes := command(t, url, append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool"}, strings.Fields(flags)...)...)
		if code != exitRefused || !strings.Contains(notes, want) {
			t.Errorf("%s: exit code %d, %s", flags, code, notes)
		}
	}
}

// TestReceiptOfReading: a receipt says how the file was read, and what Amazon Cognito would
// refuse.
func TestReceiptOfReading(t *testing.T) {
	text := map[string]any{
		"JobId": "import-1", "JobName": "first", "Status": "Succeeded", "Strict": true, "Map": []mappedColumn{{"E-Mail", "email"}, {"Notes", ""}},
		"Format": fileFormat{Notes: []string{"Values are separated so.", "And so."}}, "CognitoRefusals": []cognitoRefusal{{"S", "It is so.", 0, 0}},
	}
	_, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobReceipt": always(map[string]any{"Receipt": text})})
	_, out, _ := command(t, url, jobArgs("receipt")...)
	wantTexts(t, out, "\nstrict       only what Amazon Cognito accepts was read\nread as      Values are separated so.\n             And so.\n",
		"\nWhat Amazon Cognito would refuse of this file:\n  It is so. [S]\n", "!map  ")
	delete(text, "Format") // the file was never read
	_, out, _ = command(t, url, jobArgs("receipt")...)
	wantTexts(t, out, "\nmap          E-Mail is email, Notes is not imported\n")
}

// TestFailedJobTellsItsFormat: the format is printed at the end if it was not printed
// before or the job failed. After a success it is printed once.
func TestFailedJobTellsItsFormat(t *testing.T) {
	notes := []string{"Values are separated so."}
	for name, test := range map[string]struct {
		status string
		before []string
		want   int
	}{"failed": {"Failed", notes, 1}, "told before": {"Succeeded", notes, 0}, "not told": {"Succeeded", nil, 1}} {
		o, url := answersOf(t, map[string]func(map[string]any) any{})
		job := map[string]any{"UserImportJob": map[string]any{"JobId": "import-9", "UserPoolId": "us-east-1_Pool", "Status": test.status}}
		o.answers = map[string]func(map[string]any) any{
			"PUT": always(map[string]any{}), "CreateUserImportUpload": always(map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", PreSignedUrl: url + "/file"}}),
			"DescribeUserImportUpload": always(map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", Status: "Ready", Format: &fileFormat{Notes: test.before}}}),
			"CreateUserImportJob":      always(job), "StartUserImportJob": always(job), "DescribeUserImportJob": always(job),
			"GetUserImportJobReceipt": always(map[string]any{"Receipt": map[string]any{"Format": fileFormat{Notes: notes}}}),
		}
		_, out, _ := command(t, url, "import", users(t), "--user-pool-id", "us-east-1_Pool", "--role-arn", fakeSpec.roleARN)
		if got := strings.Count(out, "read as   Values are separated so.\n"); got != test.want {
			t.Errorf("%s: told %d times, want %d: %s", name, got, test.want, out)
		}
	}
}

// TestReadings: for a file with two readings, the differing cells are printed with the
// flags that choose.
func TestReadings(t *testing.T) {
	readings := []otherReading{
		{Choice: formatChoice{Escape: "BACKSLASH"}, Description: "a backslash escapes", ColumnNames: []string{"cognito:username", "name"},
			FirstRows: []rowSeen{{LineNumber: 2, Values: []string{"ada", "A\"x\ty\n"}}, {LineNumber: 1003, Values: []string{"bob", ""}}}},
		{Choice: formatChoice{Escape: "DOUBLED", Quote: "QUOTATION_MARK"}, ColumnNames: []string{"cognito:username", "name"},
			FirstRows: []rowSeen{{LineNumber: 2, Values: []string{"ada", `A\"x`}}, {LineNumber: 1003, Values: []string{"bob", "y", "z"}}, {LineNumber: 1004, Message: "It cannot be split."}}},
	}
	var out strings.Builder
	printReadings(&out, readings)
	want := `
How the file can be read, and the first rows that differ:
  --format escape=backslash
    A backslash escapes.
    line 2: name is "A"x⇥y↵"
    line 1,003: cognito:username is "bob", name is empty
  --format quote=quotation-mark,escape=doubled
    line 2: name is "A\"x"
    line 1,003: cognito:username is "bob", name is "y", "z"
    line 1,004: It cannot be split.
`
	if out.String() != want {
		t.Errorf("%s\nwant%s", &out, want)
	}
}

// TestColumnsOfCheck: a check prints how the file is read, and the imported columns.
func TestColumnsOfCheck(t *testing.T) {
	c := checkResult{
		ColumnNames: []string{"cognito:username", "email", usercsv.NotImported + "Notes", usercsv.NotImported},
		Columns:     []columnSeen{{Name: "cognito:username", ReadAs: "cognito:username"}, {Name: "E-Mail", ReadAs: "email"}, {Name: "Notes", NotImported: "Mapped"}, {NotImported: "RowNumbers"}},
		Format:      &fileFormat{Notes: []string{"One.", "Two."}},
	}
	var out strings.Builder
	if err := c.print(&out, "users.csv", func(func(*rejectedRow, error) bool) {}, 20); err != nil {
		t.Fatal(err)
	}
	want := "file      users.csv, 0 bytes\nread as   One.\n          Two.\ncolumns   cognito:username, email\n"
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("%s\nwant\n%s", &out, want)
	}
}

// TestHelpListsWords: the help lists exactly the values that --format accepts.
func TestHelpListsWords(t *testing.T) {
	for _, key := range formatKeys {
		_, err := parseFormat([]string{key + "=x"})
		if err == nil {
			t.Fatalf("%s takes x", key)
		}
		_, words, _ := strings.Cut(err.Error(), "must be ")
		line := fmt.Sprintf("\n  %-12s%s\n", key, strings.Replace(words, " or ", ", ", 1))
		if !strings.Contains(helpRead, line) {
			t.Errorf("the help lacks %q", line)
		}
	}
}
