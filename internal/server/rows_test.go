package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/usercsv"
)

// failedJob makes an ended job with one failed row, which is kept.
func failedJob(t *testing.T, s *Server) importjob.Key {
	t.Helper()
	uploadURL(t, s)
	key := importKey("us-east-1_AbCdEfGhI", "import-0123456789")
	kept := importjob.KeptRow{
		Line: 2, Offset: 40, Number: 1, Verdict: importjob.RowFailed, Column: "email_verified", Code: "InvalidBoolean", Reason: "email_verified must be true or false.", Text: "ada,very-private@example.com,yes",
	}
	end := usercsv.Position{Offset: 80, Line: 2, Rows: 1}
	_, err := s.store.UpdateJob(t.Context(), key, func(j *importjob.Job) error {
		j.State, j.Completed, j.TotalRows, j.Counts.Failed = importjob.Failed, time.Now(), 1, 1
		j.Header = usercsv.FormatRow([]string{"cognito:username", "email", "email_verified"})
		return nil
	})
	if err = errors.Join(err, s.store.KeepRest(t.Context(), key, usercsv.Position{}, []importjob.KeptRow{kept}, end, true)); err != nil {
		t.Fatal(err)
	}
	return key
}

// TestWhoIsToldRows: the permission for one operation on rows permits no other one. The permission
// to read a job's log, or all of Cognito's actions, shows no value of a row. Neither the log nor the
// audit has a value. The audit has the principal and the job of each correction.
func TestWhoIsToldRows(t *testing.T) {
	var log strings.Builder
	s := listening(t, &log)
	t.Cleanup(func() { s.close() })
	key := failedJob(t, s)
	ada := newUser(t, s)
	call := func(operation, body string) (int, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
		r.Header.Set("Content-Type", json)
		r.Header.Set("X-Amz-Target", "Poolhouse."+operation)
		(&sigv4.Signer{AccessKey: ada.key.ID, Secret: ada.secret, Region: "us-east-1", Service: "cognito-idp"}).Sign(r, []byte(body), time.Now())
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	job := `{"UserPoolId":"` + key.PoolID + `","JobId":"` + key.JobID + `"`
	operations := []struct {
		name, body string
		tells      bool
	}{
		{"ListUserImportJobRows", job + `}`, true},
		{"CorrectUserImportJobRows", job + `,"Corrections":[{"LineNumber":2,"Values":[{"Column":"email","Value":"just-as-private@example.com"}]}]}`, true},
		{"ApplyUserImportSuggestions", job + `,"Cause":{"Column":"email_verified","Code":"InvalidBoolean"}}`, false},
		{"GetUserImportJobLog", job + `}`, false},
		{"GetUserImportJobProgress", job + `}`, false},
	}
	for _, allowed := range operations {
		p, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:*","poolhouse:`+allowed.name+`"],"Resource":"*"}}`)
		if err = errors.Join(err, s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)); err != nil {
			t.Fatal(err)
		}
		for _, operation := range operations {
			status, text := call(operation.name, operation.body)
			may := operation.name == allowed.name
			if (status == http.StatusOK) != may || !may && !strings.Contains(text, "AccessDeniedException") {
				t.Errorf("a caller with %s calls %s: %d %s", allowed.name, operation.name, status, text)
			}
			if values := strings.Contains(text, "private"); values != (may && operation.tells) {
				t.Errorf("a caller with %s calls %s, and the answer has values: %s", allowed.name, operation.name, text)
			}
		}
		if status, text := call("CheckUserImport", job+`}`); status != http.StatusBadRequest || !strings.Contains(text, "AccessDeniedException") {
			t.Errorf("a caller with %s calls CheckUserImport: %d %s", allowed.name, status, text)
		}
	}
	s.record(t.Context())() // and wait until all events are stored
	if strings.Contains(log.String(), "private") {
		t.Error("the log has a value")
	}
	for _, operation := range []string{"CorrectUserImportJobRows", "ApplyUserImportSuggestions"} {
		events, err := s.store.Audit().Events(t.Context(), audit.Query{Operation: operation, Limit: 100})
		if err != nil || len(events) == 0 {
			t.Fatalf("%s is not on record: %v", operation, err)
		}
		done := false
		for _, e := range events {
			if done = done || e.Result == "" && e.Details == "job="+key.JobID; strings.Contains(e.Details, "private") {
				t.Errorf("%+v", e)
			}
		}
		if !done {
			t.Errorf("%s: no event names the job: %+v", operation, events)
		}
	}
	for _, reads := range []string{"CheckUserImport", "ListUserImportJobRows"} {
		if audit.IsChange(reads) {
			t.Errorf("%s changes nothing and is in the audit", reads)
		}
	}
}
