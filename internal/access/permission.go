package access

import (
	"context"

	"poolhouse/internal/policy"
)

// permission is one thing that a call needs to be allowed.
type permission struct {
	action   string
	resource string // its ARN, or "*"
	shown    string // the same as the call names it
	context  policy.Context
}

// permissions returns all that a call needs: its own action, to pass on the
// role that it hands over, and to give a user its new name: for that, IAM wants
// permission for the user as it was and for what it becomes (UpdateUser), and to
// tag what is created with tags (IAM User Guide, tags for IAM resources). With
// tags, policies may ask for those of the resource.
func (a *Authorizer) permissions(ctx context.Context, who Identity, tags bool, action, resource string, in input) ([]permission, error) {
	own := permission{action: action, resource: resource, shown: a.shown(who, action, resource, in), context: a.requestContext(ctx, who, action, resource)}
	addTags(own.context, in)
	if tags {
		if err := a.addResourceTags(ctx, own); err != nil {
			return nil, err
		}
	}
	if err := a.addPolicyARN(ctx, own.context, action, in); err != nil {
		return nil, err
	}
	more, err := a.further(ctx, who, tags, own, in)
	return append([]permission{own}, more...), err
}

// further returns what a call needs besides its own action. A user who gets
// another name keeps the tags, and so the context.
func (a *Authorizer) further(ctx context.Context, who Identity, tags bool, own permission, in input) ([]permission, error) {
	switch own.action {
	case "cognito-idp:CreateUserImportJob":
		pass, err := a.passRole(ctx, who, in.text("CloudWatchLogsRoleArn"))
		if err == nil && tags {
			err = a.addResourceTags(ctx, pass)
		}
		return []permission{pass}, err
	case "iam:UpdateUser":
		arn, shown, err := a.movedUser(ctx, in)
		return []permission{{action: own.action, resource: arn, shown: shown, context: own.context}}, err
	}
	if action := tagging(own.action, in); action != "" {
		return []permission{{action: action, resource: own.resource, shown: own.shown, context: own.context}}, nil
	}
	return nil, nil
}

// passRole is what handing a role over to Cognito needs (Service Authorization
// Reference, Amazon Cognito User Pools: dependent actions; Developer Guide,
// creating the CloudWatch Logs role).
func (a *Authorizer) passRole(ctx context.Context, who Identity, arn string) (permission, error) {
	const action = "iam:PassRole"
	role, err := a.roleARN(ctx, arn)
	c := a.requestContext(ctx, who, action, role)
	c["iam:PassedToService"] = []string{"cognito-idp.amazonaws.com"}
	return permission{action: action, resource: role, shown: arn, context: c}, err
}
