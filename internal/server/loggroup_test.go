package server

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestDenyOutlivesRename: a policy that denies a log group still denies it after the pool is
// renamed, also under the new name.
func TestDenyOutlivesRename(t *testing.T) {
	s := listening(t, io.Discard)
	run(t, s)
	ada := newUser(t, s)
	p := &userpool.UserPool{ID: "us-east-1_AbCdEfGhI", Name: "people", Schema: userpool.StandardSchema()}
	now := time.Now()
	j := &importjob.Job{PoolID: p.ID, ID: "import-1", Name: "job", State: importjob.Created, Created: now, Upload: importjob.Upload{Name: "x"}}
	if err := s.store.CreatePool(t.Context(), p, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.store.CreateJob(t.Context(), j, 10); err != nil {
		t.Fatal(err)
	}
	start := func(j *importjob.Job, _ *userpool.UserPool) error { return j.Start("", now) }
	if _, err := s.store.StartJob(t.Context(), j.Key(), start); err != nil {
		t.Fatal(err)
	}
	const groups = "/aws/cognito/userpools/us-east-1_AbCdEfGhI/"
	policy, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"},
		{"Effect":"Deny","Action":"logs:*","Resource":"arn:aws:logs:*:*:log-group:`+groups+`people:*"}]}`)
	if err == nil {
		err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), policy)
	}
	if err != nil {
		t.Fatal(err)
	}
	read := func(group string) (status int, text string) {
		t.Helper()
		body := `{"logGroupName":"` + groups + group + `","logStreamName":"import-1/job"}`
		return ada.call(t, s, signedCall{"logs", "Logs_20140328.GetLogEvents", body}, json)
	}
	if status, text := read("people"); status != http.StatusBadRequest || !strings.Contains(text, "AccessDenied") {
		t.Fatalf("before: %d %s", status, text)
	}
	rename := func(p *userpool.UserPool, _ bool) error { p.Name = "renamed"; return nil }
	if _, err := s.store.UpdatePool(t.Context(), p.ID, rename); err != nil {
		t.Fatal(err)
	}
	if status, text := read("people"); status != http.StatusBadRequest || !strings.Contains(text, "AccessDenied") {
		t.Errorf("by the name that the policy denies: %d %s", status, text)
	}
	if status, text := read("renamed"); status != http.StatusBadRequest || !strings.Contains(text, "ResourceNotFound") {
		t.Errorf("by the new name: %d %s", status, text)
	}
}
