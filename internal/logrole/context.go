package logrole

import (
	"strconv"
	"time"

	"poolhouse/internal/policy"
	"poolhouse/internal/userpool"
)

// trustContext returns the condition keys of Cognito's call that assumes the role (IAM User
// Guide, AWS global condition context keys). A trust policy names the user pool and its
// account to prevent the confused deputy problem.
func (c *Checker) trustContext(p *userpool.UserPool) policy.Context {
	k := c.callContext(p)
	k["aws:PrincipalIsAWSService"] = []string{"true"}
	k["aws:PrincipalServiceName"] = []string{service}
	k["aws:SourceAccount"] = []string{c.Account}
	k["aws:SourceArn"] = []string{p.ARN}
	return k
}

// roleContext returns the condition keys of Cognito's calls with the role. Keys that AWS does
// not document for them, such as address and session name, are not set.
func (c *Checker) roleContext(p *userpool.UserPool) policy.Context {
	k := c.callContext(p)
	k["aws:PrincipalIsAWSService"] = []string{"false"}
	k["aws:PrincipalType"] = []string{"AssumedRole"}
	k["aws:ViaAWSService"] = []string{"false"} // false for a service that has assumed a role
	return k
}

// callContext returns the condition keys of both calls.
func (c *Checker) callContext(p *userpool.UserPool) policy.Context {
	now := time.Now().UTC()
	return policy.Context{
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:RequestedRegion": {p.Region()},
		"aws:ResourceAccount": {c.Account},
		"aws:SecureTransport": {"true"},
	}
}
