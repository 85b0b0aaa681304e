package policy

import "slices"

// condition is one key of one operator of a Condition.
type condition struct {
	operator
	key   string // as foldCase returns it
	tests []test // one for each value in the policy
}

// test compares a value of the request with one of the policy.
type test interface {
	holds(value string, k keys) bool
}

// parseCondition reads the Condition. An empty Condition, and an operator without keys,
// are always met and are accepted (Access Analyzer policy checks, empty object
// condition).
func (p *parser) parseCondition(s *statement, _ *node, elements map[string]*node) error {
	n := elements["Condition"]
	switch {
	case n == nil:
		return nil
	case n.kind != kindObject:
		return refuse(n, `A Condition is an object like {"StringEquals": {"aws:username": "ada"}}, and this is %s.`, n.kind)
	}
	for _, m := range n.nodes {
		if err := p.parseOperator(s, m); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) parseOperator(s *statement, n *node) error {
	op, err := newOperator(n)
	if err != nil {
		return err
	}
	if n.kind != kindObject {
		return refuse(n, `An operator has an object of keys and values, like {"aws:username": "ada"}, and this is %s.`, n.kind)
	}
	seen := map[string]bool{}
	for _, m := range n.nodes {
		c, err := p.newCondition(op, m)
		if err != nil {
			return err
		}
		if seen[c.key] {
			return refuse(m, "This key is here twice: the case of keys does not count. Put the values into one list.")
		}
		seen[c.key] = true
		s.conditions = append(s.conditions, c)
	}
	return nil
}

// newCondition reads a key and its values. IAM also accepts keys without a prefix and
// empty lists. Here they are refused: with such an error, a Deny denies nothing.
func (p *parser) newCondition(op operator, n *node) (*condition, error) {
	if !isKey(n.name) {
		return nil, refuse(n, "This is no condition key. Write a prefix, a colon and a name, like aws:SourceIp.")
	}
	if len(n.items()) == 0 {
		return nil, refuse(n, "The list is empty. It needs at least one value.")
	}
	c := &condition{operator: op, key: foldCase(n.name)}
	for _, item := range n.items() {
		if item.kind != kindText && item.kind != kindNumber && item.kind != kindBool {
			return nil, refuse(item, "This is %s. A value is a string, a number, true or false.", item.kind)
		}
		t, err := op.compile(item, p.variables)
		if err != nil {
			return nil, err
		}
		c.tests = append(c.tests, t)
	}
	return c, nil
}

// met reports whether the request meets the condition.
//
// A missing key fails an operator and satisfies a negated one. With IfExists it satisfies
// both (Condition operators). If there are no values or only empty ones, ForAllValues is
// true and ForAnyValue is false, negated or not (Set operators for multivalued context
// keys). IfExists makes ForAnyValue true only if the key is missing.
//
// The guide requires a set operator for keys with several values, and does not say what
// happens without one. Here each value must satisfy the operator in an Allow, and one
// value in a Deny.
func (c *condition) met(k keys, deny bool) bool {
	values := k[c.key]
	absent := len(values) == 0
	satisfies := func(v string) bool { return c.satisfiedBy(v, k) }
	switch {
	case c.null:
		return c.satisfiedBy(nullness(k, c.key), k)
	case absent && c.ifExists:
		return true
	case c.set == forAllValues:
		return k.isNull(c.key) || all(values, satisfies)
	case c.set == forAnyValue:
		return !k.isNull(c.key) && slices.ContainsFunc(values, satisfies)
	case absent:
		return c.negated
	case deny:
		return slices.ContainsFunc(values, satisfies)
	}
	return all(values, satisfies)
}

// nullness is the value that Null compares: "true" if the key is missing or null.
func nullness(k keys, key string) string {
	if k.isNull(key) {
		return "true"
	}
	return "false"
}

// satisfiedBy compares one value of the request with the policy's values. It must equal
// one of them, or none of them if the operator is negated.
func (c *condition) satisfiedBy(value string, k keys) bool {
	for _, t := range c.tests {
		if t.holds(value, k) {
			return !c.negated
		}
	}
	return c.negated
}

func all(values []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !ok(v) })
}
