package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// bucketNode starts a server with uploads in a bucket at an endpoint.
func bucketNode(t *testing.T, bucket, endpoint, accessKey, secret string, flags ...string) *node {
	t.Helper()
	return start(t, setup{data: t.TempDir(), flags: append([]string{"--uploads", "s3://" + bucket + "?endpoint=" + endpoint, "--import-takeover", "4s"}, flags...),
		serverEnv: []string{"POOLHOUSE_S3_ACCESS_KEY_ID=" + accessKey, "POOLHOUSE_S3_SECRET_ACCESS_KEY=" + secret}})
}

// TestFilesInABucket: files in a bucket are uploaded past the server. The server refuses to
// start a job whose file is too large, and reports the digest of the file that it read. It
// imports nothing of a file that replaced the started one, neither before it is read nor in
// the middle of its import.
func TestFilesInABucket(t *testing.T) {
	together(t)
	s3, bucket := newBucket(t)
	const most, rows = 20_000_000, 100_000
	n := bucketNode(t, bucket, s3.Endpoint, s3.AccessKey, s3.Secret, "--import-max-bytes", fmt.Sprint(most), "--import-jobs-at-a-time", "1")
	file := func(text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "file.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	begin := func(pool string, job *types.UserImportJobType) error {
		_, err := n.client().StartUserImportJob(t.Context(), &cognito.StartUserImportJobInput{UserPoolId: &pool, JobId: job.JobId})
		return err
	}
	text := mixedUsers(rows)
	good, other := file(text), file(strings.ReplaceAll(text, "user", "evil"))

	t.Run("too large, then replaced by a smaller one before the start", func(t *testing.T) {
		pool, job := n.poolWithJob()
		n.put(file(strings.Repeat("x", most+1)), *job.PreSignedUrl)
		err := begin(pool, job)
		if !as[*types.PreconditionNotMetException](err) || !strings.Contains(err.Error(), "has 20000001 bytes, and 20000000 are allowed") {
			t.Errorf("a file that is too large: %v", err)
		}
		if status := n.describe(pool, *job.JobId).Status; status != types.UserImportJobStatusTypeCreated {
			t.Errorf("its job is %s", status)
		}
		small := mixedUsers(100)
		n.put(file(small), *job.PreSignedUrl)
		if err := begin(pool, job); err != nil {
			t.Fatal(err)
		}
		if o := n.outcome(pool, *job.JobId); o.Status != "Succeeded" || o.Imported == 0 {
			t.Errorf("the import: %+v", o)
		}
		sum := sha256.Sum256([]byte(small))
		digest := hex.EncodeToString(sum[:])
		progress := n.own("GetUserImportJobProgress", object{"UserPoolId": pool, "JobId": job.JobId})
		if progress["FileSha256"] != digest || progress["FileSize"] != float64(len(small)) {
			t.Errorf("the job tells of its file %v bytes and the digest %v, want %s", progress["FileSize"], progress["FileSha256"], digest)
		}
		await(t, "the event of what was read", time.Minute, func() bool {
			events := n.own("ListAuditEvents", object{"Operation": "ReadUserImportFile"})["Events"].([]any)
			return len(events) == 1 && strings.Contains(events[0].(object)["Details"].(string), fmt.Sprintf("job=%s size=%d etag=", *job.JobId, len(small))) &&
				strings.HasSuffix(events[0].(object)["Details"].(string), "sha256="+digest)
		})
	})
	mustHaveFailed := func(t *testing.T, pool string, job *types.UserImportJobType) {
		t.Helper()
		o := n.outcome(pool, *job.JobId)
		if o.Status != "Failed" || o.Message != "The uploaded file has changed since the job was started." || o.Imported != o.Users {
			o.Log = ""
			t.Errorf("the job whose file changed: %+v", o)
		}
		out, err := n.client().ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: &pool, Filter: new(`username ^= "evil"`)})
		if err != nil || len(out.Users) > 0 {
			t.Errorf("users of the other file: %d, %v", len(out.Users), err)
		}
	}
	t.Run("replaced between the start and the read", func(t *testing.T) {
		busy, long := n.poolWithJob()
		pool, job := n.poolWithJob()
		n.put(good, *long.PreSignedUrl)
		n.put(good, *job.PreSignedUrl)
		for _, err := range []error{begin(busy, long), begin(pool, job)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := suspend(n.cmd); err != nil { // the job that the server works on is another one
			t.Fatal(err)
		}
		n.put(other, *job.PreSignedUrl)
		if err := wake(n.cmd); err != nil {
			t.Fatal(err)
		}
		mustHaveFailed(t, pool, job)
		if j := n.describe(pool, *job.JobId); j.ImportedUsers > 0 {
			t.Errorf("%d users were imported", j.ImportedUsers)
		}
		if o := n.outcome(busy, *long.JobId); o.Status != "Succeeded" {
			t.Errorf("the other job: %s %s", o.Status, o.Message)
		}
	})
	t.Run("replaced in the middle of the import", func(t *testing.T) {
		pool, job := n.poolWithJob()
		n.put(good, *job.PreSignedUrl)
		if err := begin(pool, job); err != nil {
			t.Fatal(err)
		}
		await(t, "the first rows", time.Minute, func() bool { return n.describe(pool, *job.JobId).ImportedUsers > 0 })
		n.kill()
		n.put(other, *job.PreSignedUrl)
		n.again()
		mustHaveFailed(t, pool, job)
		if j := n.describe(pool, *job.JobId); j.ImportedUsers == 0 {
			t.Error("no users were imported before: the test tests nothing")
		}
	})
}
