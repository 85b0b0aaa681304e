package access

import (
	"fmt"
	"strings"

	"poolhouse/internal/policy"
)

// rules are parsed policies. They are immutable and safe for concurrent use.
type rules struct {
	documents []*policy.Document
	tags      bool  // whether a policy may use the tags of a resource
	size      int   // bytes of the policies' texts
	err       error // why a policy cannot be parsed
}

// rulesOf parses policies. whose names their owner in errors.
func rulesOf(whose string, texts ...string) *rules {
	r := new(rules)
	for _, text := range texts {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return &rules{err: fmt.Errorf("a policy of %s cannot be read: %w", whose, err)}
		}
		r.documents = append(r.documents, d)
		r.tags = r.tags || mayAskForTags(text)
		r.size += len(text)
	}
	return r
}

// mayAskForTags reports whether a policy may use the tags of a resource: aws:ResourceTag, or
// its synonym iam:ResourceTag for IAM's entities. A backslash counts, because in JSON it can
// hide a letter of the key.
func mayAskForTags(text string) bool {
	return strings.Contains(strings.ToLower(text), ":resourcetag/") || strings.Contains(text, `\`)
}

// policies are the policies that decide about an identity's calls.
type policies struct {
	own     []*policy.Document
	session *policy.Document // the session's own policy, which only restricts; nil for none
	tags    bool             // whether a policy may use the tags of a resource
}

// policies returns the identity's policies. An unreadable policy may hold a Deny, so it fails
// the whole call.
func (i Identity) policies() (p policies, err error) {
	if i.own == nil {
		return p, nil
	}
	p.own, p.tags, err = i.own.documents, i.own.tags, i.own.err
	if err == nil && i.session != nil && i.session.Policy != "" {
		bound := rulesOf(i.ARN, i.session.Policy)
		if err = bound.err; err == nil {
			p.session, p.tags = bound.documents[0], p.tags || bound.tags
		}
	}
	return p, err
}

// check evaluates the policies. A session may do only what both its role and its own policy
// allow (IAM User Guide, session policies).
func (p permission) check(who Identity, by policies) error {
	r := policy.Request{Action: p.action, Resource: p.resource, Principal: who.principal(), Context: p.context}
	kind := "identity-based"
	decision := policy.Evaluate(by.own, r)
	if by.session != nil && decision == policy.Allow {
		kind, decision = "session", policy.Evaluate([]*policy.Document{by.session}, r)
	}
	if decision == policy.Allow {
		return nil
	}
	return &denial{arn: who.ARN, action: p.action, resource: p.shown, kind: kind, explicit: decision == policy.ExplicitDeny}
}

// denial is the refusal of one action.
type denial struct {
	arn, action, resource string
	kind                  string // of the policy that decided
	explicit              bool
}

// Error returns AWS's message (IAM User Guide, troubleshoot access denied error messages).
func (d *denial) Error() string {
	text := "User: " + d.arn + " is not authorized to perform: " + d.action + " on resource: " + d.resource
	switch {
	case d.explicit:
		return text + " with an explicit deny in " + article(d.kind) + " policy"
	case d.kind == "":
		return text
	}
	return text + " because no " + d.kind + " policy allows the " + d.action + " action"
}

// article puts "a" or "an" before a kind of policy.
func article(kind string) string {
	if kind == "identity-based" {
		return "an identity-based"
	}
	return "a " + kind
}
