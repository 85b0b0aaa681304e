package poolhouseservice

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// keptRows returns a job with kept rows, and its pool. If there are none, it returns
// PreconditionNotMet and says why. A job that has not ended has the rows up to its place.
func (s *Service) keptRows(ctx context.Context, poolID, jobID string) (*userpool.UserPool, *importjob.Job, error) {
	pool, err := s.Pools.Pool(ctx, poolID)
	if err != nil {
		return nil, nil, err
	}
	job, err := s.Jobs.Job(ctx, importjob.Key{PoolID: pool.ID, JobID: jobID})
	if err != nil {
		return nil, nil, err
	}
	refuse := func(format string, args ...any) error {
		return userpool.Errorf(userpool.PreconditionNotMet, "The rows of import job "+job.ID+" are not available: "+format, args...)
	}
	switch {
	case job.RowsGone:
		return nil, nil, refuse("they were kept until %s, and then deleted.", s.keptUntil(job).UTC().Format(time.DateTime+" MST"))
	case job.Header != "":
		return pool, job, nil
	case job.State.Active() || job.State == importjob.Created:
		return nil, nil, refuse("the job has not begun. They are kept from its beginning on.")
	case job.Counts.Sum() == 0:
		return nil, nil, refuse("the job ended %s before it came to a row.", job.State)
	}
	return nil, nil, refuse("the job was run by an earlier version of Poolhouse, which kept none. Import the file again.")
}

// endedRows is keptRows for callers that need all rows: it also returns PreconditionNotMet for
// a job that has not ended.
func (s *Service) endedRows(ctx context.Context, poolID, jobID string) (*userpool.UserPool, *importjob.Job, error) {
	pool, job, err := s.keptRows(ctx, poolID, jobID)
	if err == nil && job.State.Active() {
		err = userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is %s. Wait until it has ended, or stop it.", job.ID, job.State)
	}
	return pool, job, err
}

// allReached reports whether the rows that an ended job did not reach are kept, too, as far as
// possible. They are stored after the job's end. A job that reached the end of its file has no
// such rows.
func allReached(j *importjob.Job) bool {
	return j.TotalRows > 0 && j.Counts.Sum() == j.TotalRows || !j.LeavesRest()
}

// keptUntil returns when an ended job's kept rows are deleted, the zero time for a job that has
// not ended.
func (s *Service) keptUntil(j *importjob.Job) time.Time {
	if j.Completed.IsZero() {
		return time.Time{}
	}
	return j.Completed.Add(s.KeepRows)
}
