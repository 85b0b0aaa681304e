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

// searchedAtOnce bounds how many lines one call searches, so a search of a long log does not
// take longer. LookedTo says how far the call came, and NextToken continues.
const searchedAtOnce = 50_000

// getUserImportJobLog is one of our own operations. It reads the lines that the real service
// writes to Amazon CloudWatch Logs.
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
	query := resultlog.Query{
		Since: settings.Since(time.Now()), Limit: int(service.ValueOr(in.Limit, defaultLimit)), From: service.Value(in.FromLine), Contains: in.Contains,
	}
	list := pagetoken.List{poolhouseapi.GetUserImportJobLog.Name, pool.ID, job.ID, in.Contains}
	if c := in.Cause; c != nil {
		query.Cause = importjob.Cause{Column: c.Column, Code: c.Code, Flaw: userpool.Flaw(c.Flaw)}
		list = append(list, "cause", c.Column, c.Code, c.Flaw)
	}
	if query.Contains != "" || in.Cause != nil {
		query.MaxExamined = searchedAtOnce
	}
	for _, v := range in.Verdicts {
		query.Verdicts = append(query.Verdicts, importjob.Verdict(v))
		list = append(list, string(v))
	}
	if query.After, err = service.OpenPage(s.Pages, list, in.NextToken); err != nil {
		return nil, err
	}
	found, err := s.logPage(ctx, job, in, query)
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.GetUserImportJobLogResponse{
		LogGroupName: resultlog.Group(pool), LogStreamName: resultlog.Stream(job),
		Events: make([]poolhouseapi.ImportLogEventType, 0, len(found.Events)), NextToken: service.SealPage(s.Pages, list, found.Next), LookedTo: &found.ExaminedTo,
	}
	for _, e := range found.Events {
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

// logPage returns the requested page: after a token, from a line on, or before a line.
func (s *Service) logPage(ctx context.Context, job *importjob.Job, in *poolhouseapi.GetUserImportJobLogRequest, q resultlog.Query) (resultlog.Result, error) {
	if in.BeforeLine == nil {
		return resultlog.Page(ctx, s.Jobs, job, q)
	}
	if in.FromLine != nil || in.NextToken != "" {
		return resultlog.Result{}, userpool.Errorf(userpool.InvalidParameter, "BeforeLine cannot be given together with FromLine or NextToken.")
	}
	return resultlog.PageBefore(ctx, s.Jobs, job, *in.BeforeLine, q)
}
