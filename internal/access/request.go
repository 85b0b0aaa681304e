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

// Request is a caller, with the properties of the call that policies can test. It is known
// before the input is read.
type Request struct {
	Identity        // zero for an unknown caller
	Region   string // of the call, from its signature; "" without a signature
	Address  string // the caller's IP address, "" for a call from inside the process
	Agent    string // the client's User-Agent, of any length
	Secure   bool   // whether the caller's connection is encrypted
}

// Known reports whether the caller is known.
func (r Request) Known() bool { return r.ARN != "" }

// About is what a call is about.
type About struct {
	// Resource is the ARN of the call's resource, or [Everything].
	Resource string
	// RoleID is the id of the role that an AssumeRole call may assume, "" for other calls. A new
	// role may have the name by the time that the call is carried out, but not the id.
	RoleID string
}

// From returns where a request comes from. It is known before the caller is.
func From(r *http.Request, trusted proxies.Trusted) Request {
	c := trusted.Caller(r)
	return Request{Address: c.Address, Agent: r.UserAgent(), Secure: c.Secure}
}

// requestContext returns the global condition keys of a call for a resource (IAM User Guide,
// AWS global condition context keys). [policy.Evaluate] adds the keys of the principal:
// aws:PrincipalArn, aws:PrincipalAccount, aws:username and aws:userid.
//
// Keys with the value false are set, too. The guide's examples deny where such a key is false,
// and a missing key would deny nothing.
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
	if q.who.session != nil { // only temporary credentials have these keys
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

// requestedRegion returns the region of a call: the signature's region, or the region of IAM's
// only endpoint.
func (q *inquiry) requestedRegion(action string) string {
	if strings.HasPrefix(action, "iam:") {
		return globalRegion
	}
	return q.who.Region
}

// accountOf returns the account of a resource. It is ours for a resource without an ARN, or
// with an ARN without an account.
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

// addResourceTags adds the tags of the call's user pool, user, role or managed policy.
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
