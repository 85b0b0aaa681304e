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

// Checker checks the roles of import jobs. It is an [importjob.Permission].
type Checker struct {
	Account string // the account of user pools, log groups and roles, 12 digits
	Roles   Roles
	Data    Data
}

// Roles is a part of [iam.Store].
type Roles interface {
	// RoleAccess returns iam.NoSuchEntity if there is no such role. It ignores the case of
	// the name.
	RoleAccess(ctx context.Context, roleName string) (*iam.RoleAccess, error)
}

// Data knows whether the server has data.
type Data interface {
	// IsUnused reports whether the server has nothing that a new data directory would lack:
	// no users, no import jobs and no IAM users. Only then can the server change its account
	// ID, which is part of the data.
	IsUnused(ctx context.Context) (bool, error)
}

// service is the principal that assumes the role and writes with it.
const service = "cognito-idp.amazonaws.com"

// Check returns a [*Refusal] if the job's role lacks something. Any other error says that the
// answer is unknown. The store failed, or a policy of the role cannot be read and may contain
// a Deny. The warning says what the role lacks that is no reason for a refusal.
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

// role finds a role by its ARN. Path and case count in an ARN, unlike in a name: "as part of
// an ARN, the role name is case sensitive" (IAM User Guide, creating roles).
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

// actions are the actions that the role must allow. All but the last apply to the log group
// (Service Authorization Reference, Amazon CloudWatch Logs).
var actions = []string{"logs:CreateLogGroup", "logs:CreateLogStream", describeLogStreams, putLogEvents}

const (
	// describeLogStreams is in the policy of the Developer Guide and not in that of public
	// scripts. It is unknown whether Cognito refuses a role without it. No log needs it to be
	// written.
	describeLogStreams = "logs:DescribeLogStreams"
	putLogEvents       = "logs:PutLogEvents"
)

// group returns the ARN of a user pool's log group.
func (c *Checker) group(p *userpool.UserPool) string {
	return awsarn.LogGroup(p.Region(), c.Account, resultlog.Group(p))
}

// lackingActions returns the actions that the role's policies do not allow.
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
		// Policies name a group as log-group:NAME:*, not by the name alone (CloudWatch Logs
		// User Guide, overview of managing access permissions).
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
