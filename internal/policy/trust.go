package policy

// Trust is the trust policy of a role: it names who may assume the role. It does not
// change, and many goroutines may use it at once.
type Trust struct {
	statements []*statement
}

// ParseTrust reads the trust policy of a role. Like [Parse], it checks no quotas, and its
// errors are of type *Error. Principals are AWS, Service, Federated and "*". It does not
// check whether the accounts, users and services exist.
func ParseTrust(text []byte) (*Trust, error) {
	statements, err := (&parser{trust: true}).parse(text)
	if err != nil {
		return nil, err
	}
	return &Trust{statements: statements}, nil
}

// AllowsService reports whether the policy lets a service, like
// cognito-idp.amazonaws.com, assume the role by an action like sts:AssumeRole.
func (t *Trust) AllowsService(service, action string, c Context) bool {
	q := newQuery(action, "", newKeys(c))
	return decide(t.statements, func(s *statement) bool {
		return s.principals.coverService(service, s.deny) && s.covers(q)
	}) == Allow
}

// MayAssume decides whether a principal may assume a role of its own account. trust is the
// role's trust policy, and docs are the principal's own policies. The resource of r is the
// role's ARN. caller is the principal's ARN: for a session the session's, not its role's.
// session is the policy of the caller's session, or nil.
//
// A Deny in any of them decides. The trust policy must allow the request. That is enough
// if it names the principal itself. If it trusts the account, or every principal, the
// principal's own policies must allow it, too (IAM User Guide, policy evaluation logic for
// requests within a single account). It is not documented whether "*" in a trust policy is
// enough; here it is not. The policy of the caller's session must allow it in each case.
func MayAssume(trust *Trust, docs []*Document, session *Document, caller string, r Request) Decision {
	own := Evaluate(docs, r)
	k := newKeys(r.Context)
	r.Principal.fill(k)
	q := newQuery(r.Action, "", k)
	who, ok := parseAWSPrincipal(caller)
	if !ok || isAccount(caller) {
		return ImplicitDeny
	}
	trusted := decide(trust.statements, func(s *statement) bool { return s.principals.coverAWS(who) && s.covers(q) })
	if own == ExplicitDeny || trusted == ExplicitDeny {
		return ExplicitDeny
	}
	named := decide(trust.statements, func(s *statement) bool { return s.principals.nameAWS(who) && s.covers(q) })
	if trusted != Allow || own != Allow && named != Allow {
		return ImplicitDeny
	}
	if session == nil {
		return Allow
	}
	return Evaluate([]*Document{session}, r)
}
