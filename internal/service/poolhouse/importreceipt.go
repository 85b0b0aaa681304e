package poolhouseservice

import (
	"context"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// getUserImportJobReceipt is one of our own operations. It returns everything about an ended
// job, so that a person can prove later what was done. It has no value of a row.
func (s *Service) getUserImportJobReceipt(ctx context.Context, in *poolhouseapi.GetUserImportJobReceiptRequest) (*poolhouseapi.GetUserImportJobReceiptResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	job, causes, err := s.Jobs.Causes(ctx, importjob.Key{PoolID: pool.ID, JobID: in.JobId})
	if err != nil {
		return nil, err
	}
	if !job.State.Ended() {
		return nil, userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is %s: there is a receipt when it has ended.", job.ID, job.State)
	}
	if _, known := job.NotReached(); !known && job.LeavesRest() {
		return nil, userpool.Errorf(userpool.PreconditionNotMet, "The rows that import job %s did not reach are being counted. Try again in a moment.", job.ID)
	}
	settings, err := importjob.ParseSettings(job.Settings)
	if err != nil {
		return nil, err
	}
	receipt := receiptOf(pool, job)
	receipt.Causes, receipt.ServerVersion = importCauses(causes), s.Version
	for _, setting := range settings {
		receipt.Settings = append(receipt.Settings, poolhouseapi.ImportSettingType{Name: setting.Name, Value: setting.Value})
	}
	if receipt.Parent, err = s.parent(ctx, job); err != nil {
		return nil, err
	}
	if receipt.Children, err = s.children(ctx, job); err != nil {
		return nil, err
	}
	receipt.RowsKeptUntil = service.Timestamp(s.rowsKeptUntil(job))
	return &poolhouseapi.GetUserImportJobReceiptResponse{Receipt: receipt}, nil
}

// receiptOf returns the part of a receipt that comes from the job itself. Its rows are always
// the sum of succeeded, skipped, failed and not reached rows.
func receiptOf(pool *userpool.UserPool, j *importjob.Job) *poolhouseapi.UserImportReceiptType {
	rest := notReached(j)
	total := j.Counts.Sum() + rest
	strict, columns := jobAsked(j)
	format, refusals := jobFormat(j)
	return &poolhouseapi.UserImportReceiptType{
		UserPoolId: pool.ID, UserPoolName: pool.Name, JobId: j.ID, JobName: j.Name,
		Status: string(j.State), CompletionMessage: j.Message, Explanation: j.Explanation(),
		FileSize: known(j.Upload.Size), FileSha256: j.Upload.SHA256, TotalRows: &total,
		SucceededRows: &j.Counts.Imported, SkippedRows: &j.Counts.Skipped, FailedRows: &j.Counts.Failed, NotReachedRows: &rest,
		CreationDate: service.Timestamp(j.Created), RequestDate: service.Timestamp(j.Requested), StartDate: service.Timestamp(j.Started),
		StopRequestDate: service.Timestamp(j.StopAsked), CompletionDate: service.Timestamp(j.Completed),
		Creator: j.Creator, StartedBy: j.StartedBy, StoppedBy: j.StoppedBy,
		CloudWatchLogsRoleArn: j.RoleARN, PasswordHashingAlgorithm: j.HashAlgorithm, ErrorBudget: errorBudget(j.Budget),
		Strict: strict, Map: columns, Format: format, CognitoRefusals: refusals,
	}
}
