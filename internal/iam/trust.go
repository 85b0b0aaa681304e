package iam

// Trust is the trust policy of a role: who may assume it. It does not change
// and may be used by many goroutines at once.
type Trust struct {
	statements []*statement
}

// ParseTrust reads the trust policy of a role. As [Parse], it does not look at
// quotas, and its errors are of type *Error. Principals are AWS, Service and
// "*"; whether the accounts, users and services exist is not looked at.
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

// AllowsPrincipal reports whether the policy lets a user, a role, a session or
// an account's root assume the role. What is not the ARN of such a principal
// may nothing. The ARN becomes aws:PrincipalArn and its account
// aws:PrincipalAccount unless the context has them; it should have the first
// for a session, whose role's ARN is meant by it.
//
// Where the policy trusts an account, the principal's own policies must allow
// the action, too (Policy evaluation logic, cross-account requests); that is
// for the caller to ask.
func (t *Trust) AllowsPrincipal(arn, action string, c Context) bool {
	who, ok := parseIdentity(arn)
	if !ok || isAccount(arn) {
		return false
	}
	k := newKeys(c)
	Principal{ARN: arn}.fill(k)
	q := newQuery(action, "", k)
	return decide(t.statements, func(s *statement) bool {
		return s.principals.coverIdentity(who) && s.covers(q)
	}) == Allow
}
