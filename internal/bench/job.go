package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/password"
)

// job is an import job of a file, from its upload to its end.
type job struct {
	node *node
	file file
	pool string
	id   string
}

// jobState is the state of a job as the server describes it.
type jobState struct {
	Status, CompletionMessage                string
	ImportedUsers, SkippedUsers, FailedUsers int
}

func (s jobState) ended() bool {
	return s.Status != "Created" && s.Status != "Pending" && s.Status != "InProgress" && s.Status != "Stopping"
}

// pollEvery is the interval of reading the state of a running job.
const pollEvery = 20 * time.Millisecond

// newJob creates a job in the pool and uploads its file.
func (n *node) newJob(ctx context.Context, pool string, f file) (job, error) {
	if err := n.makeRole(ctx); err != nil {
		return job{}, err
	}
	var made struct {
		UserImportJob struct{ JobId, PreSignedUrl string }
	}
	request := map[string]any{"UserPoolId": pool, "JobName": "bench", "CloudWatchLogsRoleArn": roleARN}
	if f.hashes {
		request["PasswordHashingAlgorithm"] = cmp.Or(f.algorithm, password.BCrypt)
	}
	err := n.call(ctx, "CreateUserImportJob", request, &made)
	if err != nil {
		return job{}, err
	}
	j := job{n, f, pool, made.UserImportJob.JobId}
	return j, n.put(ctx, made.UserImportJob.PreSignedUrl, f)
}

func (j job) key() map[string]any { return map[string]any{"UserPoolId": j.pool, "JobId": j.id} }

// start starts the job.
func (j job) start(ctx context.Context) error {
	return j.node.call(ctx, "StartUserImportJob", j.key(), &struct{}{})
}

// await reads the state of the job until it is wanted, or the job has ended.
func (j job) await(ctx context.Context, every time.Duration, wanted func(jobState) bool) (jobState, error) {
	line, err := j.node.dial(ctx)
	if err != nil {
		return jobState{}, err
	}
	defer line.close()
	for {
		var out struct{ UserImportJob jobState }
		if _, err := line.call(j.node.client, "DescribeUserImportJob", j.key(), &out); err != nil {
			return out.UserImportJob, err
		}
		if s := out.UserImportJob; s.ended() || wanted(s) {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return out.UserImportJob, ctx.Err()
		case <-time.After(every):
		}
	}
}

// run starts the job and waits for its end. It returns how long that took.
func (j job) run(ctx context.Context) (took time.Duration, end jobState, err error) {
	begun := time.Now()
	if err := j.start(ctx); err != nil {
		return 0, end, err
	}
	end, err = j.await(ctx, pollEvery, jobState.ended)
	return time.Since(begun), end, err
}

// measure runs the job and checks its result.
func (j job) measure(ctx context.Context, existing bool) (taken sample, err error) {
	before, err1 := j.node.used()
	took, end, err := j.run(ctx)
	after, err2 := j.node.used()
	if err := errors.Join(err, err1, err2); err != nil {
		return taken, err
	}
	after.cpu -= before.cpu
	return sample{took, j.file.rows, after}, j.check(end, existing)
}

// check compares the end of the job with the file. If the users existed already, all rows
// must be skipped.
func (j job) check(s jobState, existing bool) error {
	want := jobState{Status: "Succeeded", CompletionMessage: s.CompletionMessage,
		ImportedUsers: j.file.rows - j.file.skipped() - j.file.failed(), SkippedUsers: j.file.skipped(), FailedUsers: j.file.failed()}
	if existing {
		want.ImportedUsers, want.SkippedUsers = 0, want.SkippedUsers+want.ImportedUsers
	}
	if s != want {
		return fmt.Errorf("the import ended %+v; want %+v", s, want)
	}
	return nil
}
