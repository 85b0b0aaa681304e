package logrole

import (
	"strconv"
	"time"

	"poolhouse/internal/policy"
	"poolhouse/internal/userpool"
)

// trustContext returns the condition keys of Cognito's call to assume the role
// (IAM User Guide, AWS global condition context keys). The user pool and its
// account are what a trust policy names against the confused deputy.
func (c *Checker) trustContext(p *userpool.UserPool) policy.Context {
	k := c.callContext(p)
	k["aws:PrincipalIsAWSService"] = []string{"true"}
	k["aws:PrincipalServiceName"] = []string{service}
	k["aws:SourceAccount"] = []string{c.Account}
	k["aws:SourceArn"] = []string{p.ARN}
	return k
}

// roleContext returns the condition keys of Cognito's calls with the role.
// What AWS does not tell of them, like their address and the name of their
// session, they do not have.
func (c *Checker) roleContext(p *userpool.UserPool) policy.Context {
	k := c.callContext(p)
	k["aws:PrincipalIsAWSService"] = []string{"false"}
	k["aws:PrincipalType"] = []string{"AssumedRole"}
	k["aws:ViaAWSService"] = []string{"false"} // which it is for a service with a role of its own
	return k
}

// callContext returns the condition keys of both.
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
