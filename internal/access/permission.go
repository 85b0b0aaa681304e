package access

import (
	"context"
	"maps"

	"poolhouse/internal/iam"
)

// permission is one thing that a call needs to be allowed.
type permission struct {
	action   string
	resource string // its ARN, or "*"
	context  iam.Context
}

// permissions returns all that a call needs: its own action, and to pass on
// the role that it hands over.
func (a *Authorizer) permissions(ctx context.Context, who Identity, action, resource string, in input) ([]permission, error) {
	c := a.requestContext(ctx, who)
	own := permission{action: action, resource: resource, context: maps.Clone(c)}
	addTags(own.context, in)
	if err := a.addResourceTags(ctx, who, own); err != nil {
		return nil, err
	}
	if err := a.addPolicyARN(ctx, own.context, action, in); err != nil {
		return nil, err
	}
	if action != "cognito-idp:CreateUserImportJob" {
		return []permission{own}, nil
	}
	// Service Authorization Reference, Amazon Cognito User Pools: dependent
	// actions; Developer Guide, creating the CloudWatch Logs role.
	role, err := a.roleARN(ctx, in.text("CloudWatchLogsRoleArn"))
	c["iam:PassedToService"] = []string{"cognito-idp.amazonaws.com"}
	return []permission{own, {action: "iam:PassRole", resource: role, context: c}}, err
}
