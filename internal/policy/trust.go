package policy

// Trust is the trust policy of a role: who may assume it. It does not change
// and may be used by many goroutines at once.
type Trust struct {
	statements []*statement
}

// ParseTrust reads the trust policy of a role. As [Parse], it does not look at
// quotas, and its errors are of type *Error. Principals are AWS, Service,
// Federated and "*"; whether the accounts, users and services exist is not
// looked at.
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

// MayAssume says whether a principal may assume a role of its own account, by
// the role's trust policy and the principal's own policies. r is the request
// for the role, whose resource is the role's ARN; caller is the ARN of who
// asks, for a session its own and not its role's. session is the policy of the
// caller's session, nil for none.
//
// A Deny of any of them decides. The trust policy must allow. If it names the
// principal itself, that is enough; if it trusts the account, or everybody, the
// principal's own policies must allow it, too (IAM User Guide, policy
// evaluation logic for requests within a single account). Whether "*" alone
// would do is not documented for trust policies; here it does not. What the
// caller's session may at most binds it in either case.
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
