package poolhouseservice_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// largeEngine returns an engine for larger files than the fixture's.
func (f *fixture) largeEngine(files importjob.Files, portion int) {
	f.T.Helper()
	engine := importjob.NewEngine(f.Changes.Jobs(f.Store), files, importjob.Config{
		Node: "wide", Log: slog.New(slog.DiscardHandler), Limits: usercsv.Limits{Rows: 200_000}, PortionRows: portion,
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); engine.Run(ctx) }()
	f.T.Cleanup(func() { stop(); <-done })
}

// startJob starts a job with a file of any size.
func (f *fixture) startJob(pool, csv string, more object) importjob.Key {
	f.T.Helper()
	in := object{"UserPoolId": pool, "JobName": "members 2026/11", "CloudWatchLogsRoleArn": role}
	in["JobName"] = "members-2026-11"
	for name, value := range more {
		in[name] = value
	}
	job := f.Do("CreateUserImportJob", in)["UserImportJob"].(object)["JobId"].(string)
	key := importjob.Key{PoolID: pool, JobID: job}
	u, err := f.Disk.Write(f.T.Context(), key, int64(len(csv)), func(w io.Writer) error { _, err := io.WriteString(w, csv); return err })
	if err != nil {
		f.T.Fatal(err)
	}
	if _, err := f.Store.UpdateJob(f.T.Context(), key, func(j *importjob.Job) error { return j.Attach(u) }); err != nil {
		f.T.Fatal(err)
	}
	f.Do("StartUserImportJob", object{"UserPoolId": pool, "JobId": job})
	return key
}

// TestResults: rows that were not imported come with their values and all their faults, the
// other rows as a map to their users. Both formats have them.
func TestResults(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, "cognito:username,email,email_verified,phone_number,poolhouse:external_id\n"+
		"a,a@example.com,true,,ext-1\nb,b,true,0,ext-2\n\na,a@example.com,true,,\nc,c@example.com,true,,=3\nd,\"d\nx,x@example.com,true,,\n", object{"JobName": "members-2026-11"})["JobId"]
	file, _ := f.results(pool, job, nil)
	rows := cells(t, file)
	head := []string{"cognito:username", "email", "email_verified", "phone_number", "poolhouse:external_id",
		"poolhouse:line", "poolhouse:record", "poolhouse:verdict", "poolhouse:code", "poolhouse:column", "poolhouse:message", "poolhouse:advice", "poolhouse:suggestion", "poolhouse:text"}
	if len(rows) != 4 || !slices.Equal(rows[0], head) {
		t.Fatalf("the file is %q", rows)
	}
	if got := rows[1]; got[0] != "b" || got[1] != "b" || got[4] != "ext-2" || got[5] != "3" || got[6] != "2" || got[7] != "FAILED" ||
		!strings.HasPrefix(got[8], "InvalidEmail; ") || !strings.HasPrefix(got[9], "email; phone_number") || got[11] == "" {
		t.Errorf("the row of two mistakes: %q", got)
	}
	if got := rows[2]; got[0] != "a" || got[5] != "5" || got[7] != "SKIPPED" || got[8] != "UsernameExists" {
		t.Errorf("the skipped row: %q", got)
	}
	if got := rows[3]; got[0] != "" || got[7] != "FAILED" || got[13] != `d,"d` {
		t.Errorf("the row that cannot be split: %q", got)
	}
	if file, _ := f.results(pool, job, object{"Verdicts": []any{"SKIPPED"}}); len(cells(t, file)) != 2 || !strings.Contains(file, "SKIPPED") {
		t.Errorf("the skipped rows: %s", file)
	}
	lines, _ := f.results(pool, job, object{"Format": "NDJSON"})
	var first object
	if err := json.Unmarshal([]byte(strings.SplitAfter(lines, "\n")[0]), &first); err != nil || first["email"] != "b" || first["poolhouse:line"] != 3.0 || len(first["poolhouse:findings"].([]any)) < 2 {
		t.Errorf("the first object is %v, %v", first, err)
	}
	user := func(name string) string {
		for _, a := range f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": name})["UserAttributes"].([]any) {
			if a := a.(object); a["Name"] == "sub" {
				return a["Value"].(string)
			}
		}
		return ""
	}
	c, x := user("c"), user("x")
	f.Do("AdminDeleteUser", object{"UserPoolId": pool, "Username": "a"})
	imported := object{"Content": "IMPORTED"}
	got, _ := f.results(pool, job, imported)
	want := [][]string{{"poolhouse:line", "poolhouse:record", "cognito:username", "poolhouse:external_id", "sub"}, {"2", "1", "", "", ""}, {"6", "4", "c", "'=3", c}, {"8", "6", "x", "", x}}
	if diff := cmp.Diff(want, cells(t, got)); diff != "" {
		t.Errorf("the map: %s", diff)
	}
	imported["Format"] = "NDJSON"
	if got, _ := f.results(pool, job, imported); !strings.Contains(got, `{"poolhouse:line":6,"poolhouse:record":4,"cognito:username":"c","poolhouse:external_id":"=3","sub":"`+c+"\"}\n") {
		t.Errorf("the map: %s", got)
	}
	in := object{"UserPoolId": pool, "JobId": job, "Content": "IMPORTED", "Verdicts": []any{"FAILED"}}
	f.Refused("GetUserImportJobResults", in, "InvalidParameterException", "Verdicts")
	if out := f.Do("GetUserImportJobResults", object{"UserPoolId": pool, "JobId": job}); out["FileName"] != "members-2026-11 not imported.csv" {
		t.Errorf("the file's name is %v", out["FileName"])
	}
	users := f.Do("ListUserImportJobUsers", object{"UserPoolId": pool, "JobId": job})["Users"].([]any)
	if len(users) != 2 || users[0].(object)["Username"] != "c" || users[0].(object)["ExternalId"] != "=3" || users[1].(object)["Sub"] != x || len(users[1].(object)["Attributes"].([]any)) < 3 {
		t.Errorf("the users: %v", users)
	}
}

// TestResultsOfManyRows: the result files of 100,000 rows come in pages of bounded size,
// complete and in order. The server's memory does not grow with them.
func TestResultsOfManyRows(t *testing.T) {
	const rows = 100_000
	f := newFixture(t)
	f.largeEngine(f.Disk, 0)
	pool := f.Pool(verifying)
	var csv strings.Builder
	csv.WriteString(columns)
	for i := range rows {
		mail := "no-address" // of every other row
		if i%2 == 0 {
			mail = fmt.Sprintf("u%d@example.com", i)
		}
		fmt.Fprintf(&csv, "u%d,%s,true,Name %d\n", i, mail, i)
	}
	key := f.startJob(pool, csv.String(), nil)
	f.Ended(key)
	receipt := f.Do("GetUserImportJobReceipt", object{"UserPoolId": pool, "JobId": key.JobID})["Receipt"].(object)
	if receiptRows(receipt) != "100000 50000 0 50000 0" {
		t.Fatalf("the receipt: %v", receipt)
	}
	for _, content := range []string{"NOT_IMPORTED", "IMPORTED"} {
		line, pages, least, most := int64(0), 0, uint64(1<<62), uint64(0)
		in := object{"UserPoolId": pool, "JobId": key.JobID, "Content": content, "Format": "NDJSON"}
		records := 0
		for {
			out := f.Do("GetUserImportJobResults", in)
			page := out["Records"].([]any)
			size := 0
			for _, r := range page {
				var o struct {
					Line int64  `json:"poolhouse:line"`
					Name string `json:"cognito:username"`
				}
				if err := json.Unmarshal([]byte(r.(string)), &o); err != nil || o.Line <= line || o.Name != fmt.Sprintf("u%d", o.Line-2) {
					t.Fatalf("%s: after line %d comes %s, %v", content, line, r, err)
				}
				line = o.Line
				size += len(r.(string))
			}
			records += len(page)
			if pages++; len(page) > 1000 || size > 3<<20/2 {
				t.Fatalf("%s: a page of %d records and %d bytes", content, len(page), size)
			}
			if pages%10 == 0 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				least, most = min(least, m.HeapAlloc), max(most, m.HeapAlloc)
			}
			if in["NextToken"] = out["NextToken"]; out["NextToken"] == nil {
				break
			}
		}
		if records != rows/2 || pages < 50 || most-least > 16<<20 {
			t.Errorf("%s: %d records on %d pages, between %d and %d bytes of memory", content, records, pages, least, most)
		}
	}
}

// halting is files whose reading stops at a place until the test lets it go on. This applies
// from the third opening of that file on.
type halting struct {
	importjob.Files
	at   int64
	mu   sync.Mutex
	open int
	goOn chan struct{}
}

func (h *halting) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	file, err := h.Files.Open(ctx, u, offset)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open++; err != nil || h.open < 3 {
		return file, err
	}
	return &halted{file, h, ctx, h.at - offset}, nil
}

type halted struct {
	io.ReadCloser
	by   *halting
	ctx  context.Context
	left int64
}

func (h *halted) Read(p []byte) (int, error) {
	if h.left <= 0 {
		select {
		case <-h.by.goOn:
		case <-h.ctx.Done():
			return 0, h.ctx.Err()
		}
		return h.ReadCloser.Read(p)
	}
	n, err := h.ReadCloser.Read(p[:min(int64(len(p)), h.left)])
	h.left -= int64(n)
	return n, err
}

// TestResume: a stopped job and its resuming job together do the same as one whole import. A
// second resuming job is refused, and so is one for a job that is not stopped.
func TestResume(t *testing.T) {
	f := newFixture(t)
	var csv strings.Builder
	csv.WriteString(columns)
	for i := range 3000 {
		fmt.Fprintf(&csv, "u%d,%s,true,\"N, %d\"\n", i%2900, []string{"no", "u@example.com"}[min(1, i%7)], i)
	}
	files := &halting{Files: f.Disk, at: int64(csv.Len()) * 6 / 10, goOn: make(chan struct{})}
	f.largeEngine(files, 100)
	pool, whole := f.Pool(verifying), f.Pool(verifying)
	key := f.startJob(pool, csv.String(), object{"JobName": strings.Repeat("x", 128)})
	in := object{"UserPoolId": pool, "JobId": key.JobID}
	f.Changes.Await(t, "an imported row", func() bool { return f.Do("GetUserImportJobProgress", in)["ImportedUsers"] != 0.0 })
	f.Do("StopUserImportJob", in)
	close(files.goOn)
	f.Ended(key)
	f.Refused("StartUserImportJob", in, "PreconditionNotMetException", "Stopped")
	receipt := f.Do("GetUserImportJobReceipt", in)["Receipt"].(object)
	rest := receipt["NotReachedRows"].(float64)
	if receipt["Status"] != "Stopped" || rest == 0 || receipt["TotalRows"] != 3000.0 || receipt["SucceededRows"] == 0.0 {
		t.Fatalf("the stopped job: %v", receipt)
	}
	f.waitForRows(key)
	file, _ := f.results(pool, key.JobID, object{"Verdicts": []any{"NOT_REACHED"}})
	if rows := cells(t, file); len(rows) != int(rest)+1 || rows[len(rows)-1][4] != "3001" {
		t.Errorf("%d rows are told of, of %v that were not reached", len(rows)-1, rest)
	}
	expired := f.makeChild("ResumeUserImportJob", pool, key.JobID, nil)
	if _, err := f.Store.UpdateJob(t.Context(), importjob.Key{PoolID: pool, JobID: expired["JobId"].(string)}, func(j *importjob.Job) error { return j.Expire(time.Now()) }); err != nil {
		t.Fatal(err)
	}
	resumed := f.runChild("ResumeUserImportJob", pool, key.JobID, nil)
	if name := resumed["JobName"].(string); name != strings.Repeat("x", 121)+" resume" || resumed["TotalRows"] != rest || resumed["NotReachedRows"] != 0.0 {
		t.Errorf("the job that resumes: %v", resumed)
	}
	f.Refused("ResumeUserImportJob", in, "PreconditionNotMetException", "is resumed by job "+resumed["JobId"].(string))
	f.Refused("ResumeUserImportJob", object{"UserPoolId": pool, "JobId": resumed["JobId"]}, "PreconditionNotMetException", "only a job that is Stopped")
	other := f.startJob(whole, csv.String(), nil)
	f.Ended(other)
	all := f.Do("GetUserImportJobReceipt", object{"UserPoolId": whole, "JobId": other.JobID})["Receipt"].(object)
	for _, verdict := range []string{"SucceededRows", "SkippedRows", "FailedRows"} {
		if all[verdict] != receipt[verdict].(float64)+resumed[verdict].(float64) {
			t.Errorf("%s: %v, want %v and %v", verdict, all[verdict], receipt[verdict], resumed[verdict])
		}
	}
	if diff := cmp.Diff(f.exportUsers(whole), f.exportUsers(pool)); diff != "" {
		t.Errorf("the users: %s", diff)
	}
}

// waitForRows waits until the rows that a job did not reach are stored.
func (f *fixture) waitForRows(key importjob.Key) {
	f.T.Helper()
	f.Changes.Await(f.T, "the rows that the job did not reach", func() bool {
		j, err := f.Store.Job(f.T.Context(), key)
		if err != nil {
			f.T.Fatal(err)
		}
		return j.RestKept
	})
}

// TestErrorBudget: a job's creation sets a budget, and an update changes it before the start.
func TestErrorBudget(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(verifying)
	id := f.uploadNew(pool, columns+"a,a@example.com,true,A\n", nil)
	f.waitForLook(pool, id, nil)
	budget := object{"FailedRows": 0.0, "FailedPercent": 12.0, "NeverFail": true}
	made := f.Do("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role, "UploadId": id, "ErrorBudget": budget})["UserImportJob"].(object)
	if diff := cmp.Diff(budget, made["ErrorBudget"]); diff != "" {
		t.Errorf("the budget: %s", diff)
	}
	in := object{"UserPoolId": pool, "JobId": id, "ErrorBudget": object{"FailedRows": 7.0}}
	if job := f.Do("UpdateUserImportJob", in)["UserImportJob"].(object); !cmp.Equal(job["ErrorBudget"], in["ErrorBudget"]) {
		t.Errorf("the job: %v", job)
	}
	if out := f.Do("GetUserImportJobProgress", object{"UserPoolId": pool, "JobId": id}); !cmp.Equal(out["ErrorBudget"], in["ErrorBudget"]) {
		t.Errorf("the progress: %v", out)
	}
	in["ErrorBudget"] = object{}
	if job := f.Do("UpdateUserImportJob", in)["UserImportJob"].(object); job["ErrorBudget"] != nil {
		t.Errorf("without a budget: %v", job)
	}
	f.Do("StartUserImportJob", object{"UserPoolId": pool, "JobId": id})
	f.Refused("UpdateUserImportJob", in, "PreconditionNotMetException", "is Pending")
}

// TestReceipt: a receipt has everything about an ended job, for every end of the job, and its
// rows add up.
func TestReceipt(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, columns+"a,a@example.com,true,A\nb,b,true,B\n", object{"JobName": "members"})
	receipt := f.Do("GetUserImportJobReceipt", object{"UserPoolId": pool, "JobId": job["JobId"]})["Receipt"].(object)
	const root = "arn:aws:iam::000000000000:root"
	want := object{
		"UserPoolId": pool, "UserPoolName": "people", "JobId": job["JobId"], "JobName": "members", "Status": "Succeeded", "CompletionMessage": importjob.MessageSucceeded, "Explanation": importjob.MessageSucceeded,
		"FileSize": 77.0, "TotalRows": 2.0, "SucceededRows": 1.0, "SkippedRows": 0.0, "FailedRows": 1.0, "NotReachedRows": 0.0,
		"Creator": root, "StartedBy": root, "CloudWatchLogsRoleArn": role, "ServerVersion": "v1.2.3",
	}
	for name, value := range want {
		if receipt[name] != value {
			t.Errorf("%s is %v, want %v", name, receipt[name], value)
		}
	}
	for _, name := range []string{"FileSha256", "CreationDate", "RequestDate", "StartDate", "CompletionDate", "RowsKeptUntil"} {
		if receipt[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	if causes := receipt["Causes"].([]any); len(causes) != 1 || causes[0].(object)["Code"] != "InvalidEmail" || strings.Contains(fmt.Sprint(receipt), "a@example.com") {
		t.Errorf("the receipt: %v", receipt)
	}
	for name, csv := range map[string]string{"no CSV": "PK\x03\x04", "no users": columns, "no header": "a,b\nc,d\n"} {
		job := f.ImportFile(pool, csv, nil)
		r := f.Do("GetUserImportJobReceipt", object{"UserPoolId": pool, "JobId": job["JobId"]})["Receipt"].(object)
		if receiptRows(r) != "0 0 0 0 0" || r["Status"] != "Failed" || r["RowsKeptUntil"] != nil {
			t.Errorf("%s: %v", name, r)
		}
	}
}

// TestStoppedBeforeItBegan: a job that was stopped before it began is resumed as a whole, and
// its receipt counts the rows. An expired resuming job does not prevent another one.
func TestStoppedBeforeItBegan(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(verifying)
	in := object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role}
	job := f.Do("CreateUserImportJob", in)["UserImportJob"].(object)["JobId"].(string)
	f.Upload(pool, job, columns+"a,a@example.com,true,A\nb,b@example.com,true,B\n")
	stopped := func(job any) {
		t.Helper()
		in := object{"UserPoolId": pool, "JobId": job}
		f.Do("StartUserImportJob", in)
		f.Do("StopUserImportJob", in)
	}
	stopped(job)
	key := object{"UserPoolId": pool, "JobId": job}
	f.Refused("GetUserImportJobReceipt", key, "PreconditionNotMetException", "being counted")
	f.RunEngine()
	f.waitForRows(importjob.Key{PoolID: pool, JobID: job})
	if receipt := f.Do("GetUserImportJobReceipt", key)["Receipt"].(object); receiptRows(receipt) != "2 0 0 0 2" {
		t.Errorf("the receipt: %v", receipt)
	}
	child := f.makeChild("ResumeUserImportJob", pool, job, nil)["JobId"]
	f.Refused("ResumeUserImportJob", key, "PreconditionNotMetException", "which is Created")
	if _, err := f.Store.UpdateJob(t.Context(), importjob.Key{PoolID: pool, JobID: child.(string)}, func(j *importjob.Job) error { return j.Expire(time.Now()) }); err != nil {
		t.Fatal(err)
	}
	if receipt := f.runChild("ResumeUserImportJob", pool, job, nil); receiptRows(receipt) != "2 2 0 0 0" {
		t.Errorf("the job that resumes it: %v", receipt)
	}
}
