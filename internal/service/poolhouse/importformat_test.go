package poolhouseservice_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/access"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
)

// jobOf makes a job of an uploaded file, and returns its key. more says how to read the file.
func (f *fixture) jobOf(pool, csv string, more object) object {
	f.T.Helper()
	id := f.uploadNew(pool, csv, nil)
	f.waitForLook(pool, id, nil)
	f.Do("Poolhouse.CreateUserImportJob", with(object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}, pairs(more)...))
	return object{"UserPoolId": pool, "JobId": id}
}

// run starts a job and returns its receipt at the end.
func (f *fixture) run(job object) object {
	f.T.Helper()
	f.Do("StartUserImportJob", job)
	f.Ended(importjob.Key{PoolID: job["UserPoolId"].(string), JobID: job["JobId"].(string)})
	return f.Do("GetUserImportJobReceipt", job)["Receipt"].(object)
}

// pairs returns the members of an object, for [with].
func pairs(o object) (all []any) {
	for name, value := range o {
		all = append(all, name, value)
	}
	return all
}

func utf16LE(text string) string {
	out := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// foreign is a program's file in a format of its own: column names, dates, words for true and
// false, a column of numbers and an empty one.
const foreign = "Nr;cognito:username;E-Mail;email_verified;name;birthdate;Leer\r\n" +
	"1;a;a@example.com;WAHR;\"Müller; Anna\";31.12.1985;\r\n2;b;b@example.com;WAHR;Bob;05.04.1990;\r\n3;c;c@example.com;WAHR;Zoë;24.03.1971;\r\n"

// TestFormatIsTold: the upload, the check, the job and the receipt describe the file's format
// alike. They also list what Amazon Cognito would refuse. The users are as the file means them.
func TestFormatIsTold(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	for name, tt := range map[string]struct {
		file    string
		more    object
		want    object // of the format
		refused []string
	}{
		"semicolons":  {strings.ReplaceAll(foreign, "E-Mail", "email"), nil, object{"Encoding": "UTF-8", "Separator": "SEMICOLON"}, []string{"Booleans"}},
		"mapped":      {foreign, object{"Map": mapped("E-Mail", "email")}, object{"Separator": "SEMICOLON"}, nil},
		"UTF-16, gz":  {gzipped(t, utf16LE(strings.NewReplacer("E-Mail", "email", "; ", "; ", ";", "\t").Replace(foreign))), nil, object{"Packing": "gzip", "Encoding": "UTF-16LE", "Separator": "TAB", "HasByteOrderMark": true}, nil},
		"CR, in full": {strings.ReplaceAll(strings.ReplaceAll(foreign, "E-Mail", "email"), "\r\n", "\r"), nil, object{"LineEnds": "CR"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			pool := f.Pool(verifying)
			id := f.uploadNew(pool, tt.file, nil)
			upload := f.waitForLook(pool, id, nil)
			check := f.Do("CheckUserImport", with(object{"UserPoolId": pool, "UploadId": id}, pairs(tt.more)...))["Check"].(object)
			if check["CompletionStatus"] != "Succeeded" || check["PassingRows"] != 3.0 {
				t.Fatalf("the check: %v", check)
			}
			f.Do("Poolhouse.CreateUserImportJob", with(object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}, pairs(tt.more)...))
			job := object{"UserPoolId": pool, "JobId": id}
			if listed := f.listed(job); listed["Format"] != nil || listed["CognitoRefusals"] != nil {
				t.Errorf("before the job begins: %v", listed)
			}
			if again := f.Do("CheckUserImport", job)["Check"].(object); cmp.Diff(check["Format"], again["Format"]) != "" {
				t.Errorf("the job's check: %v", again)
			}
			receipt := f.run(job)
			listed := f.listed(job)
			told := map[string]any{"a check": check["Format"], "the list": listed["Format"]}
			if tt.more == nil {
				told["the upload"] = upload["Format"]
			}
			for where, format := range told {
				if diff := cmp.Diff(receipt["Format"], format); diff != "" {
					t.Errorf("of %s the format is another than in the receipt: %s", where, diff)
				}
			}
			format := receipt["Format"].(object)
			want := maps.Clone(tt.want)
			want["IsCognito"] = false
			for member, value := range want {
				if format[member] != value {
					t.Errorf("%s is %v, want %v", member, format[member], value)
				}
			}
			if fmt.Sprint(format["Booleans"]) != "[map[Column:email_verified Conversion:wahr/falsch]]" || format["Notes"] == nil || receipt["CognitoRefusals"] == nil {
				t.Errorf("%v", receipt)
			}
			if diff := cmp.Diff(receipt["CognitoRefusals"], listed["CognitoRefusals"]); diff != "" {
				t.Error(diff)
			}
			columns := map[any]object{}
			for _, c := range format["Columns"].([]any) {
				columns[c.(object)["Name"]] = c.(object)
			}
			if columns["Nr"]["NotImported"] != "RowNumbers" || columns["Leer"]["NotImported"] != "Empty" || columns["name"]["ReadAs"] != "name" || columns["name"]["NotImported"] != nil {
				t.Errorf("%v", columns)
			}
			for _, c := range check["Columns"].([]any) {
				if c := c.(object); c["Name"] == "name" && (c["FilledRows"] != 3.0 || fmt.Sprint(c["Samples"]) != "[Müller; Anna Bob Zoë]" || c["ReadAs"] != "name") {
					t.Errorf("%v", c)
				}
			}
			if text := fmt.Sprint(receipt, listed); strings.Contains(text, "Müller") || strings.Contains(text, "a@example.com") {
				t.Errorf("a value is told: %s", text)
			}
			wantUser := object{"email": "a@example.com", "email_verified": "true", "name": "Müller; Anna", "birthdate": "1985-12-31"}
			if got := f.exportUsers(pool)["a"]; cmp.Diff(wantUser, got) != "" {
				t.Errorf("%v", got)
			}
			if n := len(f.exportUsers(pool)); n != 3 {
				t.Errorf("%d users", n)
			}
		})
	}
}

// listed returns a job from the list of jobs.
func (f *fixture) listed(job object) object {
	f.T.Helper()
	for _, j := range f.Do("Poolhouse.ListUserImportJobs", object{"UserPoolId": job["UserPoolId"], "MaxResults": 60})["UserImportJobs"].([]any) {
		if j.(object)["JobId"] == job["JobId"] {
			return j.(object)
		}
	}
	f.T.Fatal("the job is not listed")
	return nil
}

// TestCognitosOwnFormIsTold: for a file in Cognito's format, the description says so and
// nothing else.
func TestCognitosOwnFormIsTold(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool := f.Pool(verifying)
	receipt := f.run(f.jobOf(pool, columns+"a,a@example.com,true,A\n", nil))
	want := object{"IsCognito": true, "Encoding": "UTF-8", "HasByteOrderMark": false, "Separator": "COMMA", "Quote": "QUOTATION_MARK", "Escape": "COGNITO"}
	if marked := f.run(f.jobOf(f.Pool(verifying), "\ufeff"+columns+"a,a@example.com,true,A\n", nil)); marked["Format"].(object)["HasByteOrderMark"] != true || !strings.Contains(fmt.Sprint(marked["CognitoRefusals"]), "ByteOrderMark") {
		t.Errorf("with a mark: %v", marked)
	}
	if diff := cmp.Diff(want, receipt["Format"]); diff != "" || receipt["CognitoRefusals"] != nil || receipt["Strict"] != nil || receipt["Map"] != nil {
		t.Errorf("%s, %v", diff, receipt)
	}
}

// ambiguous is a file with two readings: a backslash is a plain character, or begins an escape.
const ambiguous = columns + "a,a@example.com,true,A\nb,b@example.com,true,\"B, \\\\b\"\n"

// TestTwoReadings: a file with two readings creates no user. Upload and check show both
// readings, with the rows that differ and how to choose. The job ends Failed, and its message
// and log say the same. After a choice the users are created.
func TestTwoReadings(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool := f.Pool(verifying)
	id := f.uploadNew(pool, ambiguous, nil)
	upload := f.waitForLook(pool, id, nil)
	check := f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})["Check"].(object)
	if check["CompletionStatus"] != "Failed" || check["Problems"].([]any)[0].(object)["Code"] != "TwoReadings" || upload["ProblemCode"] != "TwoReadings" {
		t.Errorf("%v\n%v", check, upload)
	}
	if diff := cmp.Diff(check["Readings"], upload["Readings"]); diff != "" {
		t.Errorf("the upload tells other readings: %s", diff)
	}
	names := map[any]any{}
	for _, r := range check["Readings"].([]any) {
		r := r.(object)
		rows := r["FirstRows"].([]any)
		if r["Description"] == nil || len(rows) != 1 || rows[0].(object)["LineNumber"] != 3.0 || len(r["ColumnNames"].([]any)) != 4 {
			t.Errorf("%v", r)
		}
		names[r["Choice"].(object)["Escape"]] = rows[0].(object)["Values"].([]any)[3]
	}
	if diff := cmp.Diff(map[any]any{"COGNITO": `B, \\b`, "BACKSLASH": `B, \b`}, names); diff != "" {
		t.Error(diff)
	}
	f.Refused("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}, "PreconditionNotMetException", "Format.Escape")

	ended := f.ImportFile(pool, ambiguous, nil)
	job := object{"UserPoolId": pool, "JobId": ended["JobId"]}
	if ended["Status"] != "Failed" || ended["ImportedUsers"] != 0.0 || len(f.exportUsers(pool)) != 0 {
		t.Errorf("%v", ended)
	}
	receipt := f.Do("GetUserImportJobReceipt", job)["Receipt"].(object)
	events := f.Do("GetUserImportJobLog", job)["Events"].([]any)
	last := events[len(events)-1].(object)["Message"].(string)
	for where, text := range map[string]string{"the completion message": ended["CompletionMessage"].(string), "the receipt": receipt["Explanation"].(string), "the log": last} {
		if !strings.Contains(text, "COGNITO") || !strings.Contains(text, "BACKSLASH") || !strings.Contains(text, "Format.Escape") {
			t.Errorf("%s names not both readings and what chooses: %s", where, text)
		}
	}
	if !strings.Contains(last, "Poolhouse.CreateUserImportJob") {
		t.Errorf("the log: %s", last)
	}
	for escape, name := range names {
		pool := f.Pool(verifying)
		receipt := f.run(f.jobOf(pool, ambiguous, object{"Format": object{"Escape": escape}}))
		if receiptRows(receipt) != "2 2 0 0 0" || f.exportUsers(pool)["b"]["name"] != name {
			t.Errorf("%v: %v, %v", escape, receipt, f.exportUsers(pool))
		}
	}
	f.Caller = access.Identity{Account: "000000000000", ARN: "arn:aws:iam::000000000000:user/other"}
	theirs := f.Do("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": id})["UserImportUpload"].(object)
	for _, r := range theirs["Readings"].([]any) {
		if r.(object)["FirstRows"] != nil || r.(object)["ColumnNames"] != nil || r.(object)["Description"] == nil {
			t.Errorf("to another: %v", r)
		}
	}
}

// TestStrict: a strict job or server accepts only what Amazon Cognito accepts, and reads it in
// the same way.
func TestStrict(t *testing.T) {
	for name, f := range map[string]*fixture{"the job": newFixture(t), "the server": {servicetest.Strict(t)}} {
		f.RunEngine()
		f.RunReader()
		more := object{"Strict": true}
		if name == "the server" {
			more = nil
		}
		pool := f.Pool(verifying)
		id := f.uploadNew(pool, foreign, nil)
		f.waitForLook(pool, id, nil)
		check := f.Do("CheckUserImport", with(object{"UserPoolId": pool, "UploadId": id}, pairs(more)...))["Check"].(object)
		if check["CompletionStatus"] != "Failed" || !strings.Contains(fmt.Sprint(check["Problems"]), "semicolons") {
			t.Errorf("%s: %v", name, check)
		}
		if name == "the job" {
			ended := f.run(f.jobOf(pool, foreign, more))
			if ended["Status"] != "Failed" || ended["Strict"] != true || len(f.exportUsers(pool)) != 0 || !strings.Contains(ended["CompletionMessage"].(string), "semicolons") {
				t.Errorf("%v", ended)
			}
		}
		receipt := f.run(f.jobOf(pool, ambiguous, more))
		if receiptRows(receipt) != "2 2 0 0 0" || f.exportUsers(pool)["b"]["name"] != `B, \\b` {
			t.Errorf("%s: %v, %v", name, receipt, f.exportUsers(pool))
		}
		if settings := fmt.Sprint(receipt["Settings"]); strings.Contains(settings, "import-dialect Value:cognito") != (name == "the server") {
			t.Errorf("%s: %s", name, settings)
		}
	}
}

// TestPackedFileIsBounded: a file's bound applies to its packed and to its unpacked size.
func TestPackedFileIsBounded(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	bomb := gzipped(t, columns+strings.Repeat("a,a@example.com,true,"+strings.Repeat("A", 1000)+"\n", 120_000))
	if len(bomb) > 1<<20 {
		t.Fatalf("%d bytes", len(bomb))
	}
	ended := f.ImportFile(pool, bomb, nil)
	if ended["Status"] != "Failed" || !strings.Contains(ended["CompletionMessage"].(string), "Split it into several files") || len(f.exportUsers(pool)) != 0 {
		t.Errorf("%v", ended)
	}
}
