package console

import (
	"context"
	"slices"
	"strconv"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobsAction() action { return action{path: "/pools/{pool}/import-jobs", show: showJobs} }

// How many import jobs a page has, how many a call of the API returns at most, and
// how many a user pool may have: its jobs are never deleted.
const (
	jobsOfPage  = 50
	jobsAtATime = 60
	jobsAtMost  = 1000
)

// jobsData is what the template jobs shows.
type jobsData struct {
	Rows          []*jobNow
	Query, Status string
	Statuses      []string
	MaySee        bool // a job's own page
	MayCreate     bool
	MaySeeFile    bool // the header of a pool's file
	IsNone        bool
	IsFull        bool // the pool may have no more of them
	Pager         pager
}

// jobStatuses are the statuses of a job, as the API spells them.
var jobStatuses = []string{"Created", "Pending", "InProgress", "Stopping", "Stopped", "Succeeded", "Failed", "Expired"}

func showJobs(ctx context.Context, v *visit) (*page, error) {
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	all, err := v.allJobs(ctx, here.ID)
	if err != nil {
		return nil, err
	}
	d := &jobsData{
		Query: strings.TrimSpace(v.r.FormValue("q")), Status: v.r.FormValue("status"), Statuses: jobStatuses, IsNone: len(all) == 0, IsFull: len(all) >= jobsAtMost,
		MayCreate:  may(ctx, v, poolhouseapi.CreateUserImportUpload, &poolhouseapi.CreateUserImportUploadRequest{UserPoolId: here.ID}),
		MaySee:     may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: here.ID}),
		MaySeeFile: may(ctx, v, cognitoapi.GetCSVHeader, &cognitoapi.GetCSVHeaderRequest{UserPoolId: here.ID}),
	}
	p := &page{
		Template: "jobs", Title: "Import jobs", Count: number(len(all)), At: "jobs", Pool: here, Crumbs: []crumb{here.crumb()}, Data: d,
		Command: command("cognito-idp", "list-user-import-jobs", "--user-pool-id", here.ID, "--max-results", "60", "--region", v.who.Region),
	}
	if !d.MayCreate {
		p.Note = "Your key may look at import jobs, not create them."
	}
	found := d.matching(all)
	skip, err := strconv.Atoi(v.r.FormValue("skip"))
	if err != nil || skip < 0 || skip >= len(found) {
		skip = 0
	}
	end := min(skip+jobsOfPage, len(found))
	for i := range found[skip:end] {
		now, err := v.listed(ctx, &found[skip+i])
		if err != nil {
			return nil, err
		}
		d.Rows = append(d.Rows, now)
	}
	d.page(pathTo("pools", here.ID, "import-jobs"), skip, end, len(found))
	return p, nil
}

// page sets the foot of the list.
func (d *jobsData) page(path string, skip, end, found int) {
	path = withQuery(path, "q", d.Query, "status", d.Status)
	d.Pager.Text = "Jobs " + number(skip+1) + "–" + number(end) + " of " + number(found) + ", newest first."
	if skip > 0 {
		d.Pager.First = path
	}
	if end < found {
		d.Pager.Next, d.Pager.NextText = withMore(path, "skip", strconv.Itoa(end)), "Next "+number(min(jobsOfPage, found-end))
	}
}

// allJobs returns the import jobs of a pool, the active one first and then the
// newest.
func (v *visit) allJobs(ctx context.Context, pool string) (all []cognitoapi.UserImportJobType, err error) {
	in := &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: jobsAtATime}
	for {
		out, err := do(ctx, v, cognitoapi.ListUserImportJobs, in)
		if err != nil {
			return nil, err
		}
		all = append(all, out.UserImportJobs...)
		if in.PaginationToken = out.PaginationToken; in.PaginationToken == "" || len(all) >= jobsAtMost {
			break
		}
	}
	if i := slices.IndexFunc(all, func(j cognitoapi.UserImportJobType) bool { return isActive(j.Status) }); i > 0 {
		first := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, first)
	}
	return all, nil
}

// matching returns the jobs that are asked for.
func (d *jobsData) matching(all []cognitoapi.UserImportJobType) (found []cognitoapi.UserImportJobType) {
	q := strings.ToLower(d.Query)
	for _, j := range all {
		named := strings.Contains(strings.ToLower(j.JobName), q) || strings.Contains(strings.ToLower(j.JobId), q)
		if named && (d.Status == "" || d.Status == string(j.Status)) {
			found = append(found, j)
		}
	}
	return found
}

// listed returns a job as the list shows it. How many rows its file has, only those
// jobs are asked for of which the counts do not tell.
func (v *visit) listed(ctx context.Context, j *cognitoapi.UserImportJobType) (*jobNow, error) {
	switch j.Status {
	case cognitoapi.UserImportJobStatusTypeSucceeded, cognitoapi.UserImportJobStatusTypeExpired:
		return &jobNow{UserImportJobType: j, At: v.Now()}, nil
	}
	return v.progressOf(ctx, j)
}
