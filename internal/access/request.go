package access

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/exchange"
	"poolhouse/internal/policy"
)

// request is what policies may ask about the request itself.
type request struct {
	address string // of the other end of the connection
	agent   string
	secure  bool
	region  string // that the call is signed for
}

type requestKey struct{}

// withRequest notes what policies may ask about a request.
func withRequest(ctx context.Context, r *http.Request, region string) context.Context {
	ctx = context.WithValue(ctx, aboutKey{}, new(about))
	return context.WithValue(ctx, requestKey{}, request{address: exchange.Address(r), agent: r.UserAgent(), secure: r.TLS != nil, region: region})
}

// requestContext returns the global condition keys of a call for a resource
// (IAM User Guide, AWS global condition context keys). [policy.Evaluate] adds those
// that follow from the principal: aws:PrincipalArn, aws:PrincipalAccount,
// aws:username and aws:userid.
//
// Keys that are there with the value false matter: the examples of the guide
// deny where they are false, and would deny nothing if they were missing.
func (a *Authorizer) requestContext(ctx context.Context, who Identity, action, resource string) policy.Context {
	r, _ := ctx.Value(requestKey{}).(request)
	now := a.now().UTC()
	c := policy.Context{
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:SecureTransport": {strconv.FormatBool(r.secure)},
		"aws:PrincipalType":   {who.principalType()},
		"aws:RequestedRegion": {a.requestedRegion(r, action)},
		"aws:ResourceAccount": {a.accountOf(resource)},

		"aws:PrincipalIsAWSService": {"false"},
		"aws:ViaAWSService":         {"false"},
	}
	if who.session != nil { // temporary credentials; long-term ones have neither key
		c["aws:TokenIssueTime"] = []string{who.session.Issued.UTC().Format(time.RFC3339)}
		c["aws:MultiFactorAuthPresent"] = []string{"false"}
	}
	for key, value := range map[string]string{"aws:SourceIp": r.address, "aws:UserAgent": r.agent} {
		if value != "" {
			c[key] = []string{value}
		}
	}
	return c
}

// requestedRegion returns the region that a call is for: the one that it is
// signed for, which the signer can choose only where a service has several
// endpoints, or IAM's only one.
func (a *Authorizer) requestedRegion(r request, action string) string {
	switch {
	case strings.HasPrefix(action, "iam:"):
		return globalRegion
	case r.region != "":
		return r.region
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
