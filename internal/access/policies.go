package access

import (
	"fmt"
	"strings"

	"poolhouse/internal/policy"
)

// rules are policies that were read. They do not change and may be used by many
// goroutines at once.
type rules struct {
	documents []*policy.Document
	tags      bool  // whether one may ask for the tags of a resource
	size      int   // of the texts, in bytes
	err       error // why one cannot be read
}

// rulesOf reads policies, whose they are for the message of an error.
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

// mayAskForTags reports whether a policy may mention the tags of a resource:
// aws:ResourceTag, or iam:ResourceTag, which is the same for what is in IAM. A
// backslash may hide a letter of the key in JSON.
func mayAskForTags(text string) bool {
	return strings.Contains(strings.ToLower(text), ":resourcetag/") || strings.Contains(text, `\`)
}

// policies are those that decide about an identity's calls.
type policies struct {
	own     []*policy.Document
	session *policy.Document // what a session may at most; nil for no bound
	tags    bool             // whether one may ask for the tags of a resource
}

// policies returns the policies of the identity. One that cannot be read may
// have held a Deny, so the whole call fails.
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

// check asks the policies. What a session may is what its role and the
// session's own policy both allow (IAM User Guide, session policies).
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
