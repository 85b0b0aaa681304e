package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolAction() action { return action{path: "/pools/{pool}", show: showPool} }

// latestJobs is the number of import jobs on a pool's overview.
const latestJobs = 3

// poolData is the data of the template pool.
type poolData struct {
	Pool               *cognitoapi.UserPoolType
	SignsIn, Verifies  string
	Required           []string
	Custom, MostCustom int
	MaySeeJobs         bool
	MaySeeJob          bool // the caller may see a job's page
	MaySeeFile         bool
	Jobs               []jobRow
	Figures            []figure
	Chart              *chart // nil if there are no users

	MaySeeUsers, MayCreateUsers, MayImport bool
}

// jobRow is an import job in a list.
type jobRow struct {
	*cognitoapi.UserImportJobType
	State jobStatus
}

func showPool(ctx context.Context, v *visit) (*page, error) {
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	own, _ := custom(pool)
	d := &poolData{Pool: pool, SignsIn: signsInWith(pool), Verifies: verifies(pool), Custom: len(own), MostCustom: maxCustomRows}
	statistics, err := v.statisticsOf(ctx, here.ID)
	if err != nil {
		return nil, err
	}
	d.Figures = figuresOf(statistics)
	if d.Chart, err = newChart(statistics.Days, v.Now()); err != nil {
		return nil, err
	}
	d.MaySeeUsers = may(ctx, v, cognitoapi.ListUsers, &cognitoapi.ListUsersRequest{UserPoolId: here.ID})
	d.MayCreateUsers = may(ctx, v, cognitoapi.AdminCreateUser, &cognitoapi.AdminCreateUserRequest{UserPoolId: here.ID})
	d.MayImport = v.mayImport(ctx, here.ID)
	for _, a := range pool.SchemaAttributes {
		if isTrue(a.Required) && a.Name != "sub" {
			d.Required = append(d.Required, a.Name)
		}
	}
	d.MaySeeFile = may(ctx, v, cognitoapi.GetCSVHeader, &cognitoapi.GetCSVHeaderRequest{UserPoolId: here.ID})
	d.MaySeeJob = may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: here.ID})
	in := &cognitoapi.ListUserImportJobsRequest{UserPoolId: here.ID, MaxResults: latestJobs}
	if d.MaySeeJobs = may(ctx, v, cognitoapi.ListUserImportJobs, in); d.MaySeeJobs {
		out, err := do(ctx, v, cognitoapi.ListUserImportJobs, in)
		if err != nil {
			return nil, err
		}
		for i := range out.UserImportJobs {
			j := &out.UserImportJobs[i]
			d.Jobs = append(d.Jobs, jobRow{j, statusOf(j)})
		}
	}
	if d.Chart != nil {
		d.Chart.mark(d.Jobs)
	}
	return &page{
		Template: "pool", Title: pool.Name, IsName: true, At: "overview", Pool: here, Data: d,
		Command: command("cognito-idp", "describe-user-pool", "--user-pool-id", here.ID, "--region", v.who.Region) +
			"\npoolhouse statistics --user-pool-id " + shellWord(here.ID) + " --region " + shellWord(v.who.Region),
	}, nil
}
