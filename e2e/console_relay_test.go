package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConsoleRelay: a bucket without a CORS rule refuses a browser. The file is then
// uploaded through the server, and the page shows the rule that the bucket needs.
func TestConsoleRelay(t *testing.T) {
	together(t)
	s3, bucket := newBucket(t)
	n := start(t, setup{data: t.TempDir(), flags: []string{"--uploads", "s3://" + bucket + "?endpoint=" + s3.Endpoint},
		serverEnv: []string{"POOLHOUSE_S3_ACCESS_KEY_ID=" + s3.AccessKey, "POOLHOUSE_S3_SECRET_ACCESS_KEY=" + s3.Secret}})
	c := openConsole(t, n)
	c.signIn()
	pool, _ := n.poolWithJob()
	c.open("pools/" + pool + "/import-jobs/create")
	file := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte("cognito:username,email,email_verified\nada,ada@example.com,true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.choose(file)
	c.sees("The browser may not write to the bucket of uploads")
	c.sees(n.url)
	c.sees("Create job and import 1 row")
}

// TestConsoleGoesOn: text that is typed while the session ends elsewhere is in the form
// again after signing in.
func TestConsoleGoesOn(t *testing.T) {
	together(t)
	n := startNode(t, t.TempDir())
	c := openConsole(t, n)
	c.signIn()
	c.open("pools/create")
	c.typed("#name", "typed before")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := &http.Client{Jar: jar}
	key, secret := n.getenv("AWS_ACCESS_KEY_ID"), n.getenv("AWS_SECRET_ACCESS_KEY")
	post(t, elsewhere, n.url+"/console/sign-in", url.Values{"id": {key}, "secret": {secret}})
	post(t, elsewhere, n.url+"/console/sign-out", url.Values{"everywhere": {"1"}})
	c.click("main button.primary")
	c.sees("What you typed is kept")
	c.typed("#id", key)
	c.typed("#secret", secret)
	c.click("button.primary")
	c.sees("Nothing was changed yet.")
	c.becomes(`document.querySelector("#name").value === "typed before" && location.pathname === "/console/pools/create"`)
	c.click("main button.primary")
	c.sees("was created.")
}

// post submits a form, which must be accepted.
func post(t *testing.T, client *http.Client, to string, form url.Values) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Body.Close(); err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", to, a.StatusCode, err)
	}
}
