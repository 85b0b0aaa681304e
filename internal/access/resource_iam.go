package access

import (
	"cmp"
	"context"
	"strings"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// iamResource returns the user, role or policy that a call names. A resource that does not
// exist yet has the call's path, or the default path.
func (q *inquiry) iamResource(ctx context.Context, n apineeds.Named) (string, error) {
	switch n.Kind {
	case apineeds.User, apineeds.UserOrCaller:
		return q.userARN(ctx, n)
	case apineeds.NewUser:
		return (&iam.User{Path: cmp.Or(n.Path, "/"), Name: n.Name}).ARN(q.who.Account), nil
	case apineeds.MovedUser:
		return q.movedUser(ctx, n)
	case apineeds.Role:
		return q.roleNamed(ctx, n.Name)
	case apineeds.NewRole:
		return (&iam.Role{Path: cmp.Or(n.Path, "/"), Name: n.Name}).ARN(q.who.Account), nil
	case apineeds.RoleARN:
		return q.roleARN(ctx, n.Name)
	case apineeds.Policy:
		return q.policyARN(ctx, n.Name)
	case apineeds.NewPolicy:
		return (&iam.Policy{Path: cmp.Or(n.Path, "/"), Name: n.Name}).ARN(q.who.Account), nil
	case apineeds.AccessKey:
		return q.ownerARN(ctx, n.Name)
	}
	return q.listed(n)
}

// listed returns the resource of a list of IAM: the requested path, as in AWS's refusals. A
// policy allows the list of users with user/* or user/team/*. The list of policies has no ARN;
// only * allows it.
func (q *inquiry) listed(n apineeds.Named) (string, error) {
	path := cmp.Or(n.Path, "/")
	switch n.Kind {
	case apineeds.Users:
		return awsarn.Entity(q.who.Account, "user", path, ""), nil
	case apineeds.Roles:
		return awsarn.Entity(q.who.Account, "role", path, ""), nil
	case apineeds.MFADevices:
		return awsarn.Entity(q.who.Account, "mfa", "/", ""), nil
	case apineeds.Policies:
		return "policy path " + path, nil
	}
	return "", errKind(n.Kind)
}

// shown returns a call's resource in the form for its refusal. For users and roles it has only
// what the call itself says. So a refusal does not reveal which of them exist, or their paths.
func (q *inquiry) shown(resource string, n apineeds.Named) string {
	if resource == q.who.ARN {
		return resource
	}
	switch n.Kind {
	case apineeds.User, apineeds.UserOrCaller:
		return (&iam.User{Path: "/", Name: n.Name}).ARN(q.who.Account)
	case apineeds.MovedUser:
		return (&iam.User{Path: cmp.Or(n.Path, "/"), Name: cmp.Or(n.NewName, n.Name)}).ARN(q.who.Account)
	case apineeds.Role:
		return (&iam.Role{Path: "/", Name: n.Name}).ARN(q.who.Account)
	case apineeds.RoleARN, apineeds.Policy:
		return n.Name
	case apineeds.AccessKey:
		return "access key " + n.Name
	}
	return resource
}

// userARN returns a user's ARN, with the path and the case from its creation. Without a name,
// where the operation allows that, it is the caller's.
func (q *inquiry) userARN(ctx context.Context, n apineeds.Named) (string, error) {
	if n.Name == "" {
		return q.who.ARN, nil
	}
	u, err := q.userNamed(ctx, n.Name)
	return u.ARN(q.who.Account), err
}

// userNamed returns a user. A missing user gets the default path.
func (q *inquiry) userNamed(ctx context.Context, name string) (*iam.User, error) {
	u, err := q.Entities.User(ctx, name)
	if err == nil {
		return u, nil
	}
	if iam.KindOf(err) == iam.NoSuchEntity {
		err = nil
	}
	return &iam.User{Path: "/", Name: name}, err
}

// ownerARN returns the ARN of the user that owns an access key (Service Authorization
// Reference, GetAccessKeyLastUsed).
func (q *inquiry) ownerARN(ctx context.Context, accessKeyID string) (string, error) {
	found, err := q.Entities.Access(ctx, accessKeyID)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return Everything, nil
	case err != nil:
		return "", err
	}
	return found.User.ARN(q.who.Account), nil
}

// movedUser returns the user's new ARN after an UpdateUser.
func (q *inquiry) movedUser(ctx context.Context, n apineeds.Named) (string, error) {
	found, err := q.userNamed(ctx, n.Name)
	moved := &iam.User{Path: cmp.Or(n.Path, found.Path), Name: cmp.Or(n.NewName, found.Name)}
	return moved.ARN(q.who.Account), err
}

func (q *inquiry) roleNamed(ctx context.Context, name string) (string, error) {
	r, err := q.Entities.Role(ctx, name)
	if iam.KindOf(err) == iam.NoSuchEntity {
		r, err = &iam.Role{Path: "/", Name: name}, nil
	}
	if err != nil {
		return "", err
	}
	return r.ARN(q.who.Account), nil
}

// roleARN returns a role's ARN in the case from its creation: names match in any case, but
// policies compare exactly. It returns the ARN of a missing role unchanged.
func (q *inquiry) roleARN(ctx context.Context, arn string) (string, error) {
	named, _ := awsarn.Parse(arn)
	found, err := q.roleNamed(ctx, named.Name())
	if err != nil || !strings.EqualFold(found, arn) {
		return arn, err
	}
	return found, nil
}

// policyARN does the same for a managed policy.
func (q *inquiry) policyARN(ctx context.Context, arn string) (string, error) {
	ref, err := iam.ParsePolicyARN(q.who.Account, arn)
	if err != nil {
		return arn, nil // no such policy; the handler says so to callers with permission
	}
	p, err := q.Entities.Policy(ctx, ref)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return arn, nil
	case err != nil:
		return "", err
	}
	return p.ARN(q.who.Account), nil
}

// spellPolicyARN sets iam:PolicyARN, the policy to attach or detach, in the case from its
// creation (Service Authorization Reference, AWS Identity and Access Management,
// iam:PolicyARN).
func (q *inquiry) spellPolicyARN(ctx context.Context, c policy.Context) (err error) {
	const key = "iam:PolicyARN"
	if given, ok := c[key]; ok {
		var arn string
		arn, err = q.policyARN(ctx, given[0])
		c[key] = []string{arn}
	}
	return err
}
