package poolhouseservice

import (
	"context"
	"slices"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// getUserImportJobLog is an operation of our own: it reads what the real
// service writes to Amazon CloudWatch Logs.
func (s *Service) getUserImportJobLog(ctx context.Context, in *poolhouseapi.GetUserImportJobLogRequest) (*poolhouseapi.GetUserImportJobLogResponse, error) {
	const defaultLimit = 1000
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.Job(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId})
	if err != nil {
		return nil, err
	}
	settings, err := s.Groups.LogGroup(ctx, pool.ID)
	if err != nil {
		return nil, err
	}
	if slices.Contains(settings.Deleted, job.ID) {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "The results of import job %s were deleted.", job.ID)
	}
	query := resultlog.Query{Since: settings.Since(time.Now()), Limit: int(service.ValueOr(in.Limit, defaultLimit))}
	list := pagetoken.List{poolhouseapi.GetUserImportJobLog.Name, pool.ID, job.ID}
	for _, v := range in.Verdicts {
		query.Verdicts = append(query.Verdicts, importjob.Verdict(v))
		list = append(list, string(v))
	}
	if query.After, err = service.OpenPage(s.Pages, list, in.NextToken); err != nil {
		return nil, err
	}
	events, next, err := resultlog.Page(ctx, s.Jobs, job, query)
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.GetUserImportJobLogResponse{
		LogGroupName: resultlog.Group(pool.ID, pool.Name), LogStreamName: resultlog.Stream(job),
		Events: make([]poolhouseapi.ImportLogEventType, 0, len(events)), NextToken: service.SealPage(s.Pages, list, next),
	}
	for _, e := range events {
		event := poolhouseapi.ImportLogEventType{
			Timestamp: service.Timestamp(e.At), Message: e.Text, Verdict: poolhouseapi.ImportLogVerdictType(e.Verdict), Code: e.Code, Column: e.Column, Advice: e.Advice,
		}
		if e.Line > 0 {
			event.LineNumber = &e.Line
		}
		out.Events = append(out.Events, event)
	}
	return out, nil
}
