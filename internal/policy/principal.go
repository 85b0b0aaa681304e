package policy

import (
	"strings"

	"poolhouse/internal/awsarn"
)

// principals are the principals of a trust policy's statement.
type principals struct {
	everyone bool // "*"
	anyAWS   bool // {"AWS": "*"}
	aws      []awsPrincipal
	services []string
}

// parsePrincipal reads the Principal of a trust policy (Principal element). It accepts
// users of another identity provider (Federated), because a policy may name them besides
// others, and drops them: they use operations of STS that are not served, so no caller is
// one of them. A statement with no other principal covers no call.
func (p *parser) parsePrincipal(s *statement, at *node, elements map[string]*node) error {
	if !p.trust {
		return nil
	}
	n := elements["Principal"]
	switch {
	case n == nil:
		return refuse(at, `The statement has no Principal. Write who may assume the role, like {"Service": "cognito-idp.amazonaws.com"}.`)
	case n.kind == kindText && n.text == "*":
		s.principals.everyone = true
		return nil
	case n.kind != kindObject:
		return refuse(n, `A Principal is "*" or an object like {"AWS": "123456789012"}.`)
	case len(n.nodes) == 0:
		return refuse(n, "The Principal is empty. It needs AWS, Service or Federated.")
	}
	for _, m := range n.nodes {
		if m.name == "CanonicalUser" {
			return refuse(m, "Roles are not assumed by principals of this kind. Possible are AWS, Service and Federated.")
		}
	}
	kinds, err := elementsOf(n, "AWS", "Service", "Federated")
	if err != nil {
		return err
	}
	if err := s.principals.parseAWS(kinds["AWS"]); err != nil {
		return err
	}
	if err := checkFederated(kinds["Federated"]); err != nil {
		return err
	}
	return s.principals.parseServices(kinds["Service"])
}

func (p *principals) parseAWS(n *node) error {
	return eachString(n, func(item *node) error {
		if item.text == "*" {
			p.anyAWS = true
			return nil
		}
		id, ok := parseAWSPrincipal(item.text)
		if !ok {
			return refuse(item, "%.128q is no principal of AWS. Write an account's 12 digits, the ARN of a user, a role or a session, or *. "+
				"Parts of names have no wildcards.", item.text)
		}
		p.aws = append(p.aws, id)
		return nil
	})
}

func (p *principals) parseServices(n *node) error {
	return eachString(n, func(item *node) error {
		if !madeOf(item.text, "-.") || !strings.Contains(item.text, ".") || item.text != strings.ToLower(item.text) {
			return refuse(item, "%.128q is no service. Write its name like cognito-idp.amazonaws.com, in lower case and without wildcards.", item.text)
		}
		p.services = append(p.services, item.text)
		return nil
	})
}

// checkFederated refuses texts that cannot be an identity provider. A provider is a public
// domain, like cognito-identity.amazonaws.com or www.amazon.com, or the ARN of an
// account's OIDC or SAML provider (Principal element, OIDC and SAML federated
// principals). As in AWS, the provider need not exist.
func checkFederated(n *node) error {
	return eachString(n, func(item *node) error {
		if !isDomain(item.text) && !isProviderARN(item.text) {
			return refuse(item, "%.128q is no identity provider. Write a domain like cognito-identity.amazonaws.com, or the ARN of an "+
				"oidc-provider or saml-provider, without wildcards.", item.text)
		}
		return nil
	})
}

func isDomain(s string) bool {
	return madeOf(s, "-.") && strings.Contains(s, ".")
}

// isProviderARN reports whether a text has the form of the ARN of an identity
// provider (IAM User Guide, IAM ARNs). That of an OIDC provider ends in its
// address, which may have a path.
func isProviderARN(s string) bool {
	a, ok := awsarn.Parse(s)
	if !ok || !madeOf(a.Partition, "-") || a.Service != "iam" || a.Region != "" || !isAccount(a.Account) {
		return false
	}
	kind, name, _ := strings.Cut(a.Resource, "/")
	switch kind {
	case "oidc-provider":
		return madeOf(name, "-._:/%")
	case "saml-provider":
		return madeOf(name, "-._")
	}
	return false
}
