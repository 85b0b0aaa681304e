package policy

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
	who, ok := parseIdentity(caller)
	if !ok || isAccount(caller) {
		return ImplicitDeny
	}
	trusted := decide(trust.statements, func(s *statement) bool { return s.principals.coverIdentity(who) && s.covers(q) })
	if own == ExplicitDeny || trusted == ExplicitDeny {
		return ExplicitDeny
	}
	named := decide(trust.statements, func(s *statement) bool { return s.principals.nameIdentity(who) && s.covers(q) })
	if trusted != Allow || own != Allow && named != Allow {
		return ImplicitDeny
	}
	if session == nil {
		return Allow
	}
	return Evaluate([]*Document{session}, r)
}

// nameIdentity reports whether a principal is meant by an ARN of its own,
// rather than as one of an account.
func (p *principals) nameIdentity(who identity) bool {
	for _, id := range p.aws {
		if id.resource != "" && id.covers(who) {
			return true
		}
	}
	return false
}
