package e2e

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// carryJobOn takes the newest job to its next stage, or creates one in a new pool.
func (c *writer) carryJobOn() bool {
	if n := len(c.jobs); n > 0 && c.jobs[n-1].stage != started {
		j := c.jobs[n-1]
		switch j.stage {
		case created:
			return c.advance(j, c.note("upload for "+j.name, c.upload(j)))
		case uploaded:
			_, err := c.sdk.StartUserImportJob(c.w.t.Context(), &cognito.StartUserImportJobInput{UserPoolId: &j.pool, JobId: &j.id})
			return c.advance(j, c.note("StartUserImportJob "+j.name, err))
		}
	}
	if len(c.jobs) >= len(c.pools) {
		return c.createPool()
	}
	return c.createJob(c.pools[len(c.jobs)])
}

func (c *writer) advance(j *madeJob, answered bool) bool {
	if j.asked = !answered; answered {
		j.stage++
	}
	return answered
}

func (c *writer) createJob(p *madePool) bool {
	j := &madeJob{pool: p.id, name: p.name + "-job"}
	c.jobs = append(c.jobs, j)
	made, err := c.sdk.CreateUserImportJob(c.w.t.Context(), &cognito.CreateUserImportJobInput{UserPoolId: &j.pool, JobName: &j.name,
		CloudWatchLogsRoleArn: aws.String(logRole)})
	if err == nil {
		j.id, j.url = *made.UserImportJob.JobId, *made.UserImportJob.PreSignedUrl
	}
	return c.advance(j, c.note("CreateUserImportJob "+j.name, err))
}

func (c *writer) upload(j *madeJob) error {
	var b strings.Builder
	b.WriteString("cognito:username,email,email_verified\n")
	for i := range jobRows {
		fmt.Fprintf(&b, "%s-%d,%s-%d@example.com,true\n", j.name, i, j.name, i)
	}
	request, err := http.NewRequestWithContext(c.w.t.Context(), http.MethodPut, j.url, strings.NewReader(b.String()))
	if err != nil {
		return err
	}
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		c.w.t.Errorf("the upload for %s was answered %s; its history:%s", j.name, answer.Status, c.told())
	}
	return nil
}

// checkJobs: every job must be at its known stage, or at the next one if that was
// requested.
func (c *writer) checkJobs() {
	c.w.t.Helper()
	for _, j := range c.jobs[c.checkedJobs:] {
		out, err := c.w.client().ListUserImportJobs(c.w.t.Context(), &cognito.ListUserImportJobsInput{UserPoolId: &j.pool, MaxResults: aws.Int32(10)})
		if err != nil {
			c.w.t.Fatal(err)
		}
		if len(out.UserImportJobs) > 1 {
			c.w.t.Errorf("job %s is there %d times", j.name, len(out.UserImportJobs))
		}
		is := unborn
		for _, found := range out.UserImportJobs {
			j.id, j.url, is = *found.JobId, *found.PreSignedUrl, created
			if *found.JobName != j.name {
				c.w.t.Errorf("job %s is called %s", j.name, *found.JobName)
			}
			if found.Status != "Created" {
				is = started
			}
		}
		c.checkStage(j, is)
	}
	// A missing job is created again.
	if n := len(c.jobs); n > 0 && c.jobs[n-1].stage == unborn {
		c.jobs = c.jobs[:n-1]
	}
}

// checkStage compares the visible stage with the known one. An upload is not visible: one
// that was answered must exist when the job is started, one that was not is repeated.
func (c *writer) checkStage(j *madeJob, is stage) {
	c.w.t.Helper()
	seen := j.stage
	if seen == uploaded {
		seen = created
	}
	switch {
	case is == seen:
		c.countCall(j.asked && j.stage != created, false)
	case j.asked && is == j.stage+1:
		c.countCall(true, true)
		j.stage = is
	default:
		c.w.t.Errorf("job %s is at stage %d, and should be at %d (asked for more: %v); its history:%s", j.name, is, j.stage, j.asked, c.told())
	}
	j.asked = false
}

// countCall counts the effect of a call that was not answered.
func (c *writer) countCall(unanswered, kept bool) {
	switch {
	case unanswered && kept:
		c.tally.Kept++
	case unanswered:
		c.tally.Undone++
	}
}
