package access

import (
	"context"
	"fmt"
	"strings"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/awsarn"
)

// Everything is the resource of actions without a particular resource.
const Everything = "*"

// resource returns the ARN of the resource that a call names. An ARN in the input is used
// unchanged. So the operations for tags must accept the ARN of a pool only in the form that
// poolARN writes.
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

// logResource returns a log stream, or all streams of a log group: log-group:NAME:log-stream:,
// the form in AWS's refusals. In a policy, log-group:NAME:* matches it, and the name alone does
// not (CloudWatch Logs User Guide, overview of managing access permissions). An empty name
// stands for all groups.
func (q *inquiry) logResource(n apineeds.Named) string {
	var group string
	switch identifier := strings.TrimSuffix(n.Identifier, ":*"); {
	case n.Name != "":
		group = awsarn.LogGroup(q.who.Region, q.who.Account, n.Name)
	case strings.HasPrefix(identifier, awsarn.Prefix): // may be of another account or region
		group = identifier
	default:
		group = awsarn.LogGroup(q.who.Region, q.who.Account, identifier)
	}
	return awsarn.LogStream(group, n.Stream)
}

// errKind is a mistake of the program: there is no rule for the kind of resource.
func errKind(k apineeds.Kind) error {
	return fmt.Errorf("access: there is no rule for the ARN of resources of the kind %q", k)
}
