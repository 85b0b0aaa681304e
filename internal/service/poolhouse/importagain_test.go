package poolhouseservice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/access"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
	"poolhouse/internal/usercsv"
)

const columns = "cognito:username,email,email_verified,name\n"

// verifying is a pool whose import jobs may start.
var verifying = object{"AutoVerifiedAttributes": []any{"email"}}

// results returns a whole result file and the number of its pages.
func (f *fixture) results(pool, job any, more object) (file string, pages int) {
	f.T.Helper()
	in := object{"UserPoolId": pool, "JobId": job}
	for name, value := range more {
		in[name] = value
	}
	for {
		out := f.Do("GetUserImportJobResults", in)
		records, _ := out["Records"].([]any)
		for _, r := range records {
			file += r.(string)
		}
		pages++
		if in["NextToken"] = out["NextToken"]; out["NextToken"] == nil {
			return file, pages
		}
	}
}

// cells returns the cells of a CSV file, with its header.
func cells(t *testing.T, file string) (all [][]string) {
	t.Helper()
	r := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, usercsv.Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, header)
	for {
		record, err := r.Next()
		if err != nil {
			return all
		}
		all = append(all, record.Fields)
	}
}

// csvOf returns cells as a CSV file.
func csvOf(rows [][]string) (file string) {
	for _, row := range rows {
		file += usercsv.FormatRow(row) + "\r\n"
	}
	return file
}

// runChild makes a child of a job and runs it.
func (f *fixture) runChild(operation string, pool, job any, more object) object {
	f.T.Helper()
	child := f.makeChild(operation, pool, job, more)
	key := object{"UserPoolId": pool, "JobId": child["JobId"]}
	f.Do("StartUserImportJob", key)
	f.Ended(importjob.Key{PoolID: pool.(string), JobID: child["JobId"].(string)})
	return f.Do("GetUserImportJobReceipt", key)["Receipt"].(object)
}

// makeChild makes a child of a job.
func (f *fixture) makeChild(operation string, pool, job any, more object) object {
	f.T.Helper()
	in := object{"UserPoolId": pool, "JobId": job}
	for name, value := range more {
		in[name] = value
	}
	child := f.Do(operation, in)["UserImportJob"].(object)
	if child["Status"] != "Created" || child["ParentJobId"] != job || child["PreSignedUrl"] != nil || child["FileSize"] == nil {
		f.T.Errorf("the child is %v", child)
	}
	return child
}

// numbers returns numeric members of an answer.
func numbers(o object, names ...string) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprint(o[name]))
	}
	return strings.Join(all, " ")
}

func receiptRows(receipt object) string {
	return numbers(receipt, "TotalRows", "SucceededRows", "SkippedRows", "FailedRows", "NotReachedRows")
}

// exportUsers returns all users of a pool, without what differs between imports.
func (f *fixture) exportUsers(pool string) map[string]object {
	f.T.Helper()
	users := map[string]object{}
	in := object{"UserPoolId": pool}
	for {
		out := f.Do("ListUsers", in)
		for _, u := range out["Users"].([]any) {
			u := u.(object)
			users[u["Username"].(string)] = servicetest.Attributes(u["Attributes"])
		}
		if in["PaginationToken"] = out["PaginationToken"]; out["PaginationToken"] == nil {
			return users
		}
	}
}

// TestRetry: failed rows are tried again, first unchanged, then corrected in a child of the
// child. Lines stay those of the first file, and the receipts name parents and children.
func TestRetry(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, columns+"a,a@example.com,true,A\nb,b,true,B\na,a2@example.com,true,A\nc,c,true,\"C, c\"\n", object{"JobName": "members"})["JobId"]
	if receipt := f.Do("GetUserImportJobReceipt", object{"UserPoolId": pool, "JobId": job})["Receipt"].(object); receiptRows(receipt) != "4 1 1 2 0" {
		t.Errorf("the receipt: %v", receipt)
	}
	first := f.runChild("RetryUserImportJob", pool, job, object{"ErrorBudget": object{"NeverFail": true}})
	if receiptRows(first) != "2 0 0 2 0" || first["JobName"] != "members retry" || first["ErrorBudget"].(object)["NeverFail"] != true {
		t.Errorf("as they are: %v", first)
	}
	file, _ := f.results(pool, first["JobId"], nil)
	if rows := cells(t, file); len(rows) != 3 || rows[1][0] != "b" || rows[1][4] != "3" || rows[2][3] != "C, c" || rows[2][4] != "5" {
		t.Errorf("the lines are not those of the first file: %q", rows)
	}
	rows := cells(t, file)
	rows[1][1], rows[2][1] = "b@example.com", "c@example.com"
	file = csvOf(rows)
	upload := f.uploadNew(pool, file, nil)
	second := f.runChild("RetryUserImportJob", pool, first["JobId"], object{"UploadId": upload, "JobName": "corrected"})
	if receiptRows(second) != "2 2 0 0 0" || second["Status"] != "Succeeded" || second["JobName"] != "corrected" {
		t.Errorf("corrected: %v", second)
	}
	f.Refused("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": upload}, "ResourceNotFoundException", "does not exist")
	file, _ = f.results(pool, second["JobId"], object{"Content": "IMPORTED"})
	if rows := cells(t, file); len(rows) != 3 || rows[1][0] != "3" || rows[1][1] != "1" || rows[1][2] != "b" || rows[2][0] != "5" || rows[2][2] != "c" {
		t.Errorf("the map is not of the lines of the first file: %q", rows)
	}
	want := map[string]object{}
	for name, more := range map[string]string{"a": "A", "b": "B", "c": "C, c"} {
		want[name] = object{"email": name + "@example.com", "email_verified": "true", "name": more}
	}
	if diff := cmp.Diff(want, f.exportUsers(pool)); diff != "" {
		t.Errorf("the users: %s", diff)
	}
	if parent := second["Parent"].(object); parent["JobId"] != first["JobId"] || parent["Relation"] != "Retry" || parent["Status"] != first["Status"] {
		t.Errorf("the parent: %v", parent)
	}
	progress := f.Do("GetUserImportJobProgress", object{"UserPoolId": pool, "JobId": job})
	children := progress["Children"].([]any)
	if len(children) != 1 || children[0].(object)["JobId"] != first["JobId"] || progress["RowsKeptUntil"] == nil || progress["NotReachedRows"] != 0.0 {
		t.Errorf("the progress: %v", progress)
	}
}

// TestRetryCorrected: rows that were corrected in place are tried again, all rows or only
// these.
func TestRetryCorrected(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, columns+"a,a,true,A\nb,b,true,B\nc,c,true,C\n", nil)["JobId"]
	in := object{"UserPoolId": pool, "JobId": job, "OnlyCorrected": true}
	f.Refused("RetryUserImportJob", in, "PreconditionNotMetException", "no row with a correction that passes: 0 rows")
	key := importjob.Key{PoolID: pool, JobID: job.(string)}
	err := f.Store.SetCorrections(t.Context(), key, []importjob.Correction{
		{Line: 2, Values: map[string]string{"email": "a@example.com", "name": `A "x", y`}, Passes: true}, {Line: 4, Values: map[string]string{"name": "Still wrong"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if receipt := f.runChild("RetryUserImportJob", pool, job, object{"OnlyCorrected": true}); receiptRows(receipt) != "1 1 0 0 0" {
		t.Errorf("the corrected row: %v", receipt)
	}
	receipt := f.runChild("RetryUserImportJob", pool, job, nil)
	if receiptRows(receipt) != "3 0 1 2 0" {
		t.Errorf("all rows: %v", receipt)
	}
	file, _ := f.results(pool, receipt["JobId"], nil)
	if !strings.Contains(file, "Still wrong") {
		t.Errorf("a correction that does not pass is left out: %s", file)
	}
	if got := f.exportUsers(pool)["a"]["name"]; got != `A "x", y` {
		t.Errorf("the user's name is %s", got)
	}
}

// TestRetryPutsHashesBack: a result file has no password hash. A job made of the corrected file
// has the hash of the original row.
func TestRetryPutsHashesBack(t *testing.T) {
	const hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, "password_hash,cognito:username,email,email_verified\n"+hash+",a,a,true\n"+hash+",b,\"b,true\n", object{"PasswordHashingAlgorithm": "BCRYPT"})["JobId"]
	for _, format := range []string{"CSV", "NDJSON"} {
		if file, _ := f.results(pool, job, object{"Format": format}); strings.Contains(file, hash[7:20]) || strings.Contains(file, hash[40:]) || !strings.Contains(file, usercsv.Hidden) {
			t.Errorf("the result file: %s", file)
		}
	}
	file, _ := f.results(pool, job, nil)
	rows := cells(t, file)
	rows[1][2] = "a@example.com"
	text := rows[2][len(rows[2])-1]
	rows[2][len(rows[2])-1] = strings.Replace(text, `"b,`, `b@example.com,`, 1)
	receipt := f.runChild("RetryUserImportJob", pool, job, object{"UploadId": f.uploadNew(pool, csvOf(rows), nil)})
	if receiptRows(receipt) != "2 2 0 0 0" || receipt["PasswordHashingAlgorithm"] != "BCRYPT" {
		t.Fatalf("the receipt: %v", receipt)
	}
	p, err := f.Store.Pool(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if u, err := f.Store.User(t.Context(), p, name); err != nil || u.Credential.Secret != hash {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRetryRefused: refusals name what exists, and a refused call leaves nothing behind.
func TestRetryRefused(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, columns+"a,a@example.com,true,A\na,x,true,B\nb,b,true,B\n", nil)["JobId"]
	in := func(more object) object {
		out := object{"UserPoolId": pool, "JobId": job}
		for name, value := range more {
			out[name] = value
		}
		return out
	}
	refused := func(operation string, more object, exception, text string) {
		t.Helper()
		f.Refused(operation, in(more), exception, text)
		if out := f.Do("Poolhouse.ListUserImportJobs", object{"UserPoolId": pool}); len(out["UserImportJobs"].([]any)) != 1 {
			t.Errorf("%v left a job", more)
		}
	}
	refused("RetryUserImportJob", object{"Verdicts": []any{"NOT_REACHED", "SKIPPED"}}, "PreconditionNotMetException", "no row that is NOT_REACHED or SKIPPED. It has 2 FAILED, 0 SKIPPED and 0 NOT_REACHED")
	refused("ResumeUserImportJob", nil, "PreconditionNotMetException", "only a job that is Stopped can be resumed")
	refused("RetryUserImportJob", object{"UploadId": "import-none"}, "ResourceNotFoundException", "import-none")
	header := strings.TrimSpace(columns) + ",poolhouse:line\n"
	for file, want := range map[string]string{
		columns + "b,b@example.com,true,B\n":   "has no column poolhouse:line",
		header + "b,b@example.com,true,B,2\n":  "these values of poolhouse:line in the uploaded file: 2.",
		header + "b,b@example.com,true,B,99\n": "these values of poolhouse:line in the uploaded file: 99.",
		header + "b,b@example.com,true,B,\n":   "line 2: poolhouse:line is empty",
		header:                                 "has no rows",
		"custom:no,poolhouse:line\n1,4\n":      "custom:no",
	} {
		upload := f.uploadNew(pool, file, nil)
		refused("RetryUserImportJob", object{"UploadId": upload}, "InvalidParameterException", want)
		f.Do("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": upload}) // it can be corrected
	}
	upload := f.uploadNew(pool, header+"b,b@example.com,true,B,4\n", nil)
	refused("RetryUserImportJob", object{"UploadId": upload, "OnlyCorrected": true}, "InvalidParameterException", "OnlyCorrected")
	refused("RetryUserImportJob", object{"UploadId": upload, "Verdicts": []any{"SKIPPED"}}, "PreconditionNotMetException", "no row that is SKIPPED")
	caller := f.Caller
	f.Caller = access.Identity{Account: "000000000000", ARN: "arn:aws:iam::000000000000:user/other"}
	refused("RetryUserImportJob", object{"UploadId": upload}, "ResourceNotFoundException", upload)
	f.Caller = caller
	created := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "x", "CloudWatchLogsRoleArn": role})["UserImportJob"].(object)
	key := object{"UserPoolId": pool, "JobId": created["JobId"]}
	f.Refused("RetryUserImportJob", key, "PreconditionNotMetException", "has not begun")
	f.Refused("GetUserImportJobReceipt", key, "PreconditionNotMetException", "is Created: there is a receipt when it has ended")
	f.Refused("GetUserImportJobResults", key, "PreconditionNotMetException", "has not begun")
	uploads, err := f.Store.OverdueUploads(t.Context(), time.Now().AddDate(1, 0, 0), importjob.Place{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uploads {
		if u.URL == "" {
			t.Errorf("the upload %s of a job that was not made is left", u.ID)
		}
	}
}

// TestCheckOfRowsAgain: a check of a job that tries rows again predicts the run's verdicts,
// even if all rows have the same fault.
func TestCheckOfRowsAgain(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	var file strings.Builder
	file.WriteString("cognito:username,email,email_verified,birthdate\n")
	for i := range 600 {
		date := "12/31/1979"
		if i%150 == 0 {
			date = "31/12/1979"
		}
		fmt.Fprintf(&file, "u%d,u%d@example.com,true,%s\n", i, i, date)
	}
	job := f.ImportFile(pool, file.String(), nil)["JobId"]
	child := f.Do("RetryUserImportJob", object{"UserPoolId": pool, "JobId": job})["UserImportJob"].(object)["JobId"]
	check := f.Do("CheckUserImport", object{"UserPoolId": pool, "JobId": child})["Check"].(object)
	if check["Problems"] != nil || check["FailingRows"] != 4.0 || len(check["Rows"].([]any)) != 4 {
		t.Errorf("the check: %v", check)
	}
}
