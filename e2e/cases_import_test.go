package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// importStep imports a file into $pool and has the expected result.
type importStep struct {
	File      string
	Algorithm string                       // PasswordHashingAlgorithm
	Status    string                       // status of the ended job
	Message   []string                     // parts of the completion message
	Counts    string                       // imported, skipped, failed
	Lines     []string                     // parts of poolhouse log
	Users     map[string]map[string]string // attributes by username
}

func (a *attempt) doImport(s importStep) {
	a.t.Helper()
	id, url := a.createJob(s.Algorithm)
	if status, text := a.put(url, a.file(s.File), nil); status != http.StatusOK {
		a.t.Fatalf("%s: the upload was answered %d %s", s.File, status, text)
	}
	job := map[string]any{"UserPoolId": a.v["pool"], "JobId": id}
	a.call("StartUserImportJob", job, nil)
	ended := a.ended(job)
	if ended.Status != s.Status {
		a.t.Errorf("%s: the job ended %s %q, want %s", s.File, ended.Status, ended.CompletionMessage, s.Status)
	}
	if counts := fmt.Sprint(ended.ImportedUsers, ended.SkippedUsers, ended.FailedUsers); s.Counts != "" && counts != s.Counts {
		a.t.Errorf("%s: imported, skipped and failed are %s, want %s: %q", s.File, counts, s.Counts, ended.CompletionMessage)
	}
	a.parts(s.File+": the completion message", ended.CompletionMessage, s.Message)
	if len(s.Lines) > 0 {
		a.parts(s.File+": the log", a.call("Poolhouse.GetUserImportJobLog", job, nil), s.Lines)
	}
	for name, want := range s.Users {
		a.compareUser(name, want)
	}
}

// describedJob is the part of DescribeUserImportJob's answer that the tests need.
type describedJob struct {
	Status, CompletionMessage, JobId, PreSignedUrl string
	ImportedUsers, SkippedUsers, FailedUsers       int
	CompletionDate                                 *float64
}

func (a *attempt) createJob(algorithm string) (id, url string) {
	a.t.Helper()
	input := map[string]any{"UserPoolId": a.v["pool"], "JobName": "case", "CloudWatchLogsRoleArn": logRole}
	if algorithm != "" {
		input["PasswordHashingAlgorithm"] = algorithm
	}
	created := a.call("CreateUserImportJob", input, nil)
	return a.at(created, "UserImportJob.JobId"), a.at(created, "UserImportJob.PreSignedUrl")
}

// ended waits until the job has ended.
func (a *attempt) ended(job map[string]any) describedJob {
	a.t.Helper()
	var answer struct{ UserImportJob describedJob }
	await(a.t, "the end of the job", time.Minute, func() bool {
		text := a.call("DescribeUserImportJob", job, nil)
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			a.t.Fatal(err)
		}
		if answer.UserImportJob.Status == "Created" {
			a.t.Fatalf("the job was not started: %s", text)
		}
		return answer.UserImportJob.CompletionDate != nil
	})
	return answer.UserImportJob
}

// compareUser compares some attributes of a user. "" means that the attribute is absent.
func (a *attempt) compareUser(name string, want map[string]string) {
	a.t.Helper()
	text := a.call("AdminGetUser", map[string]any{"UserPoolId": a.v["pool"], "Username": name}, nil)
	var user struct {
		UserStatus     string
		UserAttributes []struct{ Name, Value string }
	}
	if err := json.Unmarshal([]byte(text), &user); err != nil {
		a.t.Fatal(err)
	}
	got := map[string]string{"UserStatus": user.UserStatus}
	for _, at := range user.UserAttributes {
		got[at.Name] = at.Value
	}
	for attribute, value := range want {
		if got[attribute] != value {
			a.t.Errorf("%s of %s is %q, want %q: %s", attribute, name, got[attribute], value, text)
		}
	}
}

// uploadStep uploads a file to the URL of a new job.
type uploadStep struct {
	Method string // default PUT
	File   string
	Added  map[string]string // headers besides the one that the URL demands
	Status int
	Parts  []string // parts of the answer's headers and text
}

func (a *attempt) doUpload(s uploadStep) {
	a.t.Helper()
	_, url := a.createJob("")
	if s.Method == http.MethodOptions {
		a.preflight(url, s)
		return
	}
	status, text := a.put(url, a.file(s.File), s.Added)
	if status != s.Status {
		a.t.Errorf("the upload with %v was answered %d, want %d: %s", s.Added, status, s.Status, text)
	}
	a.parts("the answer to an upload", text, s.Parts)
}

func (a *attempt) preflight(url string, s uploadStep) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodOptions, url, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	status, text := a.send(r, s.Added)
	if status != s.Status {
		a.t.Errorf("the preflight was answered %d, want %d: %s", status, s.Status, text)
	}
	a.parts("the answer to the preflight", text, s.Parts)
}

func (a *attempt) put(url string, data []byte, added map[string]string) (status int, text string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPut, url, bytes.NewReader(data))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("x-amz-server-side-encryption", "aws:kms")
	return a.send(r, added)
}
