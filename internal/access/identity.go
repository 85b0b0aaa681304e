package access

import (
	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// Identity is a caller: the account's root, which may do everything, a user, or the session of
// a role. The zero Identity may do nothing.
type Identity struct {
	ARN         string // like arn:aws:iam::123456789012:user/ada
	Account     string
	UserID      string // AIDA…; AROA…:NAME for a session; the account for root (GetCallerIdentity)
	UserName    string // set for users only
	AccessKeyID string // of the call's signature
	root        bool
	tags        map[string]string // of the user or the role
	own         *rules            // from the policies of the user or the role; nil for none
	session     *iam.Session      // set for sessions only
	roleARN     string            // of a session's role
}

// Root returns the root of an account.
func Root(account string) Identity {
	return Identity{ARN: awsarn.Root(account), Account: account, UserID: account, root: true}
}

// UserOf returns the user that owns an access key.
func UserOf(account string, a *iam.Access) Identity {
	arn := a.User.ARN(account)
	return Identity{
		ARN: arn, Account: account, UserID: a.User.ID, UserName: a.User.Name, tags: a.User.Tags.Map(), own: rulesOf(arn, a.Documents...),
	}
}

// role is what sessions need of a role.
type role struct {
	id, arn string
	tags    map[string]string
	own     *rules
}

func roleOf(account string, r *iam.RoleAccess) role {
	arn := r.Role.ARN(account)
	return role{id: r.Role.ID, arn: arn, tags: r.Role.Tags.Map(), own: rulesOf(arn, r.Documents...)}
}

// SessionOf returns the session of a role.
func SessionOf(account string, s *iam.Session, r *iam.RoleAccess) Identity {
	return sessionOf(account, s, roleOf(account, r))
}

func sessionOf(account string, s *iam.Session, r role) Identity {
	return Identity{ARN: s.ARN(account), Account: account, UserID: s.ID(), tags: r.tags, own: r.own, session: s, roleARN: r.arn}
}

// IsSession reports whether the identity is the session of a role.
func (i Identity) IsSession() bool { return i.session != nil }

// IsRoot reports whether the identity is the account's root.
func (i Identity) IsRoot() bool { return i.root }

// principal returns the principal for policies. For a session, aws:PrincipalArn is the role's
// ARN (IAM User Guide, AWS global condition context keys).
func (i Identity) principal() policy.Principal {
	p := policy.Principal{ARN: i.ARN, UserName: i.UserName, UserID: i.UserID, Tags: i.tags}
	if i.session != nil {
		p.ARN = i.roleARN
	}
	return p
}
