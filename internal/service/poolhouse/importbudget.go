package poolhouseservice

import (
	"context"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// budgetOf reads a request's error budget, which is optional.
func budgetOf(in *poolhouseapi.ImportErrorBudgetType) (b importjob.Budget, err error) {
	if in == nil {
		return b, nil
	}
	if in.FailedRows != nil {
		b.HasRows, b.Rows = true, *in.FailedRows
	}
	if in.FailedPercent != nil {
		b.HasPercent, b.Percent = true, int64(*in.FailedPercent)
	}
	b.NeverFail = service.Value(in.NeverFail)
	return b, b.Check()
}

// errorBudget returns a budget in the API's form, nil if there is none.
func errorBudget(b importjob.Budget) *poolhouseapi.ImportErrorBudgetType {
	if b == (importjob.Budget{}) {
		return nil
	}
	out := &poolhouseapi.ImportErrorBudgetType{}
	if b.HasRows {
		out.FailedRows = &b.Rows
	}
	if b.HasPercent {
		out.FailedPercent = new(int32(b.Percent))
	}
	if b.NeverFail {
		out.NeverFail = new(true)
	}
	return out
}

// updateUserImportJob is one of our own operations. It changes what may change before a job is
// started.
func (s *Service) updateUserImportJob(ctx context.Context, c *dispatch.Call, in *poolhouseapi.UpdateUserImportJobRequest) (*poolhouseapi.UpdateUserImportJobResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	budget, err := budgetOf(&in.ErrorBudget)
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.UpdateJob(ctx, importjob.Key{PoolID: pool.ID, JobID: in.JobId}, func(j *importjob.Job) error {
		if j.State != importjob.Created {
			return userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is %s: its error budget can be set only before it is started.", j.ID, j.State)
		}
		j.Budget = budget
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.MayUpload.WithholdURLs(ctx, c, job); err != nil {
		return nil, err
	}
	c.Note("budget", budget.String())
	return &poolhouseapi.UpdateUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

// now returns the time in the API's precision.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
