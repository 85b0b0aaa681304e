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

// Proof says who had the secret of an access key at a moment. It finds them
// again, as they are by then, without the secret.
type Proof struct {
	AccessKeyID string
	// Secret is a MAC under the secret of what the proof is bound to: a key whose
	// secret is another one by now is not the same. It is nil for the key of a
	// session of a role, whose secret never changes.
	Secret []byte
	// Session is the session of a role that the key is of, nil for the keys of root
	// and of users.
	Session *iam.Session
}

// ErrNotProved says that an access key and its secret do not belong together, or
// that the key may not be used: there is none, it is not active, its session or
// its role is over. Which of these it is, is not told.
var ErrNotProved = errors.New("access: the access key and its secret do not belong together, or the key may not be used")

// Prove checks an access key's secret, and the token of the session that the key
// is of, "" for none. The proof is bound to a text that only its owner has, which
// must be random: [Authenticator.Identify] asks for the same. It returns
// [ErrNotProved]; another error says that the question could not be answered.
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

// ProveRoot is [Authenticator.Prove] of root, whose secret the process has.
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

// Identify returns who gave a proof, as they are now: with the name and the
// policies that they have now. It returns [ErrNotProved] where the key may not
// be used any more, or is another one by now.
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

// boundTo returns a MAC of a text under a secret.
func boundTo(secret string, bound []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("poolhouse access proof\x00"))
	mac.Write(bound)
	return mac.Sum(nil)
}

// unproved returns [ErrNotProved] for the refusal of a key; other errors stay
// what they are.
func unproved(err error) error {
	if _, ok := errors.AsType[*sigv4.Error](err); ok {
		return ErrNotProved
	}
	return err
}
