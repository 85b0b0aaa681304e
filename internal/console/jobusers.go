package console

import (
	"context"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobUsersAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/users", show: showJobUsers}
}

// jobUsersData is the data of the template job-users.
type jobUsersData struct {
	Rows   []jobUserRow
	MaySee bool // the caller may see a user's page
	Pager  pager
}

// jobUserRow is a user whose account the job created.
type jobUserRow struct {
	Path, Name string
	Sub        string
	ExternalID string
	Status     userStatus
	IsDisabled bool
	Created    time.Time
}

func showJobUsers(ctx context.Context, v *visit) (*page, error) {
	in := &poolhouseapi.ListUserImportJobUsersRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job"), MaxResults: new(int32(usersOfPage)), NextToken: v.r.FormValue("token")}
	if err := must(ctx, v, poolhouseapi.ListUserImportJobUsers, in); err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	to := jobPath(here.ID, in.JobId, "users")
	out, err := do(ctx, v, poolhouseapi.ListUserImportJobUsers, in)
	if named(err, invalid) && in.NextToken != "" {
		return &page{redirect: to}, nil
	}
	if err != nil {
		return nil, err
	}
	now, err := v.jobOrID(ctx)
	if err != nil {
		return nil, err
	}
	d := &jobUsersData{MaySee: may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: here.ID})}
	for i := range out.Users {
		u := &out.Users[i]
		d.Rows = append(d.Rows, jobUserRow{
			Path: userPath(here.ID, u.Username), Name: u.Username, Sub: u.Sub, ExternalID: u.ExternalId, Created: u.UserCreateDate.Time,
			Status: statusOfUser(cognitoapi.UserStatusType(u.UserStatus)), IsDisabled: u.Enabled != nil && !*u.Enabled,
		})
	}
	if out.NextToken != "" {
		d.Pager.Next, d.Pager.NextText = withQuery(to, "token", out.NextToken), "Next "+number(usersOfPage)
	}
	if in.NextToken != "" {
		d.Pager.First = to
	}
	return &page{
		Template: "job-users", Title: "Users of the job", About: now.called(), At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{now.called(), jobPath(here.ID, in.JobId)}), Data: d,
		Command: shell("poolhouse", "users", "--user-pool-id", here.ID, "--job-id", in.JobId),
	}, nil
}
