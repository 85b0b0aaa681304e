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

// LogRoles checks the roles of import jobs.
type LogRoles interface {
	// Check returns an [importjob.Forbidden] error if the role does not allow writing the job's
	// log. Otherwise it returns a warning, or "".
	Check(ctx context.Context, p *userpool.UserPool, j *importjob.Job) (warning string, err error)
}

// Pools finds a user pool, as a [userpool.Store] does.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// CheckLogRole refuses a job with an unsuitable role. A warning about a suitable role goes into
// the job's log and the server's log. If roles is nil, only the form of the role's ARN is
// checked.
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

// CheckRoleARN refuses an ARN that is not the ARN of an IAM role.
func CheckRoleARN(arn string) error {
	if a, ok := awsarn.Parse(arn); ok && a.Service == "iam" && strings.HasPrefix(a.Resource, "role/") {
		return nil
	}
	return userpool.Errorf(userpool.InvalidParameter,
		"CloudWatchLogsRoleArn must be the ARN of an IAM role, such as %s.", awsarn.Entity("123456789012", "role", "/", "name"))
}
