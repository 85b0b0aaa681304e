package access

import (
	"context"
	"fmt"
	"strings"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/awsarn"
)

// Everything is the resource of actions that are about none in particular.
const Everything = "*"

// resource returns the ARN of the resource that a call names. An ARN that is
// given is taken as it is: those who serve the operations for tags must take the
// ARN of a pool only as poolARN writes it.
func (q *inquiry) resource(ctx context.Context, n apineeds.Named) (string, error) {
	switch n.Kind {
	case apineeds.Nothing, apineeds.Any:
		return Everything, nil
	case apineeds.UserPool:
		return q.poolARN(n.Name), nil
	case apineeds.ARN:
		return n.Name, nil
	case apineeds.LogGroup, apineeds.LogGroups:
		return q.logResource(n), nil
	}
	return q.iamResource(ctx, n)
}

func (q *inquiry) poolARN(id string) string {
	return awsarn.UserPool(q.who.Region, q.who.Account, id)
}

// logResource returns a log stream, or the streams of a log group:
// log-group:NAME:log-stream:, as AWS's refusals name a group. A policy means it
// by log-group:NAME:*, and not by the name alone (CloudWatch Logs User Guide,
// overview of managing access permissions). All groups are the group without a
// name.
func (q *inquiry) logResource(n apineeds.Named) string {
	var group string
	switch identifier := strings.TrimSuffix(n.Identifier, ":*"); {
	case n.Name != "":
		group = awsarn.LogGroup(q.who.Region, q.who.Account, n.Name)
	case strings.HasPrefix(identifier, awsarn.Prefix): // which may be of another account or region
		group = identifier
	default:
		group = awsarn.LogGroup(q.who.Region, q.who.Account, identifier)
	}
	return awsarn.LogStream(group, n.Stream)
}

// errKind says that there is no rule for a kind of resource, which is a mistake
// of the program.
func errKind(k apineeds.Kind) error {
	return fmt.Errorf("access: no ARN is known of resources of the kind %q", k)
}
