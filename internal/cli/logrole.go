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

// importLogRole returns the ARN of the role with which import jobs write their
// log. It makes the role if it is not there; several may do so at once. It
// tells whether the role was made now.
func importLogRole(ctx context.Context, cfg aws.Config) (arn string, made bool, err error) {
	caller, err := stsOf(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", false, err
	}
	r := importRole{client: iamOf(cfg), allows: logrole.Policy("*", aws.ToString(caller.Account))}
	arn = awsarn.Entity(aws.ToString(caller.Account), "role", logrole.DefaultPath, logrole.DefaultName)
	complete, err := r.isComplete(ctx)
	switch {
	case isDenied(err): // who may only import cannot look; the server says what is missing
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

// isComplete tells whether the role is there and has any policy: a role
// without one is just being made, or its making was cut short.
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

// make makes what is missing of the role and tells whether that was the whole.
// An interrupted command still makes both, the role and its policy.
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

// isMissing tells whether IAM says that something is not there.
func isMissing(err error) bool {
	_, is := errors.AsType[*types.NoSuchEntityException](err)
	return is
}

// isDenied tells whether the caller may not do what it asked for.
func isDenied(err error) bool {
	e, is := errors.AsType[smithy.APIError](err)
	return is && e.ErrorCode() == "AccessDenied"
}
