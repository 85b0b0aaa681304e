package poolhouseservice

import (
	"cmp"
	"context"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
)

// getUserImportJobProgress is one of our own operations. It returns what DescribeUserImportJob
// has no members for.
func (s *Service) getUserImportJobProgress(ctx context.Context, in *poolhouseapi.GetUserImportJobProgressRequest) (*poolhouseapi.GetUserImportJobProgressResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	job, causes, err := s.Jobs.Causes(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId})
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.GetUserImportJobProgressResponse{
		Status: string(job.State), ImportedUsers: &job.Counts.Imported, SkippedUsers: &job.Counts.Skipped, FailedUsers: &job.Counts.Failed,
		FileSize: known(job.Upload.Size), FileSha256: job.Upload.SHA256, TotalRows: known(job.TotalRows), Explanation: job.Explanation(),
		RequestDate: service.Timestamp(job.Requested), StopRequestDate: service.Timestamp(job.StopAsked),
		Creator: job.Creator, StartedBy: job.StartedBy, StoppedBy: job.StoppedBy,
		Causes: importCauses(causes), LogGroupName: resultlog.Group(pool), LogStreamName: resultlog.Stream(job),
		ParentJobId: job.ParentID, ParentRelation: string(job.Relation), ErrorBudget: errorBudget(job.Budget), RowsKeptUntil: service.Timestamp(s.rowsKeptUntil(job)),
	}
	if n, known := job.NotReached(); known && job.State.Ended() {
		out.NotReachedRows = &n
	}
	if out.Children, err = s.children(ctx, job); err != nil {
		return nil, err
	}
	corrected, _, err := s.Rows.CountCorrections(ctx, job.Key())
	if err != nil {
		return nil, err
	}
	out.CorrectedRows = known(corrected)
	return out, nil
}

// importCauses returns why rows were not imported: codes, without values of rows.
func importCauses(causes []importjob.Cause) (out []poolhouseapi.ImportCauseType) {
	for _, c := range causes {
		text := usercsv.Summary(c.Code)
		if c.Code == importjob.CodeOther {
			text = "Other causes"
		}
		out = append(out, poolhouseapi.ImportCauseType{
			Verdict: poolhouseapi.ImportLogVerdictType(c.Verdict), Column: c.Column, Code: c.Code, Flaw: string(c.Flaw), Message: cmp.Or(text, c.Code),
			Advice: usercsv.Advice(c.Column, c.Code, c.Flaw), Rows: &c.Rows, LineNumber: &c.Line,
		})
	}
	return out
}
