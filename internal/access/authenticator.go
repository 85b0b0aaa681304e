package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
	"poolhouse/internal/proxies"
	"poolhouse/internal/sigv4"
)

// Credentials are an access key and its secret.
type Credentials struct {
	AccessKeyID string
	Secret      iam.Secret
}

// Keys is the part of [iam.Store] that finds access keys and the roles of sessions, and that
// gives the account's version.
type Keys interface {
	Version(ctx context.Context) (string, error)
	Access(ctx context.Context, accessKeyID string) (*iam.Access, error)
	RoleAccess(ctx context.Context, roleName string) (*iam.RoleAccess, error)
}

// Authenticator verifies signatures made with an access key of root, a user or a session.
type Authenticator struct {
	// Hosts gives hints about wrong signatures: which host a client may have signed if a proxy
	// changed it. Set it before the first call.
	Hosts proxies.Hosts

	regions sigv4.Regions
	account string
	root    Credentials
	keys    Keys
	sealer  *iam.Sealer
	now     func() time.Time
	derived sigv4.SigningKeys
	users   memory[user] // by access key id
	roles   memory[role] // by role name
}

// user is a user, with the secret of one of the user's access keys.
type user struct {
	identity Identity
	secret   string
}

// New returns an authenticator for an account and the regions of a server. sealer is the sealer
// of access keys' and sessions' secrets; nil means that there are none.
func New(regions sigv4.Regions, account string, root Credentials, keys Keys, sealer *iam.Sealer) *Authenticator {
	return &Authenticator{regions: regions, account: account, root: root, keys: keys, sealer: sealer, now: time.Now}
}

// Authenticate verifies a request's signature. It returns the caller and the region of the
// call; [From] adds where the request comes from. A refusal is an *[apicore.Refusal]. Any other
// error means that the signature could not be checked.
func (a *Authenticator) Authenticate(r *http.Request, body []byte, service string) (Request, error) {
	who, err := a.verify(r, body, service)
	return who, a.refused(r, err)
}

// ClaimedKey returns the access key id that a request names, verified or not, in a form that is
// safe for a log. It returns "" if the request names none.
func ClaimedKey(r *http.Request) string { return sigv4.ClaimedKey(r) }

// verify is [Authenticator.Authenticate], except that its refusals are *[sigv4.Error].
func (a *Authenticator) verify(r *http.Request, body []byte, service string) (Request, error) {
	l := &lookup{Authenticator: a}
	v := sigv4.Verifier{Regions: a.regionsOf(service), Service: service, Keys: l.secret, Derived: &a.derived, Hosts: a.Hosts.Others}
	signature, err := v.Verify(r, body, a.now())
	if err != nil {
		return Request{}, err
	}
	return Request{Identity: l.found, Region: signature.Region}, nil
}

// reasons maps the kinds of signature errors to reasons. Any other kind means a wrong
// signature.
var reasons = map[sigv4.Kind]apicore.Reason{
	sigv4.Missing: apicore.NotSigned, sigv4.Incomplete: apicore.IncompleteSignature,
	sigv4.UnknownKey: apicore.UnknownKey, sigv4.BadToken: apicore.UnknownKey, sigv4.ExpiredToken: apicore.ExpiredToken,
}

// refused turns a signature error into the refusal of the call. It returns other errors
// unchanged.
func (a *Authenticator) refused(r *http.Request, err error) error {
	e, ok := errors.AsType[*sigv4.Error](err)
	if !ok {
		return err
	}
	reason, ok := reasons[e.Kind]
	if !ok {
		reason = apicore.WrongSignature
	}
	hint := e.Hint
	if e.Kind == sigv4.Mismatch && hint == "" {
		hint = a.Hosts.HostHint(r)
	}
	return &apicore.Refusal{Reason: reason, Message: e.Message, Hint: hint}
}

// globalRegion is the region in signatures for services without regions (IAM User Guide,
// elements of a request signature).
const globalRegion = "us-east-1"

// regionsOf returns the regions that a signature for the service may name. STS has regional
// endpoints and a global one.
func (a *Authenticator) regionsOf(service string) sigv4.Regions {
	if service == "iam" || service == "sts" {
		return andGlobal{a.regions}
	}
	return a.regions
}

// andGlobal is a set of regions and globalRegion.
type andGlobal struct{ sigv4.Regions }

// Serves reports whether the set has the region.
func (g andGlobal) Serves(region string) bool {
	return region == globalRegion || g.Regions.Serves(region)
}

// lookup finds the access key of one request.
type lookup struct {
	*Authenticator
	found Identity
}

// secret implements [sigv4.Keys]. It compares with root's key first, because that key is a
// setting and can have any form.
func (l *lookup) secret(ctx context.Context, accessKeyID, token string) (secret string, err error) {
	isRoot := accessKeyID == l.root.AccessKeyID
	switch {
	case !isRoot && iam.IsSessionKeyID(accessKeyID):
		secret, err = l.ofSession(ctx, accessKeyID, token)
	case token != "":
		return "", sigv4.ErrBadToken
	case isRoot:
		l.found, secret = Root(l.account), string(l.root.Secret)
	default:
		secret, err = l.ofUser(ctx, accessKeyID)
	}
	l.found.AccessKeyID = accessKeyID
	return secret, err
}

// ofUser finds a user's access key. It treats an inactive key like an unknown one.
func (l *lookup) ofUser(ctx context.Context, accessKeyID string) (string, error) {
	version, err := l.keys.Version(ctx)
	if err != nil {
		return "", fmt.Errorf("the version of the access keys could not be read: %w", err)
	}
	u, known := l.users.get(version, accessKeyID)
	if !known {
		if u, err = l.readUser(ctx, accessKeyID); err != nil {
			return "", err
		}
		l.users.put(version, accessKeyID, u, u.identity.own.size)
	}
	l.found = u.identity
	return u.secret, nil
}

func (l *lookup) readUser(ctx context.Context, accessKeyID string) (u user, err error) {
	access, err := l.keys.Access(ctx, accessKeyID)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return u, sigv4.ErrUnknownKey
	case err != nil:
		return u, fmt.Errorf("the access key of a request could not be read: %w", err)
	case access.Key.Status != iam.Active:
		return u, sigv4.ErrUnknownKey
	case l.sealer == nil:
		return u, fmt.Errorf("access key %s: its secret is sealed, and this server has no sealing key", access.Key.ID)
	}
	secret, err := l.sealer.Open(access.Key.ID, access.Key.Sealed)
	if err != nil {
		return u, fmt.Errorf("access key %s: %w", access.Key.ID, err)
	}
	return user{UserOf(l.account, access), string(secret)}, nil
}

// ofSession finds a session's key in its token. A session ends when its role is deleted, even
// if a new role has the same name.
func (l *lookup) ofSession(ctx context.Context, accessKeyID, token string) (string, error) {
	if l.sealer == nil { // no session was ever made
		return "", sigv4.ErrBadToken
	}
	session, secret, err := l.sealer.OpenSession(accessKeyID, token)
	if err != nil {
		return "", sigv4.ErrBadToken
	}
	if err := l.inSession(ctx, session); err != nil {
		return "", err
	}
	return string(secret), nil
}

// inSession sets the caller from a session. It returns an error if the session has ended.
func (l *lookup) inSession(ctx context.Context, session *iam.Session) error {
	if session.Account != l.account { // the session's policy may name the other account
		return sigv4.ErrBadToken
	}
	if !l.now().Before(session.Expires) {
		return sigv4.ErrExpiredToken
	}
	r, err := l.roleNamed(ctx, session.RoleName)
	switch {
	case err != nil:
		return err
	case r.id != session.RoleID:
		return sigv4.ErrBadToken
	}
	l.found = sessionOf(l.account, session, r)
	return nil
}

// roleNamed finds a session's role.
func (l *lookup) roleNamed(ctx context.Context, name string) (role, error) {
	version, err := l.keys.Version(ctx)
	if err != nil {
		return role{}, fmt.Errorf("the version of the roles could not be read: %w", err)
	}
	r, known := l.roles.get(version, name)
	if known {
		return r, nil
	}
	access, err := l.keys.RoleAccess(ctx, name)
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity:
		return r, sigv4.ErrBadToken
	case err != nil:
		return r, fmt.Errorf("the role of a session could not be read: %w", err)
	}
	r = roleOf(l.account, access)
	l.roles.put(version, name, r, r.own.size)
	return r, nil
}
