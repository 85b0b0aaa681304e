package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"

	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// Proof shows that a caller had the secret of an access key. It finds the current identity of
// that caller later, without the secret.
type Proof struct {
	AccessKeyID string
	// Secret is a MAC of the bound text, keyed with the access key's secret. It fails if the
	// key's secret has changed. It is nil for a session's key, whose secret never changes.
	Secret []byte
	// Session is the session that the key belongs to; nil for keys of root and of users.
	Session *iam.Session
}

// ErrNotProved means that the secret does not belong to the access key, or that the key may not
// be used. The key may be unknown or inactive, or its session or role may have ended. The error
// does not say which.
var ErrNotProved = errors.New("access: the access key and its secret do not belong together, or the key may not be used")

// Prove checks an access key's secret and, for a session's key, its token. token is "" for
// other keys. The proof is bound to a text; pass the same text to [Authenticator.Identify]. The
// text must be random, and only the owner may have it. Prove returns [ErrNotProved]. Any other
// error means that the secret could not be checked.
func (a *Authenticator) Prove(ctx context.Context, given Credentials, token string, bound []byte) (Proof, Identity, error) {
	l := &lookup{Authenticator: a}
	secret, err := l.secret(ctx, given.AccessKeyID, token)
	if err != nil {
		return Proof{}, Identity{}, unproved(err)
	}
	if subtle.ConstantTimeCompare([]byte(secret), []byte(given.Secret)) != 1 {
		return Proof{}, Identity{}, ErrNotProved
	}
	return l.proof(secret, bound), l.found, nil
}

// ProveRoot is [Authenticator.Prove] for root, whose secret the process has.
func (a *Authenticator) ProveRoot(bound []byte) (Proof, Identity) {
	l := &lookup{Authenticator: a, found: Root(a.account)}
	l.found.AccessKeyID = a.root.AccessKeyID
	return l.proof(string(a.root.Secret), bound), l.found
}

func (l *lookup) proof(secret string, bound []byte) Proof {
	p := Proof{AccessKeyID: l.found.AccessKeyID, Session: l.found.session}
	if p.Session == nil {
		p.Secret = boundTo(secret, bound)
	}
	return p
}

// Identify returns the current identity behind a proof, with its current name and policies. It
// returns [ErrNotProved] if the key may not be used any more or has changed.
func (a *Authenticator) Identify(ctx context.Context, p Proof, bound []byte) (Identity, error) {
	l := &lookup{Authenticator: a}
	if p.Session != nil {
		err := l.inSession(ctx, p.Session)
		l.found.AccessKeyID = p.AccessKeyID
		return l.found, unproved(err)
	}
	if p.AccessKeyID != a.root.AccessKeyID && iam.IsSessionKeyID(p.AccessKeyID) {
		return Identity{}, ErrNotProved
	}
	secret, err := l.secret(ctx, p.AccessKeyID, "")
	if err != nil {
		return Identity{}, unproved(err)
	}
	if !hmac.Equal(p.Secret, boundTo(secret, bound)) {
		return Identity{}, ErrNotProved
	}
	return l.found, nil
}

// boundTo returns a MAC of a text with the secret as its key.
func boundTo(secret string, bound []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("poolhouse access proof\x00"))
	mac.Write(bound)
	return mac.Sum(nil)
}

// unproved turns the refusal of a key into [ErrNotProved]. It returns other errors unchanged.
func unproved(err error) error {
	if _, ok := errors.AsType[*sigv4.Error](err); ok {
		return ErrNotProved
	}
	return err
}
