package policy

import "strings"

// parseResources reads the Resource or NotResource of an identity's policy.
func (p *parser) parseResources(s *statement, at *node, elements map[string]*node) error {
	if p.trust {
		return nil
	}
	n, not, err := either(at, elements, "Resource", "NotResource")
	if err != nil {
		return err
	}
	s.notResources = not
	for _, item := range n.items() {
		t, err := p.parseResource(item)
		if err != nil {
			return err
		}
		s.resources = append(s.resources, t)
	}
	return nil
}

// parseResource reads a pattern of resources: "*" or an ARN with wildcards (Resource
// element). IAM also accepts ARNs with fewer than six parts and treats the missing parts
// as *. Here such a pattern must end in *. Others are probably typing errors, and with one
// a Deny denies nothing.
func (p *parser) parseResource(n *node) (*template, error) {
	if n.text == "*" {
		return newTemplate(n, "*", true, false)
	}
	parts := strings.SplitN(n.text, ":", arnParts)
	if parts[0] != "arn" {
		return nil, refuse(n, "The resource %.64q is neither an ARN nor *. "+
			"An ARN looks like arn:aws:cognito-idp:eu-west-1:123456789012:userpool/*.", n.text)
	}
	pattern := n.text
	if missing := arnParts - len(parts); missing > 0 {
		if !strings.HasSuffix(pattern, "*") {
			return nil, refuse(n, "The resource %.128q has %d of an ARN's six parts: arn:partition:service:region:account:resource. "+
				"Write all of them, with * for any, or end it in *.", n.text, len(parts))
		}
		pattern += strings.Repeat(":*", missing)
		parts = strings.SplitN(pattern, ":", arnParts)
	}
	if err := p.checkResourceParts(n, parts); err != nil {
		return nil, err
	}
	return newTemplate(n, pattern, true, p.variables)
}

// checkResourceParts checks the parts before the resource itself. IAM requires a service
// without wildcards, one of AWS's partitions, and no variables before the fifth colon
// (Resource element; Variables and tags). The partition may have wildcards, which the
// guide does not forbid.
func (p *parser) checkResourceParts(n *node, parts []string) error {
	partition, service := parts[1], parts[2]
	if p.variables && strings.Contains(strings.Join(parts[:arnParts-1], ":"), "${") {
		return refuse(n, "There is a policy variable before the fifth colon of %.128q. They belong into the last part of an ARN.", n.text)
	}
	isAWS := partition == "aws" || strings.HasPrefix(partition, "aws-") || strings.ContainsAny(partition, "*?")
	if !isAWS || !madeOf(partition, "-*?") {
		return refuse(n, "The partition of %.128q is none of AWS: it is aws, or begins with aws-, or is *.", n.text)
	}
	if !madeOf(service, "-.") {
		return refuse(n, "The service of %.128q has to be named in full, with letters, digits, hyphens and points, and without wildcards.", n.text)
	}
	return nil
}

// coversResource reports whether the statement is about the resource.
//
// A pattern with a variable that has no value matches no resource (Variables and tags,
// policy variables with no value). Read literally, a NotResource with such a pattern then
// covers every resource. Here that holds for a Deny; an Allow covers nothing.
func (s *statement) coversResource(resource []rune, k keys) bool {
	listed := false
	for _, t := range s.resources {
		g, ok := t.expand(k)
		if !ok && s.notResources && !s.deny {
			return false
		}
		listed = listed || ok && s.matchesResource(g, resource)
	}
	return listed != s.notResources
}

// matchesResource reports whether a resource fits a pattern.
//
// A wildcard does not reach into the next part, as in conditions (Condition operators,
// ARN; Amazon S3 User Guide, policy resources). But the page of the Resource element says
// that a * at the end of a part "can expand to match beyond the colon boundaries". The
// two differ if the last part of the resource's ARN contains a colon. Then wildcards reach
// further where that gives less access: in the Resource of a Deny, and in the NotResource
// of an Allow.
func (s *statement) matchesResource(g glob, resource []rune) bool {
	switch {
	case len(g) == 1 && g[0] == anyRun:
		return true
	case s.deny != s.notResources:
		return g.matches(resource)
	}
	return matchesARN(g, resource)
}
