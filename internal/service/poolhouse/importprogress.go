package poolhouseservice

import (
	"context"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
)

// getUserImportJobProgress is an operation of our own: it tells of a job what
// DescribeUserImportJob has no members for.
func (s *Service) getUserImportJobProgress(ctx context.Context, in *poolhouseapi.GetUserImportJobProgressRequest) (*poolhouseapi.GetUserImportJobProgressResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.Job(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId})
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.GetUserImportJobProgressResponse{
		Status: string(job.State), ImportedUsers: &job.Counts.Imported, SkippedUsers: &job.Counts.Skipped, FailedUsers: &job.Counts.Failed,
		RequestDate: service.Timestamp(job.Requested), Explanation: job.Explanation(),
		LogGroupName: resultlog.Group(pool.ID, pool.Name), LogStreamName: resultlog.Stream(job),
	}
	if job.Upload.Size > 0 {
		out.FileSize = &job.Upload.Size
	}
	if job.TotalRows > 0 {
		out.TotalRows = &job.TotalRows
	}
	return out, nil
}
