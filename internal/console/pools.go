package console

import (
	"context"
	"regexp"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

func poolsAction() action { return action{path: "/pools", show: showPools} }

// User pools on a page, user pools of an API call, and user pools of a search: all that a
// region may have.
const (
	poolsOfPage  = 30
	poolsAtATime = 60
	poolsAtMost  = 1000
)

// poolsData is the data of the template pools.
type poolsData struct {
	Rows                       []poolRow
	Query                      string
	MayList, MayCreate, IsNone bool
	Pager                      pager
}

// poolRow is a user pool in the list. It leaves out what the caller may not see.
type poolRow struct {
	ID, Name, SignsIn string
	Users             *int32
	Job               *cognitoapi.UserImportJobType
	Status            jobStatus
	MaySeeJobs        bool
	Created           time.Time
}

// pager is the foot of a list with several pages, for the template pager.
type pager struct{ Text, First, Next, NextText string }

// poolID is the form of a user pool's ID (UserPoolIdType).
var poolID = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

// firstOf returns the path of the first page of a pool that the caller may see. If there is
// none, it returns the overview, which names the missing permission.
func (v *visit) firstOf(ctx context.Context, pool string) string {
	switch {
	case may(ctx, v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: pool}):
	case may(ctx, v, cognitoapi.ListUserImportJobs, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool}):
		return pathTo("pools", pool, "import-jobs")
	case may(ctx, v, cognitoapi.ListUsers, &cognitoapi.ListUsersRequest{UserPoolId: pool}):
		return pathTo("pools", pool, "users")
	}
	return pathTo("pools", pool)
}

func showPools(ctx context.Context, v *visit) (*page, error) {
	q, token := strings.TrimSpace(v.r.FormValue("q")), v.r.FormValue("token")
	if poolID.MatchString(q) && v.Regions.Serves(userpool.RegionOf(q)) && v.r.Header.Get("HX-Request") == "" {
		return &page{redirect: v.firstOf(ctx, q)}, nil
	}
	d := &poolsData{Query: q,
		MayList:   may(ctx, v, cognitoapi.ListUserPools, &cognitoapi.ListUserPoolsRequest{MaxResults: 1}),
		MayCreate: may(ctx, v, cognitoapi.CreateUserPool, &cognitoapi.CreateUserPoolRequest{}),
	}
	p := &page{Template: "pools", Title: "User pools", At: "pools", Data: d, Command: command("cognito-idp", "list-user-pools", "--max-results", "60", "--region", v.who.Region)}
	if !d.MayList {
		p.Command = ""
		return p, nil
	}
	if !d.MayCreate {
		p.Note = "Your key may look at user pools, not create them."
	}
	found, next, err := v.listPools(ctx, q, token)
	if err != nil {
		return nil, err
	}
	for _, pool := range found {
		row, err := v.poolRow(ctx, pool)
		if err != nil {
			return nil, err
		}
		d.Rows = append(d.Rows, row)
	}
	d.IsNone = len(found) == 0 && q == "" && token == ""
	switch {
	case q != "":
		d.Pager.Text = count(len(found), "match", "matches")
	case next == "" && token == "":
		p.Count = number(len(found))
	default:
		d.Pager = pager{Next: withNext(pathTo("pools"), next), NextText: "Next " + number(poolsOfPage)}
		if token != "" {
			d.Pager.First = pathTo("pools")
		}
	}
	if d.IsNone {
		p.Command = command("cognito-idp", "create-user-pool", "--pool-name", "NAME", "--auto-verified-attributes", "email", "--region", v.who.Region)
	}
	return p, nil
}

// withNext returns the address of the next page, "" if there is none.
func withNext(path, token string) string {
	if token == "" {
		return ""
	}
	return withQuery(path, "token", token)
}

// listPools returns a page of the user pools, or all pools whose name or ID contains a
// text.
func (v *visit) listPools(ctx context.Context, q, token string) (found []cognitoapi.UserPoolDescriptionType, next string, err error) {
	if q == "" {
		out, err := do(ctx, v, cognitoapi.ListUserPools, &cognitoapi.ListUserPoolsRequest{MaxResults: poolsOfPage, NextToken: token})
		if err != nil {
			return nil, "", err
		}
		return out.UserPools, out.NextToken, nil
	}
	q = strings.ToLower(q)
	for seen := 0; seen < poolsAtMost; {
		out, err := do(ctx, v, cognitoapi.ListUserPools, &cognitoapi.ListUserPoolsRequest{MaxResults: poolsAtATime, NextToken: next})
		if err != nil {
			return nil, "", err
		}
		for _, p := range out.UserPools {
			if strings.Contains(strings.ToLower(p.Name), q) || strings.Contains(strings.ToLower(p.Id), q) {
				found = append(found, p)
			}
		}
		seen += len(out.UserPools)
		if next = out.NextToken; next == "" {
			break
		}
	}
	return found[:min(len(found), poolsAtATime)], "", nil
}

// poolRow returns the list's row of a pool.
func (v *visit) poolRow(ctx context.Context, p cognitoapi.UserPoolDescriptionType) (poolRow, error) {
	row := poolRow{ID: p.Id, Name: p.Name, Created: p.CreationDate.Time}
	if in := (&cognitoapi.DescribeUserPoolRequest{UserPoolId: p.Id}); may(ctx, v, cognitoapi.DescribeUserPool, in) {
		out, err := do(ctx, v, cognitoapi.DescribeUserPool, in)
		if named(err, missing) {
			return row, nil // deleted meanwhile
		}
		if err != nil {
			return row, err
		}
		row.SignsIn, row.Users = signsInWith(out.UserPool), out.UserPool.EstimatedNumberOfUsers
	}
	in := &cognitoapi.ListUserImportJobsRequest{UserPoolId: p.Id, MaxResults: 1}
	if row.MaySeeJobs = may(ctx, v, cognitoapi.ListUserImportJobs, in); row.MaySeeJobs {
		out, err := do(ctx, v, cognitoapi.ListUserImportJobs, in)
		if named(err, missing) {
			return row, nil
		}
		if err != nil {
			return row, err
		}
		if len(out.UserImportJobs) > 0 {
			row.Job = &out.UserImportJobs[0]
			row.Status = statusOf(row.Job)
		}
	}
	return row, nil
}
