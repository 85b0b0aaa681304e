package service

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// LogRoles looks at the roles that import jobs are given.
type LogRoles interface {
	// Check returns an error that is an [importjob.Forbidden] and says more,
	// when the job's log could not be written with its role; else a warning, or
	// none.
	Check(ctx context.Context, p *userpool.UserPool, j *importjob.Job) (warning string, err error)
}

// Pools finds a user pool: a [userpool.Store] does.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// CheckLogRole refuses a job whose role is not good for it. What is to be said
// about a role that is, is in the job's log, and in the server's. roles may be nil:
// then only the form of the role's ARN is looked at.
func CheckLogRole(ctx context.Context, roles LogRoles, pools Pools, j *importjob.Job, log *slog.Logger) error {
	if err := CheckRoleARN(j.RoleARN); err != nil || roles == nil {
		return err
	}
	pool, err := pools.Pool(ctx, j.PoolID)
	if err != nil {
		return err
	}
	j.Warning, err = roles.Check(ctx, pool, j)
	if _, refused := errors.AsType[importjob.Forbidden](err); refused {
		return userpool.Errorf(userpool.InvalidParameter, "%v", err)
	}
	if err == nil && j.Warning != "" {
		log.Warn("import job with a warning", "pool", j.PoolID, "job", j.ID, "warning", j.Warning)
	}
	return err
}

// CheckRoleARN refuses an ARN that names no IAM role.
func CheckRoleARN(arn string) error {
	if a, ok := awsarn.Parse(arn); ok && a.Service == "iam" && strings.HasPrefix(a.Resource, "role/") {
		return nil
	}
	return userpool.Errorf(userpool.InvalidParameter,
		"CloudWatchLogsRoleArn must be the ARN of an IAM role, such as %s.", awsarn.Entity("123456789012", "role", "/", "name"))
}
