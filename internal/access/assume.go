package access

import (
	"context"

	"poolhouse/internal/apicore"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// assume decides about AssumeRole, for which the role's trust policy is asked
// besides the caller's own. Of a role that is not here, or is another
// account's, nobody learns more than that they may not.
func (a *Authorizer) assume(ctx context.Context, who Request, in input) (about About, err error) {
	arn := in.named.Name
	about.Resource = arn
	if who.root {
		return about, &apicore.Refusal{Reason: apicore.Denied, Message: "Roles may not be assumed by root accounts."}
	}
	refusal := &denial{arn: who.ARN, action: "sts:AssumeRole", resource: arn}
	role, err := a.role(ctx, arn)
	switch {
	case err != nil:
		return about, err
	case role == nil:
		return about, refusal
	}
	decision, err := a.mayAssume(who, role, in)
	switch {
	case err != nil:
		return about, err
	case decision == policy.Allow:
		about.RoleID = role.ID
		return about, nil
	}
	return about, refusal
}

// role returns the role of an ARN, nil if it is not here.
func (a *Authorizer) role(ctx context.Context, arn string) (*iam.Role, error) {
	named, _ := awsarn.Parse(arn)
	role, err := a.Entities.Role(ctx, named.Name())
	if iam.KindOf(err) == iam.NoSuchEntity {
		return nil, nil
	}
	if err == nil && role.ARN(a.Account) != arn {
		return nil, nil
	}
	return role, err
}

func (a *Authorizer) mayAssume(who Request, role *iam.Role, in input) (policy.Decision, error) {
	trust, err := policy.ParseTrust([]byte(role.Trust))
	if err != nil {
		return policy.ImplicitDeny, err
	}
	p, err := who.policies()
	if err != nil {
		return policy.ImplicitDeny, err
	}
	const action = "sts:AssumeRole"
	c := a.requestContext(who, action, role.ARN(a.Account))
	addTagsOf(c, role.Tags)
	if err := in.addConditions(c); err != nil {
		return policy.ImplicitDeny, err
	}
	return policy.MayAssume(trust, p.own, p.session, who.ARN, policy.Request{
		Action: action, Resource: role.ARN(a.Account), Principal: who.principal(), Context: c,
	}), nil
}
