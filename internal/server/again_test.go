package server

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/usercsv"
)

// stoppedJob makes a job that was stopped before its only row. The row is kept.
func stoppedJob(t *testing.T, s *Server, role string) importjob.Key {
	t.Helper()
	url := uploadURL(t, s)
	key := importKey("us-east-1_AbCdEfGhI", "import-0123456789")
	_, err := s.store.UpdateJob(t.Context(), key, func(j *importjob.Job) error {
		j.Name, j.RoleARN, j.UploadURL, j.State, j.Completed = "members", role, url, importjob.Stopped, time.Now()
		j.Header, j.TotalRows = usercsv.FormatRow([]string{"cognito:username", "email"}), 1
		return nil
	})
	if err == nil {
		row := importjob.KeptRow{Line: 2, Offset: 24, Number: 1, Verdict: importjob.RowNotReached, Text: "ada,very-private@example.com"}
		err = s.store.KeepRest(t.Context(), key, usercsv.Position{}, []importjob.KeptRow{row}, usercsv.Position{Offset: 53, Line: 2, Rows: 1}, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestWhoMayRunRowsAgain: a child job needs its own permission and iam:PassRole on the role of
// the first job. Only the operations on rows show values, to callers with their permission.
// Neither the log nor the audit has a value.
func TestWhoMayRunRowsAgain(t *testing.T) {
	const role = "arn:aws:iam::000000000000:role/logs"
	var log strings.Builder
	s := listening(t, &log)
	key := stoppedJob(t, s, role)
	end := runUntil(t, s)
	ada := newUser(t, s)
	body := `{"UserPoolId":"` + key.PoolID + `","JobId":"` + key.JobID + `"}`
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
	allow := func(statements ...string) {
		t.Helper()
		p, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
		if err == nil {
			err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	statement := func(effect, action, resource string) string {
		return `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"` + resource + `"}`
	}
	retry := strings.TrimSuffix(body, "}") + `,"Verdicts":["NOT_REACHED"]}`
	for _, operation := range []struct{ name, body string }{{"ResumeUserImportJob", body}, {"RetryUserImportJob", retry}} {
		own := statement("Allow", "poolhouse:"+operation.name, "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"+key.PoolID)
		for name, c := range map[string]struct {
			statements []string
			may        bool
		}{
			"the role alone":           {[]string{statement("Allow", "iam:PassRole", role), statement("Allow", "cognito-idp:*", "*")}, false},
			"the operation alone":      {[]string{own}, false},
			"and another role":         {[]string{own, statement("Allow", "iam:PassRole", role+"-of-others")}, false},
			"and the role":             {[]string{own, statement("Allow", "iam:PassRole", role)}, true},
			"and the role, but denied": {[]string{own, statement("Allow", "*", "*"), statement("Deny", "iam:PassRole", role)}, false},
		} {
			allow(c.statements...)
			status, text := call(operation.name, operation.body)
			// The role does not exist, which is found after the check of the permission.
			if may := strings.Contains(text, "InvalidParameterException") && strings.Contains(text, "role"); may != c.may || status == http.StatusOK {
				t.Errorf("%s, %s: %d %s", operation.name, name, status, text)
			}
			if !c.may && !strings.Contains(text, "AccessDeniedException") {
				t.Errorf("%s, %s: %d %s", operation.name, name, status, text)
			}
		}
	}
	told := []string{"GetUserImportJobResults", "GetUserImportJobReceipt", "GetUserImportJobProgress", "ListUserImportJobs", "GetUserImportJobLog"}
	for _, allowed := range told {
		allow(statement("Allow", "poolhouse:"+allowed, "*"), statement("Allow", "cognito-idp:*", "*"))
		for _, operation := range told {
			status, text := call(operation, body)
			ok := operation == allowed || operation == "ListUserImportJobs" // Cognito's action is enough for this
			if ok && operation == "ListUserImportJobs" {
				status, text = call(operation, `{"UserPoolId":"`+key.PoolID+`"}`)
			}
			if (status == http.StatusOK) != ok {
				t.Errorf("a caller with %s calls %s: %d %s", allowed, operation, status, text)
			}
			if values := strings.Contains(text, "very-private"); values != (ok && operation == "GetUserImportJobResults") {
				t.Errorf("%s shows values: %t", operation, values)
			}
		}
	}
	end()
	if strings.Contains(log.String(), "very-private") {
		t.Error("the log has a value")
	}
	for _, operation := range []string{"RetryUserImportJob", "ResumeUserImportJob", "UpdateUserImportJob"} {
		if !audit.IsChange(operation) {
			t.Errorf("%s is not in the audit", operation)
		}
	}
	if slices.ContainsFunc(told, audit.IsChange) {
		t.Error("an operation that only reads is in the audit")
	}
}
