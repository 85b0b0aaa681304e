package access

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/policy"
	"poolhouse/internal/proxies"
)

// Request is who calls and what policies may ask about the call itself. It is
// known before the input is read.
type Request struct {
	Identity        // zero for a caller who is not known
	Region   string // that the call is for: the one that it is signed for; "" of a call that needs no signature
	Address  string // the IP address of the caller, "" from inside of the process
	Agent    string // what the client says it is, of any length
	Secure   bool   // whether the caller's connection is encrypted
}

// Known reports whether it is known who calls.
func (r Request) Known() bool { return r.ARN != "" }

// About is what a call turned out to be about.
type About struct {
	// Resource is the ARN of what the call is about, or [Everything].
	Resource string
	// RoleID is the id of the role that a call of AssumeRole may assume: by the time
	// that the call is carried out, its name may be another role's. It is "" for
	// other calls.
	RoleID string
}

// From returns where a request comes from, which is known before it is known from
// whom.
func From(r *http.Request, trusted proxies.Trusted) Request {
	c := trusted.Caller(r)
	return Request{Address: c.Address, Agent: r.UserAgent(), Secure: c.Secure}
}

// requestContext returns the global condition keys of a call for a resource
// (IAM User Guide, AWS global condition context keys). [policy.Evaluate] adds those
// that follow from the principal: aws:PrincipalArn, aws:PrincipalAccount,
// aws:username and aws:userid.
//
// Keys that are there with the value false matter: the examples of the guide
// deny where they are false, and would deny nothing if they were missing.
func (q *inquiry) requestContext(action, resource string) policy.Context {
	now := q.now().UTC()
	c := policy.Context{
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:SecureTransport": {strconv.FormatBool(q.who.Secure)},
		"aws:PrincipalType":   {q.who.principalType()},
		"aws:RequestedRegion": {q.requestedRegion(action)},
		"aws:ResourceAccount": {q.accountOf(resource)},

		"aws:PrincipalIsAWSService": {"false"},
		"aws:ViaAWSService":         {"false"},
	}
	if q.who.session != nil { // temporary credentials; long-term ones have neither key
		c["aws:TokenIssueTime"] = []string{q.who.session.Issued.UTC().Format(time.RFC3339)}
		c["aws:MultiFactorAuthPresent"] = []string{"false"}
	}
	for key, value := range map[string]string{"aws:SourceIp": q.who.Address, "aws:UserAgent": q.who.Agent} {
		if value != "" {
			c[key] = []string{value}
		}
	}
	return c
}

// requestedRegion returns the region that a call is for: the one that it is
// signed for, or that of IAM's only endpoint.
func (q *inquiry) requestedRegion(action string) string {
	if strings.HasPrefix(action, "iam:") {
		return globalRegion
	}
	return q.who.Region
}

// accountOf returns the account that a resource belongs to. What has no ARN,
// or none with an account, is ours.
func (q *inquiry) accountOf(resource string) string {
	if part := strings.SplitN(resource, ":", 6); len(part) == 6 && part[4] != "" {
		return part[4]
	}
	return q.who.Account
}

func (i Identity) principalType() string {
	switch {
	case i.root:
		return "Account"
	case i.session != nil:
		return "AssumedRole"
	}
	return "User"
}

func (a *Authorizer) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// addResourceTags adds the tags of the user pool, the user, the role or the
// managed policy that a call is about.
func (q *inquiry) addResourceTags(ctx context.Context, p permission) error {
	if arn, ok := awsarn.Parse(p.resource); ok && arn.Partition == awsarn.Partition && arn.Service == "iam" {
		return q.addIAMTags(ctx, p)
	}
	id, ok := strings.CutPrefix(p.resource, q.poolARN(""))
	if !ok || q.PoolTags == nil {
		return nil
	}
	tags, err := q.PoolTags(ctx, q.who.Region, id)
	for key, value := range tags {
		p.context["aws:ResourceTag/"+key] = []string{value}
	}
	return err
}
