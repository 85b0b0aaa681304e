package policy

import "strings"

// parseActions reads the Action or NotAction. A value is "*", or a service's prefix, a
// colon and the name of an action, in which * and ? are wildcards (Action element). IAM
// accepts names with any characters. Names that no action can have are refused here,
// because a Deny with a typing error denies nothing.
func (p *parser) parseActions(s *statement, at *node, elements map[string]*node) error {
	n, not, err := p.actionElement(at, elements)
	if err != nil {
		return err
	}
	s.notActions = not
	for _, item := range n.items() {
		if err := p.checkAction(item); err != nil {
			return err
		}
		s.actions = append(s.actions, newGlob(strings.ToLower(item.text)))
	}
	return nil
}

func (p *parser) actionElement(at *node, elements map[string]*node) (*node, bool, error) {
	if !p.trust {
		return either(at, elements, "Action", "NotAction")
	}
	n := elements["Action"]
	if n == nil {
		return nil, false, refuse(at, "The statement has no Action. Write how the role may be assumed, like sts:AssumeRole.")
	}
	return n, false, checkStrings(n)
}

func (p *parser) checkAction(n *node) error {
	prefix, name, found := strings.Cut(n.text, ":")
	switch {
	case p.trust && (foldCase(prefix) != "sts" || !madeOf(name, "")):
		// IAM accepts only the actions of STS there. Whether it accepts a wildcard
		// is not documented.
		return refuse(n, "The Action of a trust policy is one of STS, without wildcards, like sts:AssumeRole. %.64q is not.", n.text)
	case n.text == "*":
		return nil
	case !found:
		return refuse(n, "The action %.64q has no service. Write the service's prefix, a colon and the action, "+
			"like cognito-idp:ListUsers, or * for all actions of all services.", n.text)
	case strings.ContainsAny(prefix, "*?"):
		return refuse(n, "The service of the action %.64q has a wildcard. Name one service before the colon, or write * for all actions of all.", n.text)
	case !madeOf(prefix, "-."):
		return refuse(n, "The service of the action %.64q is no prefix of a service: these have letters, digits, hyphens and points.", n.text)
	case !madeOf(name, "*?-_."):
		return refuse(n, "The action %.64q has no name of an action behind its colon: letters, digits and the wildcards * and ?, "+
			"without spaces or policy variables.", n.text)
	}
	return nil
}

// coversAction reports whether the statement is about the action, given in lower case.
// The case of prefixes and actions does not count (Action element).
func (s *statement) coversAction(action []rune) bool {
	for _, g := range s.actions {
		if g.matches(action) {
			return !s.notActions
		}
	}
	return s.notActions
}
