package access

import (
	"context"
	"strings"
)

// everything is the resource of actions that are about none in particular.
const everything = "*"

// resource returns the ARN of the resource that an action is about, by the
// tables of the Service Authorization Reference.
func (a *Authorizer) resource(ctx context.Context, who Identity, action string, in input) (string, error) {
	service, operation, _ := strings.Cut(action, ":")
	switch service {
	case "logs":
		return a.logResource(in), nil
	case "iam":
		return a.iamResource(ctx, who, operation, in)
	}
	return a.poolResource(in), nil
}

// poolResource returns the user pool that an operation of Cognito's, or of our
// own, names. Those that name none have no type of resource in the reference:
// CreateUserPool, ListUserPools, DescribeUserPoolDomain, GetProvisionedLimit
// and UpdateProvisionedLimit. Those for tags name an ARN, which is taken as
// it is: whoever serves them must take the ARN of a pool only as poolARN writes
// it.
func (a *Authorizer) poolResource(in input) string {
	if id := in.text("UserPoolId"); id != "" {
		return a.poolARN(id)
	}
	if arn := in.text("ResourceArn"); arn != "" {
		return arn
	}
	return everything
}

func (a *Authorizer) poolARN(id string) string {
	return "arn:aws:cognito-idp:" + a.Region + ":" + a.Account + ":userpool/" + id
}

// logResource returns the log stream of an operation, or the streams of a log
// group: log-group:NAME:log-stream:, as AWS's refusals name a group. A policy
// means it by log-group:NAME:*, and not by the name alone (CloudWatch Logs User
// Guide, overview of managing access permissions). DescribeLogGroups is about the group without
// a name, because it may list them all.
func (a *Authorizer) logResource(in input) string {
	group := "arn:aws:logs:" + a.Region + ":" + a.Account + ":log-group:"
	switch name, identifier := in.text("LogGroupName"), strings.TrimSuffix(in.text("LogGroupIdentifier"), ":*"); {
	case name != "":
		group += name
	case strings.HasPrefix(identifier, "arn:"): // which may be of another account or region
		group = identifier
	default:
		group += identifier
	}
	return group + ":log-stream:" + in.text("LogStreamName")
}
