package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/usercsv"
)

// TestNotWithAWS: a feature that only Poolhouse has is refused if the endpoint is AWS
// itself, or a server without the operation. Nothing is created there.
func TestNotWithAWS(t *testing.T) {
	o, url := answersOf(t, nil)
	mapFile := filepath.Join(t.TempDir(), "map.json")
	if err := os.WriteFile(mapFile, []byte(`{"cognito:username": "cognito:username"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const notRead = "--strict, --format, --map and --saved-map need Poolhouse: Amazon Cognito reads one form of a file only"
	for _, endpoint := range []string{"https://cognito-idp.us-east-1.amazonaws.com", url} {
		for _, test := range []struct{ flags, want string }{
			{"--check", "--check needs Poolhouse: Amazon Cognito looks at a file when its job runs. `poolhouse check FILE --pool pool.json`"},
			{"--never-fail --role-arn " + fakeSpec.roleARN, "need Poolhouse: Amazon Cognito has no error budget"},
			{"--stop-after-percent 3 --role-arn " + fakeSpec.roleARN, "--stop-after-percent and --never-fail need Poolhouse"},
			{"--stop-after-failures 0 --role-arn " + fakeSpec.roleARN, "--stop-after-failures, "},
			{"--strict --role-arn " + fakeSpec.roleARN, notRead},
			{"--format separator=comma --role-arn " + fakeSpec.roleARN, notRead},
			{"--map " + mapFile + " --role-arn " + fakeSpec.roleARN, notRead},
			{"--saved-map --role-arn " + fakeSpec.roleARN, notRead},
		} {
			code, out, notes := command(t, endpoint, append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool"}, strings.Fields(test.flags)...)...)
			if code != exitRefused || out != "" || !strings.HasPrefix(notes, "poolhouse: ") || !strings.Contains(notes, test.want) {
				t.Errorf("%s, %s: exit code %d, %s, %s", endpoint, test.flags, code, out, notes)
			}
		}
	}
	if calls := o.calls("CreateUserImportJob"); len(calls) > 0 {
		t.Errorf("a job was created: %v", calls)
	}
}

// TestImportFlags: meaningless combinations of flags are refused.
func TestImportFlags(t *testing.T) {
	for flags, want := range map[string]string{
		"--all": "--all means nothing without --check", "--json": "--json means nothing without --check", "--rows 3": "--rows means nothing without --check",
		"--check --never-fail": "--never-fail means nothing with --check", "--check --job-name x": "--job-name means nothing with --check", "--check --rows -1": "--rows is -1; it must be 0 or more",
	} {
		code, _, notes := command(t, "http://127.0.0.1:1", append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool"}, strings.Fields(flags)...)...)
		if code != exitRefused || !strings.Contains(notes, want) {
			t.Errorf("%s: exit code %d, %s", flags, code, notes)
		}
	}
}

// checkServer checks a file in which 2,500 rows fail.
func checkServer(t *testing.T, check map[string]any) (*ours, string) {
	var url string
	const rows = 2500
	o, url2 := answersOf(t, map[string]func(map[string]any) any{
		"PUT": always(map[string]any{}),
		"CreateUserImportUpload": func(map[string]any) any {
			return map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", PreSignedUrl: url + "/file"}}
		},
		"DescribeUserImportUpload": always(map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", Status: "Ready"}}),
		"DeleteUserImportUpload":   always(map[string]any{}),
		"CheckUserImport": func(in map[string]any) any {
			from, most := int64(2), int64(in["MaxRows"].(float64))
			if line, is := in["FromLine"].(float64); is {
				from = int64(line)
			}
			c := map[string]any{"FileSize": 64, "TotalRows": rows, "FailingRows": rows, "ColumnNames": []string{"cognito:username"}}
			for name, value := range check {
				c[name] = value
			}
			if check["Problems"] == nil && check["PassingRows"] == nil {
				var page []rejectedRow
				for line := from; line < from+most && line < rows+2; line++ {
					page = append(page, rejectedRow{LineNumber: line, RecordNumber: line - 1, Verdict: "FAILED", Values: []string{fmt.Sprint("u", line)}})
				}
				c["Rows"] = page
				if from+most < rows+2 {
					c["NextLine"] = from + most
				}
			}
			return map[string]any{"Check": c}
		},
	})
	url = url2
	return o, url
}

// TestImportCheck: the server's check is printed page by page, as far as was asked for, and
// nothing is imported.
func TestImportCheck(t *testing.T) {
	o, url := checkServer(t, nil)
	path := users(t)
	run := func(flags ...string) (int, string, string) {
		return command(t, url, append([]string{"import", path, "--user-pool-id", "us-east-1_Pool", "--check"}, flags...)...)
	}
	for flags, want := range map[string]struct{ rows, left int }{"": {20, 2480}, "--rows 3": {3, 2497}, "--rows 0": {0, 0}, "--rows 1500": {1500, 1000}, "--all": {2500, 0}} {
		code, out, notes := run(strings.Fields(flags)...)
		if got := strings.Count(out, ": would fail\n"); code != exitPartly || got != want.rows {
			t.Errorf("%s: exit code %d, %d rows", flags, code, got)
		}
		if left := fmt.Sprintf("\n… and %s: --all shows all of them\n", counted(int64(want.left), "more row")); strings.Contains(out, "more row") != (want.left > 0) || want.left > 0 && !strings.HasSuffix(out, left) {
			t.Errorf("%s: the end is %q", flags, out[max(0, len(out)-80):])
		}
		if notes != "uploaded  63 bytes, 1 row\nnothing was imported; the uploaded file is deleted\n" {
			t.Errorf("%s: %q", flags, notes)
		}
	}
	_, out, _ := run("--all", "--json")
	var c checkResult
	if err := json.Unmarshal([]byte(out), &c); err != nil || len(c.Rows) != 2500 || c.Rows[2499].LineNumber != 2501 || c.FailingRows != 2500 || strings.Count(out, "\n") != 1 {
		t.Errorf("JSON: %d rows, %v", len(c.Rows), err)
	}
	for _, call := range o.asked {
		if slices.Contains([]string{"CreateUserImportJob", "StartUserImportJob"}, call.operation) {
			t.Errorf("%s was called", call.operation)
		}
	}
}

// TestImportCheckCodes: a check has the exit code that the import would have, and with
// --strict another one for what Amazon Cognito would refuse.
func TestImportCheckCodes(t *testing.T) {
	for name, test := range map[string]struct {
		check        map[string]any
		code, strict int // exit codes without and with --strict
		want         string
	}{
		"all pass":       {map[string]any{"PassingRows": 2500, "FailingRows": 0}, exitDone, exitDone, "rows      2,500: 2,500 pass, 0 would fail\n"},
		"some skipped":   {map[string]any{"PassingRows": 2499, "FailingRows": 0, "SkippedRows": 1}, exitPartly, exitPartly, "rows      2,500: 2,499 pass, 1 would be skipped\n"},
		"would end":      {map[string]any{"PassingRows": 1, "CompletionStatus": "Failed", "CompletionMessage": "Too many."}, exitPartly, exitPartly, "job       would end Failed: Too many.\n"},
		"cannot be used": {map[string]any{"Problems": []fileProblem{{"A", "One."}, {"B", "Two."}}, "TotalRows": 0, "FailingRows": 0}, exitRefused, exitRefused, "\nThe file cannot be imported:\n  One. [A]\n  Two. [B]\n"},
		"refusals": {map[string]any{"PassingRows": 2500, "FailingRows": 0, "CognitoRefusals": []cognitoRefusal{{"Q", "Quoted values.", 2, 7}, {"B", "A mark.", 0, 0}}}, exitDone, exitPartly,
			"\nWhat Amazon Cognito would refuse of this file:\n  2 rows from line 7 on: Quoted values. [Q]\n  A mark. [B]\n"},
	} {
		_, url := checkServer(t, test.check)
		for flags, want := range map[string]int{"": test.code, "--strict": test.strict} {
			code, out, _ := command(t, url, append([]string{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--check"}, strings.Fields(flags)...)...)
			if code != want || !strings.Contains(out, test.want) {
				t.Errorf("%s %s: exit code %d, want %d\n%s\nwant %s", name, flags, code, want, out, test.want)
			}
		}
	}
}

// TestReceipt: a receipt is printed for people, or as the server wrote it.
func TestReceipt(t *testing.T) {
	rows := int64(5)
	text := map[string]any{
		"UserPoolId": "us-east-1_Pool", "UserPoolName": "people", "JobId": "import-1", "JobName": "first", "Status": "Succeeded", "CompletionMessage": "Import Job Completed Successfully.",
		"FileSize": 1234, "FileSha256": "abc", "TotalRows": 1000, "SucceededRows": 990, "SkippedRows": 2, "FailedRows": 7, "NotReachedRows": 1,
		"CreationDate": 1.7e9, "RequestDate": 1.7e9 + 1, "StartDate": 1.7e9 + 2, "CompletionDate": 1.7e9 + 3, "RowsKeptUntil": 1.8e9, "Creator": "arn:aws:iam::1:root", "StartedBy": "arn:aws:iam::1:user/ada",
		"CloudWatchLogsRoleArn": "arn:x", "ErrorBudget": errorBudget{FailedRows: &rows, NeverFail: true}, "Settings": []any{map[string]any{"Name": "mfa", "Value": "OFF"}, map[string]any{"Name": "auto-verified", "Value": "email"}},
		"Causes": []cause{{Verdict: "FAILED", Column: "email", Code: "InvalidEmail", Message: "Invalid email address format.", Rows: 7, LineNumber: 4}},
		"Parent": relatedJob{JobId: "import-0", JobName: "zeroth", Relation: "Retry", Status: "Succeeded", ImportedUsers: 1, TotalRows: 1001}, "ServerVersion": "v1", "New": "<member>",
	}
	_, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobReceipt": always(map[string]any{"Receipt": text})})
	wantSaid(t, url, exitDone, `Receipt of   first, import-1
user pool    us-east-1_Pool, people
status       Succeeded: Import Job Completed Successfully.
file         1,234 bytes, SHA-256 abc
rows         1,000 = 990 imported + 2 skipped + 7 failed + 1 not reached
rows kept    until 2027-01-15T08:00:00Z
created      2023-11-14T22:13:20Z by arn:aws:iam::1:root
start asked  2023-11-14T22:13:21Z by arn:aws:iam::1:user/ada
started      2023-11-14T22:13:22Z
ended        2023-11-14T22:13:23Z
log role     arn:x
hashes       none
may fail     5 rows; one more stops the job; any number, at the end of the file
parent       import-0, zeroth (Retry), Succeeded: 1 of 1,001 rows imported
server       v1

Why rows were not imported:
  7 rows from line 4 on: email: Invalid email address format.

Settings that the rows were judged by:
  mfa            OFF
  auto-verified  email
`, "", jobArgs("receipt")...)
	_, out, _ := command(t, url, jobArgs("receipt", "--json")...)
	if !json.Valid([]byte(out)) || !strings.Contains(out, `"New":"\u003cmember\u003e"`) || strings.Count(out, "\n") != 1 {
		t.Error(out)
	}
}

// TestUsersOfJob: users are printed page by page, up to the limit.
func TestUsersOfJob(t *testing.T) {
	page := func(n int) []any {
		var all []any
		for i := range n {
			all = append(all, map[string]any{"Username": fmt.Sprint("u", i), "Sub": "s", "ExternalId": "e", "UserStatus": "CONFIRMED", "Enabled": i > 0, "Attributes": []any{}})
		}
		return all
	}
	left := 150
	o, url := answersOf(t, map[string]func(map[string]any) any{"ListUserImportJobUsers": func(in map[string]any) any {
		n := min(left, int(in["MaxResults"].(float64)))
		if left -= n; left == 0 {
			left = 150
			return map[string]any{"Users": page(n)}
		}
		return map[string]any{"Users": page(n), "NextToken": "next"}
	}})
	code, out, _ := command(t, url, jobArgs("users")...)
	if code != exitDone || strings.Count(out, "\n") != 102 || !strings.HasPrefix(out, "USERNAME  SUB  EXTERNAL ID  STATUS\nu0        s    e            CONFIRMED, disabled\nu1        s    e            CONFIRMED\n") ||
		!strings.HasSuffix(out, "… and more: poolhouse users"+given+" --all\n") {
		t.Errorf("exit code %d, %s", code, out)
	}
	wantInput(t, o.calls("ListUserImportJobUsers")[1], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","MaxResults":40,"NextToken":"next"}`)
	left = 150
	if _, out, _ = command(t, url, jobArgs("users", "--all", "--json")...); strings.Count(out, "\n") != 150 || !strings.Contains(out, `"Attributes":[]`) {
		t.Error(out)
	}
	if code, _, notes := command(t, url, jobArgs("users", "--limit", "0")...); code != exitRefused || !strings.Contains(notes, "--limit is 0") {
		t.Error(notes)
	}
}

// TestCheckTellsTheSameRows: the local check reports the rows that the survey rejects, with
// the same verdict, values and findings.
func TestCheckTellsTheSameRows(t *testing.T) {
	pool, err := parsePool([]byte(goodPool))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "users.csv")
	text := "cognito:username,email,email_verified,password_hash,custom:level\n" +
		"a,a@example.com,true,,1\nb,nonsense,yes,$2b$10$x,99\n\"c,c@example.com,true,$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6,\n" +
		"\n,d@example.com,true,,\n\xff,e@example.com,true,,\nf,f@example.com\ng,g@example.com,false,$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6,2\nh,h@example.com,true,,"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &fileCheck{path: path, want: usercsv.Import{Pool: pool, Algorithm: "BCRYPT"}}
	look, err := usercsv.Check(func() (io.ReadCloser, error) { return os.Open(path) }, usercsv.Limits{}, f.want)
	if err != nil || len(look.Rejected) != 6 {
		t.Fatalf("%+v, %v", look, err)
	}
	rows := slices.Collect(func(yield func(*rejectedRow) bool) {
		for r, err := range f.rows(t.Context(), look.Format, -1) {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(r) {
				return
			}
		}
	})
	if len(rows) != len(look.Rejected) {
		t.Fatalf("%d rows, want %d", len(rows), len(look.Rejected))
	}
	for i, r := range rows {
		want := look.Rejected[i]
		got := fmt.Sprint(r.LineNumber, r.RecordNumber, r.ByteOffset, r.Verdict, r.Column, r.Code, r.Message, r.Values, r.Text, len(r.Findings))
		if want := fmt.Sprint(want.Line, want.Number, want.Offset, want.Verdict, want.Column, want.Code, want.Message, want.Values, want.Text, len(want.Findings)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for n, f := range r.Findings {
			of := want.Findings[n]
			if got, want := fmt.Sprint(f.Column, f.ColumnNumber, f.Code, f.Flaw, f.Message, f.Advice, f.Setting, f.Suggestions), fmt.Sprint(of.Column, of.Number, of.Code, of.Flaw, of.Reason, of.Advice, of.Setting, of.Suggestions); got != want {
				t.Errorf("line %d: %s, want %s", r.LineNumber, got, want)
			}
		}
		if strings.Contains(fmt.Sprint(r), "CtA.Rcu") {
			t.Errorf("a hash is told: %v", r)
		}
	}
}

// TestCheckInConstantMemory: printing all rows of a file that fails entirely takes the
// memory of a few rows.
func TestCheckInConstantMemory(t *testing.T) {
	pool, err := parsePool([]byte(goodPool))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "users.csv")
	writeLarge(t, path, "cognito:username,email,email_verified\na,nonsense,yes\n", 400<<10)
	measured := &measuredWriter{every: 5 << 20}
	before := measured.heap()
	var shown rowsShown
	shown.all = true
	f := &fileCheck{path: path, want: usercsv.Import{Pool: pool}}
	err = f.check(t.Context(), measured, &shown)
	if code, is := errors.AsType[*exit](err); !is || code.code != exitPartly || measured.written < 10<<20 {
		t.Fatalf("%v, %d bytes", err, measured.written)
	}
	if grown := int64(measured.most) - int64(before); grown > 16<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}

// measuredWriter counts the bytes written, and measures the heap meanwhile.
type measuredWriter struct {
	every, written int
	most           uint64
}

func (w *measuredWriter) Write(text []byte) (int, error) {
	if (w.written+len(text))/w.every > w.written/w.every {
		w.most = max(w.most, w.heap())
	}
	w.written += len(text)
	return len(text), nil
}

func (w *measuredWriter) heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
