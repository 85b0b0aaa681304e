package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestConsoleRelay: a bucket that lets no page write to it refuses a browser. The file
// goes through the server then, and the page says what the bucket needs.
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
