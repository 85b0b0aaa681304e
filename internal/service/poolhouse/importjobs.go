package poolhouseservice

import (
	"context"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

// listUserImportJobs is Cognito's operation with more members: how many rows the files have,
// and who created, started and stopped the jobs.
func (s *Service) listUserImportJobs(ctx context.Context, c *dispatch.Call, in *poolhouseapi.ListUserImportJobsRequest) (*poolhouseapi.ListUserImportJobsResponse, error) {
	const defaultLimit = 60
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	list := pagetoken.List{poolhouseapi.ListUserImportJobs.Name, pool.ID}
	place, err := service.OpenPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	after := importjob.After{JobID: place}
	if place != "" {
		last, err := s.Jobs.Job(ctx, importjob.Key{PoolID: pool.ID, JobID: place})
		if err != nil {
			return nil, err
		}
		after.Created = last.Created
	}
	limit := int(service.ValueOr(in.MaxResults, defaultLimit))
	jobs, err := s.Jobs.ListJobs(ctx, pool.ID, after, limit+1) // one more shows whether there is another page
	if err != nil {
		return nil, err
	}
	next := ""
	if fit := min(limit, fitting(jobs)); len(jobs) > fit {
		jobs = jobs[:fit]
		next = jobs[fit-1].ID
	}
	out := &poolhouseapi.ListUserImportJobsResponse{UserImportJobs: make([]poolhouseapi.UserImportJobType, 0, len(jobs)), NextToken: service.SealPage(s.Pages, list, next)}
	if err := s.MayUpload.WithholdURLs(ctx, c, jobs...); err != nil {
		return nil, err
	}
	for _, j := range jobs {
		out.UserImportJobs = append(out.UserImportJobs, *importJob(j))
	}
	return out, nil
}

// jobsBytes bounds the approximate size of a page of jobs. It counts what the jobs say about
// reading their files.
const jobsBytes = 1 << 20

// fitting returns how many jobs fit into a page, at least one.
func fitting(jobs []*importjob.Job) int {
	const each = 60 // bytes besides the names
	bytes := 0
	for i, j := range jobs {
		if j.Asked != nil {
			for _, m := range j.Asked.Map {
				bytes += len(m.Column) + len(m.Attribute) + each
			}
		}
		if j.Format != nil {
			for n, name := range j.Format.Names {
				bytes += len(name) + len(j.Format.Columns[n]) + each
			}
		}
		if bytes > jobsBytes && i > 0 {
			return i
		}
	}
	return len(jobs)
}

// importJob returns a job in the API's form. It leaves out what does not apply to the job's
// state.
func importJob(j *importjob.Job) *poolhouseapi.UserImportJobType {
	strict, columns := jobAsked(j)
	format, refusals := jobFormat(j)
	return &poolhouseapi.UserImportJobType{
		JobName: j.Name, JobId: j.ID, UserPoolId: j.PoolID, PreSignedUrl: j.UploadURL, Status: string(j.State),
		CreationDate: service.Timestamp(j.Created), RequestDate: service.Timestamp(j.Requested), StartDate: service.Timestamp(j.Started),
		StopRequestDate: service.Timestamp(j.StopAsked), CompletionDate: service.Timestamp(j.Completed),
		Creator: j.Creator, StartedBy: j.StartedBy, StoppedBy: j.StoppedBy,
		CloudWatchLogsRoleArn: j.RoleARN, PasswordHashingAlgorithm: j.HashAlgorithm, CompletionMessage: j.Message,
		ImportedUsers: &j.Counts.Imported, SkippedUsers: &j.Counts.Skipped, FailedUsers: &j.Counts.Failed,
		FileSize: known(j.Upload.Size), FileSha256: j.Upload.SHA256, TotalRows: known(j.TotalRows),
		ParentJobId: j.ParentID, ParentRelation: string(j.Relation), ErrorBudget: errorBudget(j.Budget),
		Strict: strict, Map: columns, Format: format, CognitoRefusals: refusals,
	}
}

// known returns a pointer to a positive number; nil stands for an unknown one.
func known(n int64) *int64 {
	if n <= 0 {
		return nil
	}
	return &n
}
