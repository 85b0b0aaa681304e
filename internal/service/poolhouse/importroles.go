package poolhouseservice

import (
	"context"
	"errors"
	"regexp"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// lackTypes maps what a role lacks to the API's words.
var lackTypes = map[logrole.Lack]poolhouseapi.UserImportRoleLackType{
	logrole.NoRole:       poolhouseapi.UserImportRoleLackTypeRole,
	logrole.NoTrust:      poolhouseapi.UserImportRoleLackTypeTrustPolicy,
	logrole.NoPermission: poolhouseapi.UserImportRoleLackTypePolicy,
}

// roleARNForm is the form of the ARN of a job's role (ArnType). Paths of roles may have more
// characters.
var roleARNForm = regexp.MustCompile(`^[\w+=/,.@:-]+$`)

// describeUserImportRoles is one of our own operations. It judges roles as CreateUserImportJob
// would for a new job of a pool.
func (s *Service) describeUserImportRoles(ctx context.Context, in *poolhouseapi.DescribeUserImportRolesRequest) (*poolhouseapi.DescribeUserImportRolesResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.DescribeUserImportRolesResponse{UserImportRoles: []poolhouseapi.UserImportRoleType{}}
	for _, arn := range in.RoleArns {
		role, err := s.judgeRole(ctx, pool, arn)
		if err != nil {
			return nil, err
		}
		out.UserImportRoles = append(out.UserImportRoles, role)
	}
	return out, nil
}

// judgeRole reports whether a role is suitable for a job of a pool, and if not, why.
func (s *Service) judgeRole(ctx context.Context, pool *userpool.UserPool, arn string) (poolhouseapi.UserImportRoleType, error) {
	role := poolhouseapi.UserImportRoleType{RoleArn: arn, IsSuitable: new(true)}
	err := service.CheckRoleARN(arn)
	if err == nil && !roleARNForm.MatchString(arn) {
		err = userpool.Errorf(userpool.InvalidParameter, "CloudWatchLogsRoleArn may have letters, digits and + = / , . @ - _ : alone; the path of this role has others.")
	}
	if err != nil {
		role.IsSuitable, role.Lack, role.Reason, role.Message = new(false), poolhouseapi.UserImportRoleLackTypeRole, err.Error(), err.Error()
		return role, nil
	}
	if s.LogRoles == nil {
		return role, nil
	}
	_, err = s.LogRoles.Check(ctx, pool, &importjob.Job{PoolID: pool.ID, ID: newUploadID(), RoleARN: arn})
	refusal, refused := errors.AsType[*logrole.Refusal](err)
	if !refused {
		return role, err
	}
	role.IsSuitable, role.Lack, role.Message = new(false), lackTypes[refusal.Lack], refusal.Message
	if brief, ok := errors.AsType[importjob.Forbidden](err); ok {
		role.Reason = string(brief)
	}
	return role, nil
}
