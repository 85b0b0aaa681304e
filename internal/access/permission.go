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

// denial is the refusal of an action.
type denial struct {
	arn, action, resource string
	explicit              bool
}

// Error returns what AWS says (IAM User Guide, troubleshoot access denied
// error messages).
func (d *denial) Error() string {
	text := "User: " + d.arn + " is not authorized to perform: " + d.action + " on resource: " + d.resource
	if d.explicit {
		return text + " with an explicit deny in an identity-based policy"
	}
	return text + " because no identity-based policy allows the " + d.action + " action"
}

// check asks the policies.
func (p permission) check(who Identity, documents []*iam.Document) error {
	decision := iam.Evaluate(documents, iam.Request{
		Action: p.action, Resource: p.resource, Principal: who.principal(), Context: p.context,
	})
	if decision == iam.Allow {
		return nil
	}
	return &denial{arn: who.ARN, action: p.action, resource: p.resource, explicit: decision == iam.ExplicitDeny}
}

// permissions returns all that a call needs: its own action, and to pass on
// the role that it hands over.
func (a *Authorizer) permissions(ctx context.Context, who Identity, action string, in input) ([]permission, error) {
	resource, err := a.resource(ctx, who, action, in)
	if err != nil {
		return nil, err
	}
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
