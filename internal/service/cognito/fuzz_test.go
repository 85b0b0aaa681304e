package cognitoservice

import (
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// FuzzImportJobsToken: a token names a job of the pool and a time. Every job has a token, which
// gives the same job.
func FuzzImportJobsToken(f *testing.F) {
	const pool = "us-east-1_a"
	for _, token := range []string{"", pool + "#import-1#1796000000000", pool + "##1", pool + "#a#-1", pool + "#a#1#", "us-east-1_b#a#1", pool + "#a\x00#1", pool + "#a#9223372036854775807"} {
		f.Add(token, "import-1", int64(1))
	}
	f.Fuzz(func(t *testing.T, token, job string, ms int64) {
		after, err := parseImportJobsToken(pool, token)
		if err != nil && userpool.KindOf(err) != userpool.InvalidParameter || err == nil && token != "" && (!isImportJobID(after.JobID) || after.Created.UnixMilli() < 1) {
			t.Fatalf("%q is %+v, %v", token, after, err)
		}
		j := &importjob.Job{PoolID: pool, ID: job, Created: time.UnixMilli(ms)}
		again, err := parseImportJobsToken(pool, importJobsToken(j))
		if good := isImportJobID(job) && ms > 0; good && (err != nil || again.JobID != job || !again.Created.Equal(j.Created)) {
			t.Fatalf("the job %q is %+v, %v", job, again, err)
		}
	})
}
