package access

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/policy"
)

// Request is who calls and what policies may ask about the call itself. It is
// known before the input is read.
type Request struct {
	Identity        // zero for a caller who is not known
	Region   string // that the call is signed for; "" stands for the server's
	Address  string // the IP address of the connection's other end, "" from inside of the process
	Agent    string // what the client says it is, of any length
	Secure   bool   // whether the connection is encrypted
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

// Address returns the IP address of the other end of a request's connection. Of
// headers that proxies add, the author is not known.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// requestContext returns the global condition keys of a call for a resource
// (IAM User Guide, AWS global condition context keys). [policy.Evaluate] adds those
// that follow from the principal: aws:PrincipalArn, aws:PrincipalAccount,
// aws:username and aws:userid.
//
// Keys that are there with the value false matter: the examples of the guide
// deny where they are false, and would deny nothing if they were missing.
func (a *Authorizer) requestContext(who Request, action, resource string) policy.Context {
	now := a.now().UTC()
	c := policy.Context{
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:SecureTransport": {strconv.FormatBool(who.Secure)},
		"aws:PrincipalType":   {who.principalType()},
		"aws:RequestedRegion": {a.requestedRegion(who.Region, action)},
		"aws:ResourceAccount": {a.accountOf(resource)},

		"aws:PrincipalIsAWSService": {"false"},
		"aws:ViaAWSService":         {"false"},
	}
	if who.session != nil { // temporary credentials; long-term ones have neither key
		c["aws:TokenIssueTime"] = []string{who.session.Issued.UTC().Format(time.RFC3339)}
		c["aws:MultiFactorAuthPresent"] = []string{"false"}
	}
	for key, value := range map[string]string{"aws:SourceIp": who.Address, "aws:UserAgent": who.Agent} {
		if value != "" {
			c[key] = []string{value}
		}
	}
	return c
}

// requestedRegion returns the region that a call is for: the one that it is
// signed for, which the signer can choose only where a service has several
// endpoints, or IAM's only one.
func (a *Authorizer) requestedRegion(region, action string) string {
	switch {
	case strings.HasPrefix(action, "iam:"):
		return globalRegion
	case region != "":
		return region
	}
	return a.Region
}

// accountOf returns the account that a resource belongs to. What has no ARN,
// or none with an account, is ours.
func (a *Authorizer) accountOf(resource string) string {
	if part := strings.SplitN(resource, ":", 6); len(part) == 6 && part[4] != "" {
		return part[4]
	}
	return a.Account
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
func (a *Authorizer) addResourceTags(ctx context.Context, p permission) error {
	if arn, ok := awsarn.Parse(p.resource); ok && arn.Partition == awsarn.Partition && arn.Service == "iam" {
		return a.addIAMTags(ctx, p)
	}
	id, ok := strings.CutPrefix(p.resource, a.poolARN(""))
	if !ok || a.PoolTags == nil {
		return nil
	}
	tags, err := a.PoolTags(ctx, id)
	for key, value := range tags {
		p.context["aws:ResourceTag/"+key] = []string{value}
	}
	return err
}
