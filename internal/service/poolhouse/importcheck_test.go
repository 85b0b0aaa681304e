package poolhouseservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
)

// checkCSV has every verdict: a duplicate name, an existing user, a user with another's
// address, and rows that break rules.
const checkCSV = "cognito:username,email,email_verified\n" +
	"a,a@example.com,true\n" + "a,a2@example.com,true\n" + "there,x@example.com,true\n" + "b,b,true\n" + "c,taken@example.com,true\n" + "d,a@example.com,true\n" + "e,e@example.com,maybe\n"

func (f *fixture) checkedPool() string {
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}, "AliasAttributes": []any{"email"}})
	for name, mail := range map[string]string{"there": "there@example.com", "other": "taken@example.com"} {
		f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS",
			"UserAttributes": []any{object{"Name": "email", "Value": mail}, object{"Name": "email_verified", "Value": "true"}}})
	}
	return pool
}

// TestCheckIsTheRun: four sources agree about each row: the upload's check, the background
// look, the check of the job, and its run.
func TestCheckIsTheRun(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	upload := f.waitForLook(pool, id, nil)
	check := f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})["Check"].(object)
	f.Do("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id})
	again := f.Do("CheckUserImport", object{"UserPoolId": pool, "JobId": id})["Check"].(object)
	f.Do("StartUserImportJob", object{"UserPoolId": pool, "JobId": id})
	ended := f.Ended(importjob.Key{PoolID: pool, JobID: id})
	kept := rowsOf(f.Do("ListUserImportJobRows", object{"UserPoolId": pool, "JobId": id}))
	if ended["ImportedUsers"] != 1.0 || ended["SkippedUsers"] != 2.0 || ended["FailedUsers"] != 4.0 {
		t.Fatalf("the run: %v", ended)
	}
	said := func(rows []object) (out []string) {
		for _, r := range rows {
			out = append(out, fmt.Sprint(r["LineNumber"], r["RecordNumber"], r["ByteOffset"], r["Verdict"], r["Column"], r["Code"], r["Message"], r["Values"]))
		}
		return out
	}
	want := said(kept)
	for name, c := range map[string]object{"the upload's look": upload, "its check": check, "the job's check": again} {
		if got := said(rowsOf(c)); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nthe run:\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if c["TotalRows"] != 7.0 || c["PassingRows"] != 1.0 || c["SkippedRows"] != 2.0 || c["FailingRows"] != 4.0 || c["CompletionStatus"] != ended["Status"] {
			t.Errorf("%s: %v", name, c)
		}
	}
	if again["CompletionMessage"] != ended["CompletionMessage"] || again["FileSize"] != float64(len(checkCSV)) || len(again["FileSha256"].(string)) != 64 ||
		fmt.Sprint(again["ColumnNames"]) != "[cognito:username email email_verified]" || again["CheckedDate"] == nil || again["NextLine"] != nil {
		t.Errorf("%v", again)
	}
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "JobId": id}, "PreconditionNotMetException", "only a job that has not been started")
}

// TestCheckPages: rows of a check are ordered by line.
func TestCheckPages(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	var lines []int
	for from := any(1); from != nil; {
		check := f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id, "FromLine": from, "MaxRows": 4})["Check"].(object)
		if check["TotalRows"] != 7.0 || check["FailingRows"] != 4.0 {
			t.Errorf("%v", check)
		}
		lines = append(lines, linesOf(rowsOf(check))...)
		from = check["NextLine"]
	}
	if !slices.Equal(lines, []int{3, 4, 5, 6, 7, 8}) {
		t.Errorf("%v", lines)
	}
}

// TestCheckWritesNothing: a check leaves the pool unchanged.
func TestCheckWritesNothing(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	before := f.Do("ListUsers", object{"UserPoolId": pool})
	f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})
	if after := f.Do("ListUsers", object{"UserPoolId": pool}); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v, was %v", after, before)
	}
	if count := f.Do("DescribeUserPoolStatistics", object{"UserPoolId": pool}); count == nil {
		t.Error("no statistics")
	}
}

// TestCheckProblems: the check of an unusable file says why it is unusable. The caller chooses
// the algorithm for reading.
func TestCheckProblems(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, "cognito:username,email,email_verified,nonsense\na,a@example.com,true,x\n", nil)
	check := f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})["Check"].(object)
	problem := check["Problems"].([]any)[0].(object)
	if check["CompletionStatus"] != "Failed" || problem["Code"] != "UnexpectedHeader" || !strings.Contains(problem["Message"].(string), "nonsense") || check["Columns"] == nil {
		t.Errorf("%v", check)
	}
	id = f.uploadNew(pool, "cognito:username,email,email_verified,password_hash\na,a@example.com,true,secret\n", object{"PasswordHashingAlgorithm": "BCRYPT"})
	check = f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})["Check"].(object)
	if check["FailingRows"] != 1.0 || strings.Contains(fmt.Sprint(check), "secret") || check["CompletionMessage"] != importjob.MessageTooMany {
		t.Errorf("%v", check)
	}
	check = f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id, "PasswordHashingAlgorithm": "NONE"})["Check"].(object)
	if problem = check["Problems"].([]any)[0].(object); problem["Code"] != "NoHashAlgorithm" {
		t.Errorf("%v", check)
	}
	other := f.Pool(nil)
	check = f.Do("CheckUserImport", object{"UserPoolId": other, "UploadId": f.uploadNew(other, "cognito:username,email\na,a@example.com\n", nil)})["Check"].(object)
	if problem = check["Problems"].([]any)[0].(object); problem["Code"] != "NoAutoVerifiedAttributes" || check["CompletionStatus"] != "Failed" || check["PassingRows"] != 1.0 {
		t.Errorf("%v", check)
	}
	f.Refused("CheckUserImport", object{"UserPoolId": pool}, "InvalidParameterException", "either UploadId or JobId")
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "UploadId": id, "JobId": id}, "InvalidParameterException", "either UploadId or JobId")
	job := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role})["UserImportJob"].(object)["JobId"]
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "JobId": job}, "PreconditionNotMetException", "has not arrived")
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "JobId": job, "PasswordHashingAlgorithm": "BCRYPT"}, "InvalidParameterException", "is NONE")
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "JobId": "import-none"}, "ResourceNotFoundException", "import-none")
}

// TestCheckBudget: a job's check says how its error budget would end the job.
func TestCheckBudget(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	for _, tt := range []struct {
		budget  importjob.Budget
		status  string
		message string
	}{
		{importjob.Budget{}, "Failed", importjob.MessageTooMany},
		{importjob.Budget{NeverFail: true}, "Succeeded", importjob.MessageSucceeded},
		{importjob.Budget{HasRows: true, Rows: 3, NeverFail: true}, "Stopped", "error budget"},
		{importjob.Budget{HasRows: true, Rows: 4, NeverFail: true}, "Succeeded", importjob.MessageSucceeded},
		{importjob.Budget{HasPercent: true, Percent: 10, NeverFail: true}, "Stopped", "error budget"},
	} {
		job := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role})["UserImportJob"].(object)["JobId"].(string)
		f.Upload(pool, job, checkCSV)
		if _, err := f.Store.UpdateJob(t.Context(), importjob.Key{PoolID: pool, JobID: job}, func(j *importjob.Job) error { j.Budget = tt.budget; return nil }); err != nil {
			t.Fatal(err)
		}
		check := f.Do("CheckUserImport", object{"UserPoolId": pool, "JobId": job})["Check"].(object)
		if check["CompletionStatus"] != tt.status || !strings.Contains(check["CompletionMessage"].(string), tt.message) {
			t.Errorf("%+v: %v %v", tt.budget, check["CompletionStatus"], check["CompletionMessage"])
		}
	}
	f.Do("CheckUserImport", object{"UserPoolId": pool, "UploadId": id})
}

// TestCheckOfAnother: only an upload's creator may check it.
func TestCheckOfAnother(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	f.waitForLook(pool, id, nil)
	f.Caller = access.Identity{Account: "000000000000", ARN: "arn:aws:iam::000000000000:user/other"}
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "UploadId": id}, "ResourceNotFoundException", id)
	theirs := f.Do("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": id})["UserImportUpload"].(object)
	if theirs["Rows"] != nil || theirs["PassingRows"] != 1.0 || strings.Contains(fmt.Sprint(theirs), "example.com,") || strings.Contains(fmt.Sprint(theirs), "a2@") {
		t.Errorf("%v", theirs)
	}
}

// TestCheckOfReplacedFile: a check refuses to report on a file that was replaced meanwhile or
// is not the uploaded one.
func TestCheckOfReplacedFile(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	in := object{"UserPoolId": pool, "UploadId": id}
	key := importjob.Key{PoolID: pool, JobID: id}
	u, err := f.Store.Upload(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	attach := func(change func(*importjob.Upload)) {
		t.Helper()
		file := u.File
		change(&file)
		if _, err := f.Store.UpdateUpload(t.Context(), key, func(u *importfile.Upload) error { return u.Attach(file) }); err != nil {
			t.Fatal(err)
		}
	}
	attach(func(file *importjob.Upload) { file.SHA256 = strings.Repeat("0", 64) })
	f.Refused("CheckUserImport", in, "PreconditionNotMetException", "is not what was uploaded")
	attach(func(file *importjob.Upload) { file.Name = "gone" })
	f.Refused("CheckUserImport", in, "PreconditionNotMetException", "Upload it again")
	attach(func(*importjob.Upload) {})
	f.Files.OnOpen(func() { f.UploadFile(pool, id, checkCSV+"f,f@example.com,true\n") })
	f.Refused("CheckUserImport", in, "PreconditionNotMetException", "was replaced while it was checked")
	if check := f.Do("CheckUserImport", in)["Check"].(object); check["TotalRows"] != 8.0 {
		t.Errorf("%v", check)
	}
}

// TestChecksAtATime: the number of concurrent checks is bounded; another check waits and is
// then refused.
func TestChecksAtATime(t *testing.T) {
	synctest.Test(t, checksAtATime)
}

func checksAtATime(t *testing.T) {
	f := newFixture(t)
	pool := f.checkedPool()
	id := f.uploadNew(pool, checkCSV, nil)
	in := object{"UserPoolId": pool, "UploadId": id}
	const atATime = 2
	opened, goOn := make(chan bool), make(chan bool)
	f.Files.OnEveryOpen(func() { opened <- true; <-goOn })
	checked := make(chan string, atATime)
	for range atATime {
		go func() { _, exception, _ := f.Try("CheckUserImport", in); checked <- exception }()
		<-opened
	}
	begun := time.Now()
	f.Refused("CheckUserImport", in, "LimitExceededException", "Try again in a moment")
	if waited := time.Since(begun); waited != 5*time.Second {
		t.Errorf("it was refused after %s", waited)
	}
	f.Files.OnEveryOpen(nil)
	close(goOn)
	for range atATime {
		for done := false; !done; {
			select {
			case <-opened:
			case exception := <-checked:
				if done = true; exception != "" {
					t.Errorf("a check ended with %s", exception)
				}
			}
		}
	}
	f.Do("CheckUserImport", in)
}
