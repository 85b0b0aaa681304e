package access

import (
	"context"

	"poolhouse/internal/iam"
)

// Identity is who a call is from: the account's root, which may do everything,
// or a user. The zero Identity may do nothing.
type Identity struct {
	ARN      string // like arn:aws:iam::123456789012:user/ada
	Account  string
	UserID   string // AIDA…; root's is the account (GetCallerIdentity)
	UserName string // "" for root
	root     bool
	policies []string // documents
}

// Root returns the root of an account.
func Root(account string) Identity {
	return Identity{ARN: "arn:aws:iam::" + account + ":root", Account: account, UserID: account, root: true}
}

// UserOf returns the user that an access key belongs to.
func UserOf(account string, a *iam.Access) Identity {
	return Identity{
		ARN: a.User.ARN(account), Account: account, UserID: a.User.ID, UserName: a.User.Name, policies: a.Policies,
	}
}

// IsRoot reports whether the identity is the account's root.
func (i Identity) IsRoot() bool { return i.root }

func (i Identity) principal() iam.Principal {
	return iam.Principal{ARN: i.ARN, UserName: i.UserName, UserID: i.UserID}
}

type identityKey struct{}

// WithIdentity returns a context that knows who the call is from.
func WithIdentity(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, i)
}

// IdentityOf returns who the call of the context is from. ok is false for a
// call that needed no signature.
func IdentityOf(ctx context.Context) (i Identity, ok bool) {
	i, ok = ctx.Value(identityKey{}).(Identity)
	return i, ok
}
