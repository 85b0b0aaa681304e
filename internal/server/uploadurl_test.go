package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// TestWhoIsToldTheURL: every operation that returns import jobs returns the pre-signed URL only to
// principals that may start or create jobs of the pool. Principals that may only read jobs get it
// if the server's setting says so.
func TestWhoIsToldTheURL(t *testing.T) {
	s := listening(t, io.Discard)
	url := uploadURL(t, s)
	run(t, s)
	ada := newUser(t, s)
	const pool, job = "us-east-1_AbCdEfGhI", "import-0123456789"
	const arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"
	role := "arn:aws:iam::000000000000:role/logs"
	if _, err := s.store.UpdateJob(t.Context(), importKey(pool, job), withRole(role, url)); err != nil {
		t.Fatal(err)
	}
	told := func(key, secret, target, body string) bool {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
		r.Header.Set("Content-Type", json)
		r.Header.Set("X-Amz-Target", target)
		(&sigv4.Signer{AccessKey: key, Secret: secret, Region: "us-east-1", Service: "cognito-idp"}).Sign(r, []byte(body), time.Now())
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), job) {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		return strings.Contains(strings.ReplaceAll(w.Body.String(), `\u0026`, "&"), url)
	}
	allow := func(statements ...string) {
		t.Helper()
		see := `{"Effect":"Allow","Action":["cognito-idp:DescribeUserImportJob","cognito-idp:ListUserImportJobs","poolhouse:ListUserImportJobs"],"Resource":"*"}`
		p, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":[`+strings.Join(append(statements, see), ",")+`]}`)
		if err == nil {
			err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ask := []struct{ target, body string }{
		{pools + "DescribeUserImportJob", `{"UserPoolId":"` + pool + `","JobId":"` + job + `"}`},
		{pools + "ListUserImportJobs", `{"UserPoolId":"` + pool + `","MaxResults":10}`},
		{"Poolhouse.ListUserImportJobs", `{"UserPoolId":"` + pool + `"}`},
	}
	statement := func(effect, action, resource string) string {
		return `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"` + resource + `"}`
	}
	for _, c := range []struct {
		name       string
		statements []string
		want       bool
	}{
		{"only sees", nil, false},
		{"may start", []string{statement("Allow", "cognito-idp:StartUserImportJob", arn+pool)}, true},
		{"may start in another pool", []string{statement("Allow", "cognito-idp:StartUserImportJob", arn+"us-east-1_other")}, false},
		{"may create and pass the role", []string{statement("Allow", "cognito-idp:CreateUserImportJob", arn+pool), statement("Allow", "iam:PassRole", role)}, true},
		{"may create with no role", []string{statement("Allow", "cognito-idp:CreateUserImportJob", arn+pool)}, false},
		{"is denied both", []string{statement("Allow", "cognito-idp:*", "*"), statement("Deny", "cognito-idp:StartUserImportJob", "*"), statement("Deny", "cognito-idp:CreateUserImportJob", "*")}, false},
	} {
		allow(c.statements...)
		for _, a := range ask {
			if got := told(ada.key.ID, ada.secret, a.target, a.body); got != c.want {
				t.Errorf("a caller that %s gets the URL from %s: %v, want %v", c.name, a.target, got, c.want)
			}
		}
	}
	for _, a := range ask {
		if !told(root.AccessKeyID, root.Secret, a.target, a.body) {
			t.Errorf("root does not get the URL from %s", a.target)
		}
	}
	s.cfg.UploadURLsForAll = true
	if s.mayUpload() != nil {
		t.Error("the setting does not show the URL to all, as AWS does")
	}
}
