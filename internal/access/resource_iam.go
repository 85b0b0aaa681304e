package access

import (
	"cmp"
	"context"
	"strings"

	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// iamResource returns the user, role or policy that an operation of IAM is
// about; of those that name two, the one that the policy is attached to. Lists
// of the whole account are about none.
func (a *Authorizer) iamResource(ctx context.Context, who Identity, operation string, in input) (string, error) {
	switch operation {
	case "CreateUser":
		return (&iam.User{Path: path(in), Name: in.text("UserName")}).ARN(a.Account), nil
	case "CreateRole":
		return (&iam.Role{Path: path(in), Name: in.text("RoleName")}).ARN(a.Account), nil
	case "CreatePolicy":
		return (&iam.Policy{Path: path(in), Name: in.text("PolicyName")}).ARN(a.Account), nil
	}
	switch {
	case in.has("UserName"):
		return a.userARN(ctx, who, in.text("UserName"))
	case in.has("RoleName"):
		return a.roleNamed(ctx, in.text("RoleName"))
	case in.has("PolicyArn"):
		return a.policyARN(ctx, in.text("PolicyArn"))
	case in.has("AccessKeyId"):
		return a.ownerARN(ctx, in.text("AccessKeyId"))
	}
	return everything, nil
}

// shown returns the resource of a call as its refusal tells it: of users and
// roles only what the call says of them, so that nobody learns from it who is
// there, and with which path.
func (a *Authorizer) shown(who Identity, action, resource string, in input) string {
	switch action {
	case "iam:CreateUser", "iam:CreateRole", "iam:CreatePolicy":
		return resource
	}
	switch {
	case !strings.HasPrefix(action, "iam:"), resource == who.ARN:
		return resource
	case in.has("UserName"):
		return (&iam.User{Path: "/", Name: in.text("UserName")}).ARN(a.Account)
	case in.has("RoleName"):
		return (&iam.Role{Path: "/", Name: in.text("RoleName")}).ARN(a.Account)
	case in.has("PolicyArn"):
		return in.text("PolicyArn")
	case in.has("AccessKeyId"):
		return "access key " + in.text("AccessKeyId")
	}
	return resource
}

// path returns the path of what is to be created.
func path(in input) string {
	if p := in.text("Path"); p != "" {
		return p
	}
	return "/"
}

// userARN returns the ARN of a user, with the path and in the case that it was
// created with. Without a name it is the caller (CreateAccessKey and others).
// Somebody who is not there has the default path.
func (a *Authorizer) userARN(ctx context.Context, who Identity, name string) (string, error) {
	if name == "" {
		return who.ARN, nil
	}
	u, err := a.Entities.User(ctx, name)
	if iam.KindOf(err) == iam.NoSuchEntity {
		u, err = &iam.User{Path: "/", Name: name}, nil
	}
	if err != nil {
		return "", err
	}
	return u.ARN(a.Account), nil
}

// ownerARN returns the ARN of the user whose access key it is (Service
// Authorization Reference, GetAccessKeyLastUsed).
func (a *Authorizer) ownerARN(ctx context.Context, accessKeyID string) (string, error) {
	found, err := a.Entities.Access(ctx, accessKeyID)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return everything, nil
	case err != nil:
		return "", err
	}
	return found.User.ARN(a.Account), nil
}

// movedUser returns the ARN that UpdateUser gives a user, and what a refusal
// tells of it: the path only if the call has it.
func (a *Authorizer) movedUser(ctx context.Context, in input) (arn, shown string, err error) {
	u, err := a.Entities.User(ctx, in.text("UserName"))
	if iam.KindOf(err) == iam.NoSuchEntity {
		u, err = &iam.User{Path: "/", Name: in.text("UserName")}, nil
	}
	if err != nil {
		return "", "", err
	}
	told := &iam.User{Path: "/", Name: in.text("UserName")}
	for _, user := range []*iam.User{u, told} {
		user.Name = cmp.Or(in.text("NewUserName"), user.Name)
		user.Path = cmp.Or(in.text("NewPath"), user.Path)
	}
	return u.ARN(a.Account), told.ARN(a.Account), nil
}

func (a *Authorizer) roleNamed(ctx context.Context, name string) (string, error) {
	r, err := a.Entities.Role(ctx, name)
	if iam.KindOf(err) == iam.NoSuchEntity {
		r, err = &iam.Role{Path: "/", Name: name}, nil
	}
	if err != nil {
		return "", err
	}
	return r.ARN(a.Account), nil
}

// roleARN returns the ARN of a role in the case that it was created with, for
// names are found in any; policies are not. The ARN of no role here stays as
// it is.
func (a *Authorizer) roleARN(ctx context.Context, arn string) (string, error) {
	found, err := a.roleNamed(ctx, arn[strings.LastIndexByte(arn, '/')+1:])
	if err != nil || !strings.EqualFold(found, arn) {
		return arn, err
	}
	return found, nil
}

// policyARN does the same for a managed policy.
func (a *Authorizer) policyARN(ctx context.Context, arn string) (string, error) {
	ref, err := iam.ParsePolicyARN(a.Account, arn)
	if err != nil {
		return arn, nil // no policy here; the handler says so to whoever may ask
	}
	p, err := a.Entities.Policy(ctx, ref)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return arn, nil
	case err != nil:
		return "", err
	}
	return p.ARN(a.Account), nil
}

// addPolicyARN adds the policy that is attached or detached (Service
// Authorization Reference, AWS Identity and Access Management, iam:PolicyARN).
func (a *Authorizer) addPolicyARN(ctx context.Context, c policy.Context, action string, in input) error {
	switch action {
	case "iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:DetachUserPolicy", "iam:DetachRolePolicy":
		arn, err := a.policyARN(ctx, in.text("PolicyArn"))
		c["iam:PolicyARN"] = []string{arn}
		return err
	}
	return nil
}
