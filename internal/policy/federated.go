package policy

import "strings"

// checkFederated refuses what cannot be an identity provider: the domain of one
// that everybody knows, like cognito-identity.amazonaws.com or www.amazon.com, or
// the ARN of an OIDC or SAML provider of an account (Principal element, OIDC and
// SAML federated principals). As in AWS, whether there is such a provider is not
// looked at.
func checkFederated(n *node) error {
	if n == nil {
		return nil
	}
	if err := checkStrings(n); err != nil {
		return err
	}
	for _, item := range n.items() {
		if !isDomain(item.text) && !isProviderARN(item.text) {
			return refuse(item, "%.128q is no identity provider. Write a domain like cognito-identity.amazonaws.com, or the ARN of an "+
				"oidc-provider or saml-provider, without wildcards.", item.text)
		}
	}
	return nil
}

func isDomain(s string) bool {
	return madeOf(s, "-.") && strings.Contains(s, ".")
}

// isProviderARN reports whether a text has the form of the ARN of an identity
// provider (IAM User Guide, IAM ARNs). That of an OIDC provider ends in its
// address, which may have a path.
func isProviderARN(s string) bool {
	part := strings.SplitN(s, ":", arnParts)
	if len(part) != arnParts || part[0] != "arn" || !madeOf(part[1], "-") || part[2] != "iam" || part[3] != "" || !isAccount(part[4]) {
		return false
	}
	kind, name, _ := strings.Cut(part[5], "/")
	switch kind {
	case "oidc-provider":
		return madeOf(name, "-._:/%")
	case "saml-provider":
		return madeOf(name, "-._")
	}
	return false
}
