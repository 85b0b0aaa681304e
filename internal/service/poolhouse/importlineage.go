package poolhouseservice

import (
	"context"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
)

// relatedJob describes a parent or child of another job. relation is the child's relation to
// its parent.
func relatedJob(j *importjob.Job, relation importjob.Relation) poolhouseapi.ImportRelatedJobType {
	return poolhouseapi.ImportRelatedJobType{
		JobId: j.ID, JobName: j.Name, Relation: string(relation), Status: string(j.State), CreationDate: service.Timestamp(j.Created),
		ImportedUsers: &j.Counts.Imported, TotalRows: known(j.TotalRows),
	}
}

// children returns the jobs made of a job's rows.
func (s *Service) children(ctx context.Context, job *importjob.Job) (out []poolhouseapi.ImportRelatedJobType, err error) {
	children, err := s.Rows.Children(ctx, job.Key())
	for _, child := range children {
		out = append(out, relatedJob(child, child.Relation))
	}
	return out, err
}

// parent returns the job whose rows a job tries again, nil if there is none.
func (s *Service) parent(ctx context.Context, job *importjob.Job) (*poolhouseapi.ImportRelatedJobType, error) {
	if job.ParentID == "" {
		return nil, nil
	}
	parent, err := s.Jobs.Job(ctx, importjob.Key{PoolID: job.PoolID, JobID: job.ParentID})
	if err != nil {
		return nil, err
	}
	out := relatedJob(parent, job.Relation)
	return &out, nil
}

// notReached returns how many rows of an ended job have no verdict. It returns 0 for a file
// that could not be imported at all.
func notReached(j *importjob.Job) int64 {
	n, _ := j.NotReached()
	return max(0, n)
}

// rowsKeptUntil returns when a job's kept rows are deleted. It returns the zero time if none
// are kept, or the job has not ended.
func (s *Service) rowsKeptUntil(j *importjob.Job) time.Time {
	if j.RowsGone || j.Header == "" {
		return time.Time{}
	}
	return s.keptUntil(j)
}
