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

// iamResource returns the user, role or policy that a call names. What is not
// there yet has the path that the call gives, or the default one.
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

// listed returns what a list of IAM's is about: the path that it is asked for, as AWS's
// refusals tell it. A policy allows the list of users by user/* or user/team/*. No ARN means
// the list of policies, only *.
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

// shown returns the resource of a call as its refusal tells it: of users and
// roles only what the call says of them, so that nobody learns from it who is
// there, and with which path.
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

// userARN returns the ARN of a user, with the path and in the case that it was
// created with. Without a name, where there may be none, it is the caller.
func (q *inquiry) userARN(ctx context.Context, n apineeds.Named) (string, error) {
	if n.Name == "" {
		return q.who.ARN, nil
	}
	u, err := q.userNamed(ctx, n.Name)
	return u.ARN(q.who.Account), err
}

// userNamed returns a user. One who is not there has the default path.
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

// ownerARN returns the ARN of the user whose access key it is (Service
// Authorization Reference, GetAccessKeyLastUsed).
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

// movedUser returns the ARN that UpdateUser gives a user.
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

// roleARN returns the ARN of a role in the case that it was created with, for
// names are found in any; policies are not. The ARN of no role here stays as
// it is.
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
		return arn, nil // no policy here; the handler says so to whoever may ask
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

// spellPolicyARN writes the policy that is attached or detached in the case
// that it was created with (Service Authorization Reference, AWS Identity and
// Access Management, iam:PolicyARN).
func (q *inquiry) spellPolicyARN(ctx context.Context, c policy.Context) (err error) {
	const key = "iam:PolicyARN"
	if given, ok := c[key]; ok {
		var arn string
		arn, err = q.policyARN(ctx, given[0])
		c[key] = []string{arn}
	}
	return err
}
