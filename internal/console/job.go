package console

import (
	"context"
	"net/url"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobAction() action { return action{path: "/pools/{pool}/import-jobs/{job}", show: showJob} }

// jobData is the data of the template job.
type jobData struct {
	*jobNow
	Log               *logData // nil if it is not shown
	Events            string   // path of the live progress, "" if there is none
	MayStart, MayStop bool
	Again             string    // path of the form for a job like this, "" if it is not offered
	IsAgainFirst      bool      // no other action is left
	UploadEnds        time.Time // time at which the upload URL expires
	Group, Stream     string    // "" if they are not known
	// Paths of the offered actions and pages, each "" if it is not offered.
	Correct, FailedRows, Results, ResultLines, Users, Receipt, Check, Change string
	MayResume                                                                bool
	How                                                                      *howRead // nil if it is not known
}

// First returns the action of the primary button, "" for none.
func (d *jobData) First() string {
	switch {
	case d.MayStart:
		return "start"
	case d.MayResume:
		return "resume"
	case d.Correct != "":
		return "correct"
	case d.Again != "" && d.IsAgainFirst:
		return "again"
	}
	return ""
}

// StartText returns the text of the button that starts the job.
func (d *jobData) StartText() string {
	if n := d.Total(); n > 0 && d.HasFile() {
		return "Start: import " + count(int(n), "row", "rows")
	}
	return "Start"
}

// ResumeText returns the text of the button that resumes a stopped job.
func (d *jobData) ResumeText() string { return "Resume: import " + count(int(d.Left()), "row", "rows") }

// CorrectText returns the text of the link to the page that corrects rows.
func (d *jobData) CorrectText() string { return "Correct " + count(int(d.Failed()), "row", "rows") }

// DownloadText returns the text of the link to the file with the failed rows.
func (d *jobData) DownloadText() string {
	return "Download " + count(int(d.Failed()), "failed row", "failed rows")
}

// rows sets what is offered for the job's rows.
func (d *jobData) rows(ctx context.Context, v *visit) {
	pool, job := d.UserPoolId, d.JobId
	if d.HasRows() && may(ctx, v, poolhouseapi.GetUserImportJobResults, &poolhouseapi.GetUserImportJobResultsRequest{UserPoolId: pool, JobId: job}) {
		d.Results, d.ResultLines = jobPath(pool, job, "results.csv"), jobPath(pool, job, "results.ndjson")
		if d.Failed() > 0 {
			d.FailedRows = withQuery(d.Results, "verdict", string(poolhouseapi.ImportRowsVerdictTypeFailed))
		}
	}
	if d.HasRows() && d.Failed() > 0 && v.mayCorrect(ctx, pool, job) {
		d.Correct = pathOfRows(pool, job)
		d.CorrectAt = d.Correct
	}
	if d.HasEnded() && may(ctx, v, poolhouseapi.GetUserImportJobReceipt, &poolhouseapi.GetUserImportJobReceiptRequest{UserPoolId: pool, JobId: job}) {
		d.Receipt = jobPath(pool, job, "receipt")
	}
	if d.Imported() > 0 && may(ctx, v, poolhouseapi.ListUserImportJobUsers, &poolhouseapi.ListUserImportJobUsersRequest{UserPoolId: pool, JobId: job}) {
		d.Users = jobPath(pool, job, "users")
	}
	d.MayResume = d.Status == cognitoapi.UserImportJobStatusTypeStopped && d.Left() > 0 && d.KeptUntil().After(d.At) && !d.isResumed() && v.mayResume(ctx, pool, job)
	if d.IsCreated() {
		if d.HasFile() && v.mayCheck(ctx, pool) {
			d.Check = jobPath(pool, job, "check")
		}
		if may(ctx, v, poolhouseapi.UpdateUserImportJob, &poolhouseapi.UpdateUserImportJobRequest{UserPoolId: pool, JobId: job}) {
			d.Change = jobPath(pool, job, "budget")
		}
	}
}

// mayResume reports whether the caller may resume a stopped job.
func (v *visit) mayResume(ctx context.Context, pool, job string) bool {
	return may(ctx, v, poolhouseapi.ResumeUserImportJob, &poolhouseapi.ResumeUserImportJobRequest{UserPoolId: pool, JobId: job}) &&
		may(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: pool, JobId: job})
}

// Now returns the job itself, for the parts that are also updated live.
func (d *jobData) Now() *jobNow { return d.jobNow }

// UploadEnded reports whether the upload URL has expired.
func (d *jobData) UploadEnded() bool { return !d.UploadEnds.IsZero() && !d.At.Before(d.UploadEnds) }

// again offers to create a job like this one, once this one can no longer be used. The new
// form begins with the same choices of columns.
func (d *jobData) again(ctx context.Context, v *visit, chosen []mapped) {
	lapsed := d.IsCreated() && !d.HasFile() && d.UploadEnded()
	if !d.HasEnded() && !lapsed || !v.mayImport(ctx, d.UserPoolId) {
		return
	}
	f := &jobForm{pool: d.UserPoolId, Name: d.JobName, Role: roleOld, ARN: d.CloudWatchLogsRoleArn, Algorithm: string(d.PasswordHashingAlgorithm), Columns: v.before(d.UserPoolId, chosen)}
	if d.How != nil {
		f.Read.Strict = d.How.Strict
	}
	if d.Again = f.address(); len(d.Again) > longestAddress { // the pool's last map has them
		f.Columns = mapTyped{}
	}
	d.Again, d.IsAgainFirst = f.address(), d.Status != cognitoapi.UserImportJobStatusTypeSucceeded
}

// step is an entry of a job's history.
type step struct {
	State jobStatus
	At    time.Time
	By    string // who did it; "" for the server or if it is not known
}

// History returns the steps of the job, in order.
func (d *jobData) History() []step {
	steps := []step{{jobStatus{Icon: "ok", Text: "Created"}, d.CreationDate.Time, d.CreatedBy()}}
	if d.IsCreated() {
		return append(steps, step{State: jobStatus{Icon: "clock", Text: "Start"}})
	}
	if !d.Requested().IsZero() {
		steps = append(steps, step{jobStatus{Icon: "ok", Text: "Started"}, d.Requested(), d.startedBy()})
	}
	if began := d.StartDate.Time; began.After(d.Requested()) && (d.StopAsked().IsZero() || d.StopAsked().After(began)) {
		steps = append(steps, step{State: jobStatus{Icon: "ok", Text: "In progress"}, At: began})
	}
	if !d.StopAsked().IsZero() {
		steps = append(steps, step{jobStatus{Icon: "ok", Text: "Stop asked for"}, d.StopAsked(), d.stoppedBy()})
	}
	last := statusOf(d.UserImportJobType)
	if d.IsActive() {
		if now := &steps[len(steps)-1]; now.State.Text == last.Text { // the current state is the last step
			now.State = last
			return steps
		}
		return append(steps, step{State: last, At: latest(d.StartDate.Time, d.StopAsked())})
	}
	last.Text = string(d.Status)
	return append(steps, step{State: last, At: d.CompletionDate.Time})
}

// latest returns the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// atJob returns the crumbs to a job's page.
func atJob(here *poolHere) []crumb {
	return []crumb{here.crumb(), {"Import jobs", pathTo("pools", here.ID, "import-jobs")}}
}

// jobPath returns the path of a page of a job.
func jobPath(pool, job string, more ...string) string {
	return pathTo(append([]string{"pools", pool, "import-jobs", job}, more...)...)
}

func showJob(ctx context.Context, v *visit) (*page, error) {
	now, err := v.jobNow(ctx)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	key := &cognitoapi.DescribeUserImportJobRequest{UserPoolId: here.ID, JobId: now.JobId}
	d := &jobData{
		jobNow: now, UploadEnds: endOf(now.PreSignedUrl),
		MayStart: now.IsCreated() && may(ctx, v, cognitoapi.StartUserImportJob, (*cognitoapi.StartUserImportJobRequest)(key)),
		MayStop:  now.MayBeStopped() && may(ctx, v, cognitoapi.StopUserImportJob, (*cognitoapi.StopUserImportJobRequest)(key)),
	}
	var chosen []mapped
	if d.How, chosen, err = v.howJobRead(ctx, now); err != nil {
		return nil, err
	}
	d.again(ctx, v, chosen)
	d.rows(ctx, v)
	now.MaySeeLog = v.maySeeLog(ctx, here.ID, now.JobId)
	if now.Progress != nil {
		d.Group, d.Stream = now.Progress.LogGroupName, now.Progress.LogStreamName
	}
	if now.IsActive() {
		d.Events = withQuery(jobPath(here.ID, now.JobId, "events"), "state", string(now.Status))
	}
	if d.MaySeeLog && now.HasEnded() && now.Read() > 0 {
		if d.Log, err = v.logOf(ctx, now, now.firstVerdict()); err != nil {
			return nil, err
		}
	}
	return &page{
		Template: "job", Title: now.JobName, IsName: true, Before: now.Percent(), At: "jobs", Pool: here, Crumbs: atJob(here), Data: d,
		Command: d.commands(v),
	}, nil
}

// commands returns the commands that describe the job, and the one that uploads its file if
// it is missing.
func (d *jobData) commands(v *visit) string {
	key := []string{"--user-pool-id", d.UserPoolId, "--job-id", d.JobId}
	aws := func(operation string) string {
		return command(append(append([]string{"cognito-idp", operation}, key...), "--region", v.who.Region)...)
	}
	all := []string{aws("describe-user-import-job")}
	if d.IsCreated() {
		if d.PreSignedUrl != "" && v.Now().Before(d.UploadEnds) {
			all = append(all, shell("curl", "-T", "FILE.csv", "-H", "x-amz-server-side-encryption: aws:kms", d.PreSignedUrl))
		}
		all = append(all, aws("start-user-import-job"))
	} else if d.MaySeeLog {
		all = append(all, shell(append([]string{"poolhouse", "log"}, key...)...))
	}
	return strings.Join(all, "\n")
}

// endOf returns the time at which a pre-signed URL expires: signing time plus validity. It
// is zero if the URL does not have them.
func endOf(signed string) time.Time {
	u, err := url.Parse(signed)
	if err != nil {
		return time.Time{}
	}
	q := u.Query()
	begins, err := time.Parse("20060102T150405Z", q.Get("X-Amz-Date"))
	if err != nil {
		return time.Time{}
	}
	lasts, err := time.ParseDuration(q.Get("X-Amz-Expires") + "s")
	if err != nil {
		return time.Time{}
	}
	return begins.Add(lasts)
}

func jobStartAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/start", of: "/pools/{pool}/import-jobs/{job}", act: startJob}
}

func startJob(ctx context.Context, v *visit) (*page, error) {
	pool, job := v.r.PathValue("pool"), v.r.PathValue("job")
	out, err := do(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: pool, JobId: job})
	if err != nil {
		return v.notDone(err, pool, job)
	}
	return done(jobPath(pool, job), "{} was started.", out.UserImportJob.JobName), nil
}

// notDone redirects to the job's page, with the API's message about an act that came too
// late or too early.
func (v *visit) notDone(err error, pool, job string) (*page, error) {
	var f form
	if err := f.refused(err); err != nil {
		return nil, err
	}
	return leave(jobPath(pool, job), "err", strings.ReplaceAll(f.problems[0].Text, "{}", ""), ""), nil
}

func jobStopAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/stop", show: showJobStop, act: stopJob}
}

func showJobStop(ctx context.Context, v *visit) (*page, error) {
	key := &cognitoapi.StopUserImportJobRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")}
	if err := must(ctx, v, cognitoapi.StopUserImportJob, key); err != nil {
		return nil, err
	}
	now, err := v.jobNow(ctx)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	return &page{
		Template: "job-stop", Title: "Stop", At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{now.JobName, jobPath(here.ID, now.JobId)}), Data: now,
		Command: command("cognito-idp", "stop-user-import-job", "--user-pool-id", here.ID, "--job-id", now.JobId, "--region", v.who.Region),
	}, nil
}

func stopJob(ctx context.Context, v *visit) (*page, error) {
	pool, job := v.r.PathValue("pool"), v.r.PathValue("job")
	out, err := do(ctx, v, cognitoapi.StopUserImportJob, &cognitoapi.StopUserImportJobRequest{UserPoolId: pool, JobId: job})
	if err != nil {
		return v.notDone(err, pool, job)
	}
	if out.UserImportJob.Status == cognitoapi.UserImportJobStatusTypeStopping {
		return leave(jobPath(pool, job), "info", "{} is stopping: the rows that are being written are finished first.", out.UserImportJob.JobName), nil
	}
	return done(jobPath(pool, job), "{} was stopped. The users imported so far stay.", out.UserImportJob.JobName), nil
}
