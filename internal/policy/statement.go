package policy

import "strings"

// statement is one statement of a policy.
type statement struct {
	deny         bool
	actions      []glob // in lower case
	notActions   bool   // all actions but these
	resources    []*template
	notResources bool // all resources but these
	principals   principals
	conditions   []*condition
}

func (p *parser) parseStatement(n *node) (*statement, error) {
	if n.kind != kindObject {
		return nil, refuse(n, "A statement is an object, and this is %s.", n.kind)
	}
	if err := p.refuseForeign(n); err != nil {
		return nil, err
	}
	known := []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	if p.trust {
		known = []string{"Sid", "Effect", "Principal", "Action", "Condition"}
	}
	elements, err := elementsOf(n, known...)
	if err != nil {
		return nil, err
	}
	s := &statement{}
	for _, parse := range []func(*statement, *node, map[string]*node) error{
		p.parseSid, p.parseEffect, p.parsePrincipal, p.parseActions, p.parseResources, p.parseCondition,
	} {
		if err := parse(s, n, elements); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// refuseForeign refuses the elements of the other type of policy (Access Analyzer policy
// checks, role trust policy syntax errors and unsupported principal). The guide does not
// say whether a trust policy may have a NotAction. Here it is refused.
func (p *parser) refuseForeign(n *node) error {
	for _, m := range n.nodes {
		switch {
		case !p.trust && (m.name == "Principal" || m.name == "NotPrincipal"):
			return refuse(m, "The policy of an identity names no principal: it is for the one it is attached to. Remove this element.")
		case p.trust && m.name == "NotPrincipal":
			return refuse(m, "A trust policy may not have a NotPrincipal. Name in Principal who may assume the role, "+
				"or deny others by a Condition on aws:PrincipalArn.")
		case p.trust && (m.name == "Resource" || m.name == "NotResource"):
			return refuse(m, "A trust policy names no resource: it is for the role it is attached to. Remove this element.")
		case p.trust && m.name == "NotAction":
			return refuse(m, "A trust policy may not have a NotAction. Name in Action how the role may be assumed, like sts:AssumeRole.")
		}
	}
	return nil
}

// parseSid reads the Sid: letters and digits, unique in the policy (Sid element). An empty
// Sid is no Sid.
func (p *parser) parseSid(_ *statement, _ *node, elements map[string]*node) error {
	n := elements["Sid"]
	switch {
	case n == nil:
		return nil
	case n.kind != kindText:
		return refuse(n, "A Sid is a string, and this is %s.", n.kind)
	case strings.ContainsFunc(n.text, func(r rune) bool { return !isLetterOrDigit(r) }):
		return refuse(n, "A Sid has only the letters A to Z and a to z and digits, unlike %.64q.", n.text)
	case p.sids[n.text]:
		return refuse(n, "Another statement has the Sid %.64q. Each may be used once in a policy.", n.text)
	}
	p.sids[n.text] = n.text != ""
	return nil
}

// parseEffect reads the Effect, whose case counts (Effect element).
func (p *parser) parseEffect(s *statement, at *node, elements map[string]*node) error {
	n := elements["Effect"]
	switch {
	case n == nil:
		return refuse(at, "The statement has no Effect. Write Allow or Deny.")
	case n.kind != kindText || n.text != "Allow" && n.text != "Deny":
		return refuse(n, "An Effect is the string Allow or Deny, in this case.")
	}
	s.deny = n.text == "Deny"
	return nil
}

// either returns the element of that name, or of the other name, and whether it is the
// other one. It refuses both and none.
func either(at *node, elements map[string]*node, name, notName string) (*node, bool, error) {
	n, not := elements[name], elements[notName]
	switch {
	case n == nil && not == nil:
		return nil, false, refuse(at, "The statement has neither %s nor %s. It needs one of them.", name, notName)
	case n != nil && not != nil:
		return nil, false, refuse(at, "The statement has both %s and %s. Keep one of them.", name, notName)
	case not != nil:
		n = not
	}
	return n, not != nil, checkStrings(n)
}

// checkStrings requires a string or a list of them that is not empty.
func checkStrings(n *node) error {
	if len(n.items()) == 0 {
		return refuse(n, "The list is empty. It needs at least one value.")
	}
	for _, item := range n.items() {
		if item.kind != kindText {
			return refuse(item, "This is %s where a string belongs.", item.kind)
		}
	}
	return nil
}

// eachString calls take for each string of an element, which has one string or a list of
// them. It does nothing if the element is missing.
func eachString(n *node, take func(item *node) error) error {
	if n == nil {
		return nil
	}
	if err := checkStrings(n); err != nil {
		return err
	}
	for _, item := range n.items() {
		if err := take(item); err != nil {
			return err
		}
	}
	return nil
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// madeOf reports whether a text is not empty and has only letters, digits and
// the characters of more.
func madeOf(s, more string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !isLetterOrDigit(r) && !strings.ContainsRune(more, r)
	})
}
