package importjob

import (
	"context"

	"poolhouse/internal/userpool"
)

// Permission decides whether a job may begin. It is asked each time that a node is about to
// begin the job, and not after a job has begun.
type Permission interface {
	// Check returns a [Forbidden] error if the job may not begin. After any other error the
	// answer is unknown, and the job is tried again. A job that may begin can have a warning,
	// which becomes [Job.Warning].
	Check(ctx context.Context, p *userpool.UserPool, j *Job) (warning string, err error)
}

// Forbidden is an error that ends a job before any of its rows is read. Its text becomes the
// job's CompletionMessage, which has at most 128 characters (API Reference,
// UserImportJobType).
type Forbidden string

func (e Forbidden) Error() string { return string(e) }

// permit asks for the permission to begin the job and returns its warning.
func (r *run) permit(ctx context.Context, pool *userpool.UserPool) (warning string, err error) {
	if r.cfg.Permission == nil {
		return "", nil
	}
	return r.cfg.Permission.Check(ctx, pool, r.job)
}
