package access

import (
	"fmt"

	"poolhouse/internal/iam"
)

// policies are those that decide about an identity's calls.
type policies struct {
	own     []*iam.Document
	session *iam.Document // what a session may at most; nil for no bound
}

// documents returns the texts of all policies that decide about the identity.
func (i Identity) documents() []string {
	if i.session != nil && i.session.Policy != "" {
		return append([]string{i.session.Policy}, i.policies...)
	}
	return i.policies
}

// parsed reads the policies. One that cannot be read may have held a Deny, so
// the whole call fails.
func parsed(who Identity) (p policies, err error) {
	for _, text := range who.policies {
		d, err := iam.Parse([]byte(text))
		if err != nil {
			return p, fmt.Errorf("a policy of %s cannot be read: %w", who.ARN, err)
		}
		p.own = append(p.own, d)
	}
	if who.session != nil && who.session.Policy != "" {
		if p.session, err = iam.Parse([]byte(who.session.Policy)); err != nil {
			return p, fmt.Errorf("the policy of the session %s cannot be read: %w", who.ARN, err)
		}
	}
	return p, nil
}

// check asks the policies. What a session may is what its role and the
// session's own policy both allow (IAM User Guide, session policies).
func (p permission) check(who Identity, by policies) error {
	r := iam.Request{Action: p.action, Resource: p.resource, Principal: who.principal(), Context: p.context}
	kind := "identity-based"
	decision := iam.Evaluate(by.own, r)
	if by.session != nil && decision == iam.Allow {
		kind, decision = "session", iam.Evaluate([]*iam.Document{by.session}, r)
	}
	if decision == iam.Allow {
		return nil
	}
	return &denial{arn: who.ARN, action: p.action, resource: p.shown, kind: kind, explicit: decision == iam.ExplicitDeny}
}

// denial is the refusal of an action.
type denial struct {
	arn, action, resource string
	kind                  string // of policy
	explicit              bool
}

// Error returns what AWS says (IAM User Guide, troubleshoot access denied
// error messages).
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

// article puts one in front of a kind of policy.
func article(kind string) string {
	if kind == "identity-based" {
		return "an identity-based"
	}
	return "a " + kind
}
