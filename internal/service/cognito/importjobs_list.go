package cognitoservice

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

func (s *Service) listUserImportJobs(ctx context.Context, c *dispatch.Call, in *cognitoapi.ListUserImportJobsRequest) (*cognitoapi.ListUserImportJobsResponse, error) {
	if _, err := s.Store.Pool(ctx, in.UserPoolId); err != nil {
		return nil, err
	}
	after, err := parseImportJobsToken(in.UserPoolId, in.PaginationToken)
	if err != nil {
		return nil, err
	}
	// One more than asked for shows whether there is another page.
	jobs, err := s.Jobs.ListJobs(ctx, in.UserPoolId, after, int(in.MaxResults)+1)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.ListUserImportJobsResponse{UserImportJobs: []cognitoapi.UserImportJobType{}}
	if len(jobs) > int(in.MaxResults) {
		jobs = jobs[:in.MaxResults]
		out.PaginationToken = importJobsToken(jobs[len(jobs)-1])
	}
	if err := s.MayUpload.WithholdURLs(ctx, c, jobs...); err != nil {
		return nil, err
	}
	for _, j := range jobs {
		out.UserImportJobs = append(out.UserImportJobs, *importJob(j))
	}
	return out, nil
}

// importJobsToken names a page's last job as the real service does: pool, job and creation
// time, joined by number signs.
func importJobsToken(j *importjob.Job) string {
	return fmt.Sprintf("%s#%s#%d", j.PoolID, j.ID, j.Created.UnixMilli())
}

func parseImportJobsToken(poolID, token string) (importjob.After, error) {
	if token == "" {
		return importjob.After{}, nil
	}
	part := strings.Split(token, "#")
	if len(part) == 3 && part[0] == poolID && isImportJobID(part[1]) {
		if ms, err := strconv.ParseInt(part[2], 10, 64); err == nil && ms > 0 {
			return importjob.After{JobID: part[1], Created: time.UnixMilli(ms)}, nil
		}
	}
	return importjob.After{}, userpool.Errorf(userpool.InvalidParameter,
		"The PaginationToken is not one that ListUserImportJobs gave for user pool %s.", poolID)
}
