package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
)

func jobsEventsAction() action {
	return action{path: "/pools/{pool}/import-jobs/events", show: showJobsEvents, live: true, of: "/pools/{pool}/import-jobs"}
}

// showJobsEvents streams the state of the listed jobs to the page of a pool's import jobs.
// If a job was created meanwhile, the page is told to reload, because it shows the number
// of jobs.
func showJobsEvents(ctx context.Context, v *visit) (*page, error) {
	pool := v.r.PathValue("pool")
	if err := must(ctx, v, cognitoapi.ListUserImportJobs, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool}); err != nil {
		return nil, err
	}
	if _, err := v.allJobs(ctx, pool); err != nil {
		return nil, err
	}
	return &page{stream: func(w http.ResponseWriter) { v.tellOfJobs(ctx, w, pool) }}, nil
}

func (v *visit) tellOfJobs(ctx context.Context, w http.ResponseWriter, pool string) {
	list, leave := v.liveLists.open(watchKey{pool: pool})
	defer leave()
	known := v.r.FormValue("jobs")
	mayList := func() bool {
		return may(ctx, v, cognitoapi.ListUserImportJobs, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool})
	}
	maySee := may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: pool})
	g := glance[[]*jobNow]{
		period: v.period, opened: time.Now(),
		form:  strings.Join([]string{v.Zone, strconv.FormatBool(maySee), v.r.FormValue("q"), v.r.FormValue("status"), v.r.FormValue("skip")}, "\n"),
		shown: func(all []*jobNow) bool { return strconv.Itoa(len(all)) == known },
		look:  func(ctx context.Context, _ []*jobNow) ([]*jobNow, error) { return v.allJobs(ctx, pool) },
		render: func(all []*jobNow) (string, error) {
			return v.fragment(ctx, "jobs", "jobs-live", v.jobsData(ctx, pool, all))
		},
	}
	look := func() (news, error) {
		all, text, err := list.see(ctx, g)
		switch {
		case err != nil:
			return news{}, err
		case !g.shown(all):
			return news{change: strconv.Itoa(len(all))}, nil
		}
		return news{text: text}, nil
	}
	v.tell(ctx, w, look, mayList)
}
