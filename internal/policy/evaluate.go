package policy

import "strings"

// Decision is the result of an evaluation.
type Decision int

// The decisions (Policy evaluation logic). Only Allow lets a request pass.
const (
	ImplicitDeny Decision = iota // no statement is about the request
	Allow                        // a statement allows it, and none denies it
	ExplicitDeny                 // a statement denies it
)

// String returns the decision in the words of IAM's policy simulator.
func (d Decision) String() string {
	switch d {
	case Allow:
		return "allowed"
	case ExplicitDeny:
		return "explicitDeny"
	}
	return "implicitDeny"
}

// Principal is the caller of a request. Its fields become condition keys and policy
// variables, except those that the context has. Empty fields are not present.
type Principal struct {
	ARN      string            // aws:PrincipalArn and aws:PrincipalAccount; for a session, the ARN of its role
	UserName string            // aws:username; only users have one
	UserID   string            // aws:userid
	Tags     map[string]string // aws:PrincipalTag/KEY; for a session, the tags of its role
}

func (p Principal) fill(k keys) {
	k.fill("aws:principalarn", p.ARN)
	k.fill("aws:username", p.UserName)
	k.fill("aws:userid", p.UserID)
	k.fillTags(p.Tags)
	if parts := strings.SplitN(p.ARN, ":", arnParts); len(parts) == arnParts {
		k.fill("aws:principalaccount", parts[4])
	}
}

// Request is the request that policies allow or deny.
type Request struct {
	Action    string // like cognito-idp:ListUsers
	Resource  string // its ARN, or "*" for an action without a resource
	Principal Principal
	Context   Context
}

// Evaluate decides a request by all policies of its principal. A statement that denies it
// wins. Otherwise a statement must allow it (Policy evaluation logic). The order of
// documents and statements does not matter.
func Evaluate(docs []*Document, r Request) Decision {
	k := newKeys(r.Context)
	r.Principal.fill(k)
	q := newQuery(r.Action, r.Resource, k)
	decision := ImplicitDeny
	for _, d := range docs {
		switch decide(d.statements, func(s *statement) bool { return s.covers(q) && s.coversResource(q.resource, q.keys) }) {
		case ExplicitDeny:
			return ExplicitDeny
		case Allow:
			decision = Allow
		}
	}
	return decision
}

// MayAllow reports whether a statement allows the action on some resource, under some
// conditions. If it returns false, [Evaluate] allows no request of the action.
func MayAllow(docs []*Document, action string) bool {
	name := runes(strings.ToLower(action))
	for _, d := range docs {
		for _, s := range d.statements {
			if !s.deny && s.coversAction(name) {
				return true
			}
		}
	}
	return false
}

// decide combines the statements that apply.
func decide(statements []*statement, applies func(*statement) bool) Decision {
	decision := ImplicitDeny
	for _, s := range statements {
		if decision == Allow && !s.deny || !applies(s) {
			continue
		}
		if s.deny {
			return ExplicitDeny
		}
		decision = Allow
	}
	return decision
}

// query is a request in the form in which statements are compared with it.
type query struct {
	action   []rune
	resource []rune
	keys     keys
}

func newQuery(action, resource string, k keys) *query {
	return &query{action: runes(strings.ToLower(action)), resource: runes(resource), keys: k}
}

// covers reports whether the statement is about the action and all of its conditions are
// met (Conditions with multiple context keys or values).
func (s *statement) covers(q *query) bool {
	if !s.coversAction(q.action) {
		return false
	}
	for _, c := range s.conditions {
		if !c.met(q.keys, s.deny) {
			return false
		}
	}
	return true
}
