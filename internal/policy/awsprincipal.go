package policy

import (
	"slices"
	"strings"

	"poolhouse/internal/awsarn"
)

// awsPrincipal is a principal under AWS: a whole account, or one user, role or session.
type awsPrincipal struct {
	partition string // "" for any
	account   string
	resource  string // like user/ada; "" for the account
}

// parseAWSPrincipal reads an account or the ARN of a principal. The root of an account
// means the account (Principal element, AWS account principals).
func parseAWSPrincipal(s string) (id awsPrincipal, ok bool) {
	if isAccount(s) {
		return awsPrincipal{account: s}, true
	}
	a, ok := awsarn.Parse(s)
	if !ok || a.Region != "" || !isAccount(a.Account) || strings.ContainsAny(s, "*?") {
		return id, false
	}
	id = awsPrincipal{partition: a.Partition, account: a.Account, resource: a.Resource}
	kind, name, _ := strings.Cut(a.Resource, "/")
	switch a.Service + ":" + kind {
	case "iam:root":
		id.resource = ""
		return id, a.Resource == "root"
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

// covers reports whether id names who: who is id, is in the account id, or is a session
// of the role id (Principal element, IAM role principals). Case counts.
func (id awsPrincipal) covers(who awsPrincipal) bool {
	switch {
	case id.account != who.account || id.partition != "" && id.partition != who.partition:
		return false
	case id.resource == "" || id.resource == who.resource:
		return true
	}
	role := who.roleOfSession()
	return role != "" && role == id.roleName()
}

// roleName returns the name of a role without its path, or "" for other principals. The
// ARN of a session lacks the path, and names are unique in an account.
func (id awsPrincipal) roleName() string {
	path, ok := strings.CutPrefix(id.resource, "role/")
	if !ok {
		return ""
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

// roleOfSession returns the name of a session's role, or "" for other principals.
func (id awsPrincipal) roleOfSession() string {
	session, ok := strings.CutPrefix(id.resource, "assumed-role/")
	if !ok {
		return ""
	}
	role, _, _ := strings.Cut(session, "/")
	return role
}

// coverAWS reports whether p names a principal under AWS.
func (p *principals) coverAWS(who awsPrincipal) bool {
	return p.everyone || p.anyAWS || slices.ContainsFunc(p.aws, func(id awsPrincipal) bool { return id.covers(who) })
}

// coverService reports whether p names a service. The guide says that {"AWS": "*"} equals
// "*" for users, and not whether it includes services. Here it does so only in a Deny.
func (p *principals) coverService(service string, deny bool) bool {
	return p.everyone || p.anyAWS && deny || slices.Contains(p.services, service)
}

// nameAWS reports whether p names a principal by its own ARN, and not only its account.
func (p *principals) nameAWS(who awsPrincipal) bool {
	for _, id := range p.aws {
		if id.resource != "" && id.covers(who) {
			return true
		}
	}
	return false
}
