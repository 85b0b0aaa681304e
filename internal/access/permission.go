package access

import (
	"context"

	"poolhouse/internal/iam"
)

// permission is one thing that a call needs to be allowed.
type permission struct {
	action   string
	resource string // its ARN, or "*"
	shown    string // the same as the call names it
	context  iam.Context
}

// permissions returns all that a call needs: its own action, to pass on the
// role that it hands over, and to give a user its new name: for that, IAM wants
// permission for the user as it was and for what it becomes (UpdateUser). With
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
	switch action {
	case "cognito-idp:CreateUserImportJob":
		pass, err := a.passRole(ctx, who, in.text("CloudWatchLogsRoleArn"))
		return []permission{own, pass}, err
	case "iam:UpdateUser":
		moved := own
		arn, shown, err := a.movedUser(ctx, in)
		moved.resource, moved.shown, moved.context = arn, shown, a.requestContext(ctx, who, action, arn)
		return []permission{own, moved}, err
	}
	return []permission{own}, nil
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
