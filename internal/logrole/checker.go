package logrole

import (
	"context"
	"fmt"
	"slices"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/policy"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// Checker looks at the roles of import jobs. It is an [importjob.Permission].
type Checker struct {
	Account string // of the user pools, their log groups and the roles, 12 digits
	Roles   Roles
	Data    Data
}

// Roles is a part of [iam.Store].
type Roles interface {
	// RoleAccess returns iam.NoSuchEntity if there is no such role. Names are
	// found in any case.
	RoleAccess(ctx context.Context, roleName string) (*iam.RoleAccess, error)
}

// Data is what the server keeps.
type Data interface {
	// IsUnused tells whether nothing was made yet that a new data directory
	// would lack: no users, no import jobs and no IAM users. Only such a server
	// can take another account id, which is part of what it keeps.
	IsUnused(ctx context.Context) (bool, error)
}

// service is who assumes the role, and writes with it.
const service = "cognito-idp.amazonaws.com"

// Check returns a [*Refusal] when the job's role lacks something. Any other
// error says that it could not be found out: the store failed, or a policy of
// the role, which may hold a Deny, cannot be read. The warning says what the
// role lacks that is no reason to refuse it.
func (c *Checker) Check(ctx context.Context, p *userpool.UserPool, j *importjob.Job) (warning string, err error) {
	role, err := c.role(ctx, p, j.RoleARN)
	if err != nil {
		return "", err
	}
	if err := c.checkTrust(role, p, j); err != nil {
		return "", err
	}
	lacking, err := c.lackingActions(role, p, j)
	switch group := c.group(p) + ":*"; {
	case err != nil:
		return "", err
	case slices.Equal(lacking, []string{describeLogStreams}):
		return lacksDescribe(j.RoleARN, group), nil
	case len(lacking) > 0:
		return "", noPermission(j.RoleARN, group, lacking)
	}
	return "", nil
}

// role finds a role by its ARN, in which path and case count: other than a
// name alone, "as part of an ARN, the role name is case sensitive" (IAM User
// Guide, creating roles).
func (c *Checker) role(ctx context.Context, p *userpool.UserPool, arn string) (*iam.RoleAccess, error) {
	named, ok := awsarn.Parse(arn)
	if ok && named.Account != c.Account {
		unused, err := c.Data.IsUnused(ctx)
		if err != nil {
			return nil, err
		}
		return nil, c.otherAccount(p, arn, named.Account, unused)
	}
	role, err := c.Roles.RoleAccess(ctx, named.Name())
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return nil, c.noRole(p, arn)
	case err != nil:
		return nil, err
	case role.Role.ARN(c.Account) != arn:
		return nil, c.noRole(p, arn)
	}
	return role, nil
}

func (c *Checker) checkTrust(role *iam.RoleAccess, p *userpool.UserPool, j *importjob.Job) error {
	trust, err := policy.ParseTrust([]byte(role.Role.Trust))
	if err != nil {
		return fmt.Errorf("the trust policy of %s cannot be read: %w", j.RoleARN, err)
	}
	if !trust.AllowsService(service, "sts:AssumeRole", c.trustContext(p)) {
		return noTrust(j.RoleARN, p.ARN)
	}
	return nil
}

// actions are what the role must allow. All but the last are about the log
// group (Service Authorization Reference, Amazon CloudWatch Logs).
var actions = []string{"logs:CreateLogGroup", "logs:CreateLogStream", describeLogStreams, putLogEvents}

const (
	// describeLogStreams is in the Developer Guide's policy and not in that of
	// public scripts. Whether Cognito refuses a role without it is not known, and
	// no log needs it to be written.
	describeLogStreams = "logs:DescribeLogStreams"
	putLogEvents       = "logs:PutLogEvents"
)

// group returns the ARN of a user pool's log group.
func (c *Checker) group(p *userpool.UserPool) string {
	return awsarn.LogGroup(p.Region(), c.Account, resultlog.Group(p))
}

// lackingActions returns what the role's policies do not allow.
func (c *Checker) lackingActions(role *iam.RoleAccess, p *userpool.UserPool, j *importjob.Job) (lacking []string, err error) {
	var documents []*policy.Document
	for _, text := range role.Documents {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("a policy of %s cannot be read: %w", j.RoleARN, err)
		}
		documents = append(documents, d)
	}
	r := policy.Request{Principal: policy.Principal{ARN: j.RoleARN, Tags: role.Role.Tags.Map()}, Context: c.roleContext(p)}
	for _, action := range actions {
		// A policy means a group by log-group:NAME:*, and not by the name alone
		// (CloudWatch Logs User Guide, overview of managing access permissions).
		stream := ""
		if action == putLogEvents {
			stream = resultlog.Stream(j)
		}
		r.Action, r.Resource = action, awsarn.LogStream(c.group(p), stream)
		if policy.Evaluate(documents, r) != policy.Allow {
			lacking = append(lacking, action)
		}
	}
	return lacking, nil
}
