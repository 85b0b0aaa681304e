package access

import (
	"context"

	"poolhouse/internal/apicore"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// assume decides about AssumeRole by the caller's policies and the role's trust policy. The
// refusal is the same for a missing role, a role of another account and a role that does not
// trust the caller. So it reveals nothing about the role.
func (q *inquiry) assume(ctx context.Context, in input) (about About, err error) {
	arn := in.named.Name
	about.Resource = arn
	if q.who.root {
		return about, &apicore.Refusal{Reason: apicore.Denied, Message: "Roles may not be assumed by root accounts."}
	}
	refusal := &denial{arn: q.who.ARN, action: "sts:AssumeRole", resource: arn}
	role, err := q.role(ctx, arn)
	switch {
	case err != nil:
		return about, err
	case role == nil:
		return about, refusal
	}
	decision, err := q.mayAssume(role, in)
	switch {
	case err != nil:
		return about, err
	case decision == policy.Allow:
		about.RoleID = role.ID
		return about, nil
	}
	return about, refusal
}

// role returns the role with the ARN, or nil if this server has none.
func (q *inquiry) role(ctx context.Context, arn string) (*iam.Role, error) {
	named, _ := awsarn.Parse(arn)
	role, err := q.Entities.Role(ctx, named.Name())
	if iam.KindOf(err) == iam.NoSuchEntity {
		return nil, nil
	}
	if err == nil && role.ARN(q.who.Account) != arn {
		return nil, nil
	}
	return role, err
}

func (q *inquiry) mayAssume(role *iam.Role, in input) (policy.Decision, error) {
	trust, err := policy.ParseTrust([]byte(role.Trust))
	if err != nil {
		return policy.ImplicitDeny, err
	}
	p, err := q.who.policies()
	if err != nil {
		return policy.ImplicitDeny, err
	}
	const action = "sts:AssumeRole"
	c := q.requestContext(action, role.ARN(q.who.Account))
	addTagsOf(c, role.Tags)
	if err := in.addConditions(c); err != nil {
		return policy.ImplicitDeny, err
	}
	return policy.MayAssume(trust, p.own, p.session, q.who.ARN, policy.Request{
		Action: action, Resource: role.ARN(q.who.Account), Principal: q.who.principal(), Context: c,
	}), nil
}
