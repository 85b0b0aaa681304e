package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"poolhouse/internal/usercsv"
)

// importRun is one import, driven as any client drives it.
type importRun struct {
	cfg    aws.Config
	client *cognitoidentityprovider.Client
	poolID string
	out    io.Writer
	rows   int64 // of the file
	every  time.Duration
}

// jobSpec says what CreateUserImportJob is asked for. Without a role it is the
// one that AWS's console would make.
type jobSpec struct{ name, roleARN, algorithm string }

// run imports the file and returns the job as it ended. When ctx ends after
// the start, the job is stopped.
func (r *importRun) run(ctx context.Context, path string, spec jobSpec) (*types.UserImportJobType, error) {
	if err := r.survey(path); err != nil {
		return nil, err
	}
	if spec.roleARN == "" {
		var err error
		if spec.roleARN, err = r.role(ctx); err != nil {
			return nil, err
		}
	}
	jobID, url, err := r.create(ctx, spec)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(r.out, "created   %s\n", jobID)
	size, err := put(ctx, path, url)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(r.out, "uploaded  %s bytes, %s rows\n", grouped(size), grouped(r.rows))
	started, err := r.client.StartUserImportJob(ctx, &cognitoidentityprovider.StartUserImportJobInput{UserPoolId: &r.poolID, JobId: &jobID})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(r.out, "started   %s\n", started.UserImportJob.Status)
	last, err := r.watch(ctx, &jobID)
	if ctx.Err() != nil {
		return r.stop(&jobID)
	}
	return last, err
}

// survey counts the rows and refuses what no server would import. The limits
// are left to the server.
func (r *importRun) survey(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r.rows, _, err = usercsv.Survey(file, usercsv.Limits{Rows: 1 << 40})
	return err
}

// role returns the ARN of the default role, and makes the role on a server of
// one's own. In a real account nothing is made that was not asked for.
func (r *importRun) role(ctx context.Context) (string, error) {
	if isAWS(r.cfg.BaseEndpoint) {
		return "", errors.New("the log is written with a role of your AWS account: name it with --role-arn, " +
			"such as arn:aws:iam::ACCOUNT:role" + logRolePath + logRoleName + " when the console has made it")
	}
	arn, made, err := importLogRole(ctx, r.cfg)
	if err != nil {
		return "", fmt.Errorf("the role that the log is written with (--role-arn names another): %w", refusal(err))
	}
	if made {
		fmt.Fprintf(r.out, "role      %s, made now\n", arn)
	}
	return arn, nil
}

// createRequest is CreateUserImportJob's input with the member that is newer
// than the SDK's model.
type createRequest struct {
	UserPoolId, JobName, CloudWatchLogsRoleArn string
	PasswordHashingAlgorithm                   string `json:",omitempty"`
}

// create asks for a job and returns its id and its upload URL.
func (r *importRun) create(ctx context.Context, spec jobSpec) (jobID, uploadURL string, err error) {
	in := createRequest{UserPoolId: r.poolID, JobName: spec.name, CloudWatchLogsRoleArn: spec.roleARN, PasswordHashingAlgorithm: spec.algorithm}
	var out struct {
		UserImportJob struct{ JobId, PreSignedUrl string }
	}
	err = call(ctx, r.cfg, "AWSCognitoIdentityProviderService.CreateUserImportJob", in, &out)
	return out.UserImportJob.JobId, out.UserImportJob.PreSignedUrl, err
}

// put uploads the file as the Developer Guide says.
func put(ctx context.Context, path, url string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, file)
	if err != nil {
		return 0, err
	}
	request.ContentLength = info.Size()
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("the upload failed: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return 0, fmt.Errorf("the upload was refused (%s): %s", response.Status, text)
	}
	return info.Size(), nil
}

// watch follows the job to its end and prints what changes.
func (r *importRun) watch(ctx context.Context, jobID *string) (*types.UserImportJobType, error) {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	begun := time.Now()
	shown := ""
	for {
		out, err := r.client.DescribeUserImportJob(ctx, &cognitoidentityprovider.DescribeUserImportJobInput{UserPoolId: &r.poolID, JobId: jobID})
		if err != nil {
			return nil, err
		}
		job := out.UserImportJob
		if ended(job) {
			return job, nil
		}
		if line := r.progress(job, time.Since(begun)); line != shown {
			fmt.Fprintln(r.out, line)
			shown = line
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

func ended(j *types.UserImportJobType) bool {
	switch j.Status {
	case types.UserImportJobStatusTypeSucceeded, types.UserImportJobStatusTypeFailed,
		types.UserImportJobStatusTypeStopped, types.UserImportJobStatusTypeExpired:
		return true
	}
	return false
}

// progress says how far the job is, how fast, and when it will be done.
func (r *importRun) progress(j *types.UserImportJobType, took time.Duration) string {
	done := j.ImportedUsers + j.SkippedUsers + j.FailedUsers
	if done == 0 || r.rows == 0 {
		return fmt.Sprintf("          %s", j.Status)
	}
	rate := float64(done) / took.Seconds()
	left := time.Duration(float64(r.rows-done) / rate * float64(time.Second))
	return fmt.Sprintf("          %s %s of %s rows, %s rows/s, %s left", j.Status, grouped(done), grouped(r.rows),
		grouped(int64(rate)), left.Round(time.Second))
}

// stop stops the job of an interrupted command.
func (r *importRun) stop(jobID *string) (*types.UserImportJobType, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := r.client.StopUserImportJob(ctx, &cognitoidentityprovider.StopUserImportJobInput{UserPoolId: &r.poolID, JobId: jobID})
	if err != nil {
		return nil, fmt.Errorf("interrupted, and the job could not be stopped: %w", err)
	}
	return out.UserImportJob, nil
}

// refusal words an error of the API without the SDK's wrapping.
func refusal(err error) error {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("%s: %s", e.ErrorCode(), e.ErrorMessage())
	}
	return err
}

// grouped writes a number with commas: 1,234,567.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), ",")
}
