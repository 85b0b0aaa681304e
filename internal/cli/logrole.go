package cli

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/logrole"
)

// importLogRole returns the ARN of the role with which import jobs write their log. It
// creates the role if it is missing, and reports whether it did. Several calls may run at
// once.
func importLogRole(ctx context.Context, cfg aws.Config) (arn string, made bool, err error) {
	caller, err := stsOf(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", false, err
	}
	r := importRole{client: iamOf(cfg), allows: logrole.Policy("*", aws.ToString(caller.Account))}
	arn = awsarn.Entity(aws.ToString(caller.Account), "role", logrole.DefaultPath, logrole.DefaultName)
	complete, err := r.isComplete(ctx)
	switch {
	case isDenied(err): // a caller who may only import cannot look; the server names what is missing
		return arn, false, nil
	case err != nil || complete:
		return arn, false, err
	}
	made, err = r.make(ctx)
	return arn, made, err
}

// importRole is that role in an account.
type importRole struct {
	client *iam.Client
	allows string // its policy
}

// isComplete reports whether the role exists and has a policy. A role without one is being
// created, or its creation was interrupted.
func (r importRole) isComplete(ctx context.Context) (bool, error) {
	inline, err := r.client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: aws.String(logrole.DefaultName)})
	if isMissing(err) {
		return false, nil
	}
	if err != nil || len(inline.PolicyNames) > 0 {
		return true, err
	}
	attached, err := r.client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(logrole.DefaultName)})
	return err == nil && len(attached.AttachedPolicies) > 0, err
}

// make creates the missing parts of the role, and reports whether it created the role
// itself. An interrupted command still creates both the role and its policy.
func (r importRole) make(ctx context.Context) (made bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_, err = r.client.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String(logrole.DefaultName), Path: aws.String(logrole.DefaultPath), AssumeRolePolicyDocument: aws.String(logrole.TrustPolicy),
		Description: aws.String("Writes the log of user import jobs"),
	})
	if _, exists := errors.AsType[*types.EntityAlreadyExistsException](err); err != nil && !exists {
		return false, err
	}
	made = err == nil
	_, err = r.client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(logrole.DefaultName), PolicyName: aws.String(logrole.PolicyName), PolicyDocument: &r.allows,
	})
	return made, err
}

// isMissing reports whether IAM answers that an entity does not exist.
func isMissing(err error) bool {
	_, is := errors.AsType[*types.NoSuchEntityException](err)
	return is
}

// isDenied reports whether the caller lacks a permission.
func isDenied(err error) bool {
	e, is := errors.AsType[smithy.APIError](err)
	return is && e.ErrorCode() == "AccessDenied"
}
