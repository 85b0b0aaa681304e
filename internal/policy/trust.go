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
