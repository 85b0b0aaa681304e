package console

import (
	"context"
	"net/http"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobEventsAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/events", show: showJobEvents, live: true, of: "/pools/{pool}/import-jobs/{job}"}
}

// rateOf is the time over which a rate is measured.
const rateOf = 10 * time.Second

// sample is the number of rows with a verdict at a time.
type sample struct {
	at   time.Time
	rows int64
}

// measure takes over the samples of the previous look, adds one, and sets the rate in rows
// a second. The rate is 0 if there are too few samples.
func (n *jobNow) measure(before *jobNow) {
	if before != nil {
		n.samples = before.samples
	}
	n.samples = append(n.samples, sample{n.At, n.Read()})
	for len(n.samples) > 2 && n.At.Sub(n.samples[0].at) > rateOf {
		n.samples = n.samples[1:]
	}
	since := n.samples[0]
	n.Rate = 0
	if lasted := n.At.Sub(since.at); lasted >= leastForRate {
		n.Rate = float64(n.Read()-since.rows) / lasted.Seconds()
	}
}

// showJobEvents streams the progress of an active job to its page. If the state differs
// from the one that the page shows, the page is told to reload.
func showJobEvents(ctx context.Context, v *visit) (*page, error) {
	key := &cognitoapi.DescribeUserImportJobRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")}
	if err := must(ctx, v, cognitoapi.DescribeUserImportJob, key); err != nil {
		return nil, err
	}
	if _, err := v.jobNow(ctx); err != nil {
		return nil, err
	}
	return &page{stream: func(w http.ResponseWriter) { v.tellOfJob(ctx, w, key) }}, nil
}

// tellOfJob is the event stream of a job's page.
func (v *visit) tellOfJob(ctx context.Context, w http.ResponseWriter, key *cognitoapi.DescribeUserImportJobRequest) {
	sees := watchKey{
		pool: key.UserPoolId, job: key.JobId, log: v.maySeeLog(ctx, key.UserPoolId, key.JobId),
		full: may(ctx, v, poolhouseapi.GetUserImportJobProgress, (*poolhouseapi.GetUserImportJobProgressRequest)(key)),
	}
	job, leave := v.liveJobs.open(sees)
	defer leave()
	known := v.r.FormValue("state")
	g := glance[*jobNow]{
		period: v.period, opened: time.Now(), form: v.Zone,
		shown: func(now *jobNow) bool { return string(now.Status) == known },
		look: func(ctx context.Context, before *jobNow) (*jobNow, error) {
			now, err := v.jobNow(ctx)
			if err != nil {
				return nil, err
			}
			now.MaySeeLog = sees.log
			now.measure(before)
			return now, nil
		},
		render: func(now *jobNow) (string, error) { return v.fragment(ctx, "job", "job-live", now) },
	}
	look := func() (news, error) {
		now, text, err := job.see(ctx, g)
		switch {
		case err != nil:
			return news{}, err
		case !g.shown(now):
			return news{change: string(now.Status)}, nil
		}
		return news{place: now.Read(), text: text}, nil
	}
	v.tell(ctx, w, look, func() bool { return may(ctx, v, cognitoapi.DescribeUserImportJob, key) })
}

// maySeeLog reports whether the caller may read the log of a job.
func (v *visit) maySeeLog(ctx context.Context, pool, job string) bool {
	return may(ctx, v, poolhouseapi.GetUserImportJobLog, &poolhouseapi.GetUserImportJobLogRequest{UserPoolId: pool, JobId: job})
}
