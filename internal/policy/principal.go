package policy

import (
	"slices"
	"strings"
)

// principals is whom a statement of a trust policy is about.
type principals struct {
	everyone bool // "*"
	anyAWS   bool // {"AWS": "*"}
	aws      []identity
	services []string
}

// identity is a principal under AWS: an account with all that is in it, or
// one user, role or session.
type identity struct {
	partition string // "" for any
	account   string
	resource  string // like user/ada; "" for the account
}

// parsePrincipal reads the Principal of a trust policy (Principal element).
// Users of another identity provider (Federated) come by operations of STS that
// are not served. They are taken, because one policy may name them besides
// others, and not kept: no caller is one of them, so that a statement with
// no other principal covers no call, be it an Allow or a Deny.
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
	if n == nil {
		return nil
	}
	if err := checkStrings(n); err != nil {
		return err
	}
	for _, item := range n.items() {
		if item.text == "*" {
			p.anyAWS = true
			continue
		}
		id, ok := parseIdentity(item.text)
		if !ok {
			return refuse(item, "%.128q is no principal of AWS. Write an account's 12 digits, the ARN of a user, a role or a session, or *. "+
				"Parts of names have no wildcards.", item.text)
		}
		p.aws = append(p.aws, id)
	}
	return nil
}

func (p *principals) parseServices(n *node) error {
	if n == nil {
		return nil
	}
	if err := checkStrings(n); err != nil {
		return err
	}
	for _, item := range n.items() {
		if !madeOf(item.text, "-.") || !strings.Contains(item.text, ".") || item.text != strings.ToLower(item.text) {
			return refuse(item, "%.128q is no service. Write its name like cognito-idp.amazonaws.com, in lower case and without wildcards.", item.text)
		}
		p.services = append(p.services, item.text)
	}
	return nil
}

// parseIdentity reads an account or the ARN of a principal. An account's root
// is the account (Principal element, AWS account principals).
func parseIdentity(s string) (id identity, ok bool) {
	if isAccount(s) {
		return identity{account: s}, true
	}
	part := strings.SplitN(s, ":", arnParts)
	if len(part) != arnParts || part[0] != "arn" || part[3] != "" || !isAccount(part[4]) || strings.ContainsAny(s, "*?") {
		return id, false
	}
	id = identity{partition: part[1], account: part[4], resource: part[5]}
	kind, name, _ := strings.Cut(part[5], "/")
	switch part[2] + ":" + kind {
	case "iam:root":
		id.resource = ""
		return id, part[5] == "root"
	case "iam:user", "iam:role", "sts:federated-user":
		return id, name != ""
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		return id, role != "" && session != ""
	}
	return id, false
}

func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// covers reports whether a principal under AWS is meant by id: it is id, is in
// the account id, or is a session of the role id (Principal element, IAM role
// principals). Case counts.
func (id identity) covers(who identity) bool {
	switch {
	case id.account != who.account || id.partition != "" && id.partition != who.partition:
		return false
	case id.resource == "" || id.resource == who.resource:
		return true
	}
	role := who.roleOfSession()
	return role != "" && role == id.roleName()
}

// roleName returns the name of a role, without its path: the ARN of a session
// does not have the path, and names are unique in an account. It is "" for
// other principals.
func (id identity) roleName() string {
	path, ok := strings.CutPrefix(id.resource, "role/")
	if !ok {
		return ""
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

// roleOfSession returns the name of the role that a session has, "" for other
// principals.
func (id identity) roleOfSession() string {
	session, ok := strings.CutPrefix(id.resource, "assumed-role/")
	if !ok {
		return ""
	}
	role, _, _ := strings.Cut(session, "/")
	return role
}

// coverIdentity reports whether a principal under AWS is meant.
func (p *principals) coverIdentity(who identity) bool {
	return p.everyone || p.anyAWS || slices.ContainsFunc(p.aws, func(id identity) bool { return id.covers(who) })
}

// coverService reports whether a service is meant. {"AWS": "*"} is documented
// to equal "*" for users; whether it means services, too, is not, so it does
// for a Deny only.
func (p *principals) coverService(service string, deny bool) bool {
	return p.everyone || p.anyAWS && deny || slices.Contains(p.services, service)
}
