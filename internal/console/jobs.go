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

// Import jobs on a page, and the most import jobs of a user pool. One call returns all jobs
// of a pool; jobs are never deleted.
const (
	jobsOfPage = 50
	jobsAtMost = 1000
)

// jobsData is the data of the template jobs.
type jobsData struct {
	Pool          string
	Path, Events  string // paths of the page and of its event stream
	Rows          []*jobNow
	Count         int // all jobs of the pool
	Query, Status string
	Statuses      []string
	MaySee        bool // the caller may see a job's page
	MayCreate     bool
	MaySeeFile    bool // the caller may see the header of a pool's file
	IsNone        bool
	IsFull        bool // the pool has as many jobs as it may have
	Pager         pager
}

// jobStatuses are the statuses of a job, in the API's spelling.
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
	d := v.jobsData(ctx, here.ID, all)
	d.MayCreate = v.mayImport(ctx, here.ID)
	d.MaySeeFile = may(ctx, v, cognitoapi.GetCSVHeader, &cognitoapi.GetCSVHeaderRequest{UserPoolId: here.ID})
	p := &page{
		Template: "jobs", Title: "Import jobs", Count: number(len(all)), At: "jobs", Pool: here, Crumbs: []crumb{here.crumb()}, Data: d,
		Command: command("cognito-idp", "list-user-import-jobs", "--user-pool-id", here.ID, "--max-results", "60", "--region", v.who.Region),
	}
	if !d.MayCreate {
		p.Note = "Your key may look at import jobs, not create them."
	}
	return p, nil
}

// jobsData returns the requested page of a pool's jobs.
func (v *visit) jobsData(ctx context.Context, pool string, all []*jobNow) *jobsData {
	d := &jobsData{
		Pool: pool, Count: len(all), Query: strings.TrimSpace(v.r.FormValue("q")), Status: v.r.FormValue("status"), Statuses: jobStatuses, IsNone: len(all) == 0, IsFull: len(all) >= jobsAtMost,
		MaySee: may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: pool}),
	}
	found := d.matching(all)
	skip, err := strconv.Atoi(v.r.FormValue("skip"))
	if err != nil || skip < 0 || skip >= len(found) {
		skip = 0
	}
	end := min(skip+jobsOfPage, len(found))
	d.Rows = found[skip:end]
	d.page(skip, end, len(found))
	return d
}

// All returns the path of the whole list.
func (d *jobsData) All() string { return pathTo("pools", d.Pool, "import-jobs") }

// page sets the foot of the list, and the paths of the page and of its event stream.
func (d *jobsData) page(skip, end, found int) {
	path := withQuery(d.All(), "q", d.Query, "status", d.Status)
	d.Pager.Text = "Jobs " + number(skip+1) + "–" + number(end) + " of " + number(found) + ", newest first."
	if end < found {
		d.Pager.Next, d.Pager.NextText = withMore(path, "skip", strconv.Itoa(end)), "Next "+number(min(jobsOfPage, found-end))
	}
	d.Path, d.Events = path, withQuery(pathTo("pools", d.Pool, "import-jobs", "events"), "jobs", strconv.Itoa(d.Count), "q", d.Query, "status", d.Status)
	if skip > 0 {
		d.Pager.First = path
		d.Path, d.Events = withMore(path, "skip", strconv.Itoa(skip)), withMore(d.Events, "skip", strconv.Itoa(skip))
	}
}

// allJobs returns the import jobs of a pool: the active one, then the others from new to
// old.
func (v *visit) allJobs(ctx context.Context, pool string) (all []*jobNow, err error) {
	in := &poolhouseapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: new(int32(jobsAtMost))}
	out, err := do(ctx, v, poolhouseapi.ListUserImportJobs, in)
	if err != nil {
		return nil, err
	}
	for i := range out.UserImportJobs {
		all = append(all, v.listed(&out.UserImportJobs[i]))
	}
	if i := slices.IndexFunc(all, (*jobNow).IsActive); i > 0 {
		first := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, first)
	}
	return all, nil
}

// matching returns the jobs that match the search.
func (d *jobsData) matching(all []*jobNow) (found []*jobNow) {
	q := strings.ToLower(d.Query)
	for _, j := range all {
		named := strings.Contains(strings.ToLower(j.JobName), q) || strings.Contains(strings.ToLower(j.JobId), q)
		if named && (d.Status == "" || d.Status == string(j.Status)) {
			found = append(found, j)
		}
	}
	return found
}

// listed returns a job as the list shows it.
func (v *visit) listed(j *poolhouseapi.UserImportJobType) *jobNow {
	return &jobNow{
		UserImportJobType: &cognitoapi.UserImportJobType{
			UserPoolId: j.UserPoolId, JobId: j.JobId, JobName: j.JobName, Status: cognitoapi.UserImportJobStatusType(j.Status),
			CreationDate: j.CreationDate, StartDate: j.StartDate, CompletionDate: j.CompletionDate, CompletionMessage: j.CompletionMessage,
			ImportedUsers: j.ImportedUsers, SkippedUsers: j.SkippedUsers, FailedUsers: j.FailedUsers,
		},
		Progress: &poolhouseapi.GetUserImportJobProgressResponse{FileSize: j.FileSize, TotalRows: j.TotalRows, Creator: j.Creator},
		At:       v.Now(),
	}
}
