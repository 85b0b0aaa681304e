package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// once turns off the SDK's retries: patiently retries.
func once(o *cognitoidentityprovider.Options) { o.Retryer = aws.NopRetryer{} }

// describe returns the job's present state.
func (r *importRun) describe(ctx context.Context) (*types.UserImportJobType, error) {
	out, err := r.client.DescribeUserImportJob(ctx, &cognitoidentityprovider.DescribeUserImportJobInput{UserPoolId: &r.poolID, JobId: &r.jobID}, once)
	if err != nil {
		return nil, err
	}
	return out.UserImportJob, nil
}

// start starts the job. If an answer was lost, the job's status shows whether it was
// started.
func (r *importRun) start(ctx context.Context) error {
	var started types.UserImportJobStatusType
	err := r.patiently(ctx, func(ctx context.Context) error {
		calling, done := lingering(ctx)
		defer done()
		if r.stage == stageStarting {
			job, err := r.describe(calling)
			if err != nil {
				return err
			}
			if job.Status != types.UserImportJobStatusTypeCreated {
				started = job.Status
				return nil
			}
		}
		r.stage = stageStarting
		out, err := r.client.StartUserImportJob(calling, &cognitoidentityprovider.StartUserImportJobInput{UserPoolId: &r.poolID, JobId: &r.jobID}, once)
		if err == nil {
			r.stage, started = stageStarted, out.UserImportJob.Status
		} else if !isAway(err) || isUnsent(err) {
			r.stage = stageUploaded
		}
		return err
	})
	if err != nil {
		return err
	}
	r.stage = stageStarted
	say(r.out, "started   %s\n", started)
	return nil
}

// watch follows the job to its end and prints its progress.
func (r *importRun) watch(ctx context.Context) (*types.UserImportJobType, error) {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	begun := time.Now()
	shown := notBegun(types.UserImportJobStatusTypePending) // start has printed it
	for {
		var job *types.UserImportJobType
		err := r.patiently(ctx, func(ctx context.Context) (err error) {
			job, err = r.describe(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if ended(job) {
			r.stage, r.status = stageEnded, job.Status
			return job, nil
		}
		if line := r.progress(job, time.Since(begun)); line != shown {
			say(r.out, "%s\n", line)
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

// progress returns a text with the job's progress, rate and remaining time.
func (r *importRun) progress(j *types.UserImportJobType, took time.Duration) string {
	done := j.ImportedUsers + j.SkippedUsers + j.FailedUsers
	if done == 0 || r.rows == 0 {
		return notBegun(j.Status)
	}
	rate := float64(done) / took.Seconds()
	left := time.Duration(float64(r.rows-done) / rate * float64(time.Second))
	return fmt.Sprintf("          %s %s of %s rows, %s rows/s, %s left", j.Status, grouped(done), grouped(r.rows),
		grouped(int64(rate)), left.Round(time.Second))
}

// notBegun is the progress of a job without rows that have a verdict.
func notBegun(status types.UserImportJobStatusType) string { return "          " + string(status) }

// stopLimit bounds the time that an interrupted command spends on stopping its job.
const stopLimit = 10 * time.Second

// interrupted stops the job if it may have been started, and says what happened to it. The
// error has the exit code of an interrupted command.
func (r *importRun) interrupted() (*types.UserImportJobType, error) {
	var job *types.UserImportJobType
	said := "interrupted. "
	if r.stage == stageStarting || r.stage == stageStarted {
		var err error
		if job, err = r.stop(); err != nil {
			said = fmt.Sprintf("interrupted, and the job could not be stopped: %v\n", refusal(err))
		}
	}
	return job, &exit{exitInterrupted, errors.New(said + r.fate())}
}

// stop stops the job and waits for its end for a limited time. It leaves a job alone that
// was not started.
func (r *importRun) stop() (*types.UserImportJobType, error) {
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	_, refused := r.client.StopUserImportJob(ctx, &cognitoidentityprovider.StopUserImportJobInput{UserPoolId: &r.poolID, JobId: &r.jobID}, once)
	if refused != nil && isAway(refused) {
		return nil, refused
	}
	for {
		job, err := r.describe(ctx)
		switch {
		case err != nil:
			return nil, errors.Join(refused, err)
		case job.Status == types.UserImportJobStatusTypeCreated:
			r.stage = stageUploaded
			return nil, nil
		case ended(job):
			r.stage, r.status = stageEnded, job.Status
			return job, nil
		case refused != nil:
			return nil, refused
		}
		select {
		case <-ctx.Done():
			return job, nil
		case <-time.After(min(r.every, 200*time.Millisecond)):
		}
	}
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
