package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// Credentials are an access key and its secret.
type Credentials struct {
	AccessKeyID string
	Secret      iam.Secret
}

// Keys is the part of [iam.Store] that finds access keys.
type Keys interface {
	Access(ctx context.Context, accessKeyID string) (*iam.Access, error)
}

// Authenticator verifies signatures made with root's access key or a user's.
type Authenticator struct {
	region  string
	account string
	root    Credentials
	keys    Keys
	sealer  *iam.Sealer
	now     func() time.Time
}

// New returns an authenticator for a server of a region and an account. The
// sealer is the one that sealed the secrets of the keys.
func New(region, account string, root Credentials, keys Keys, sealer *iam.Sealer) *Authenticator {
	return &Authenticator{region: region, account: account, root: root, keys: keys, sealer: sealer, now: time.Now}
}

// Verify returns the request's context with the [Identity] whose key signed
// it, and with what policies may ask about the request. A refusal is a
// *sigv4.Error; another error says that the question could not be answered.
func (a *Authenticator) Verify(r *http.Request, body []byte, service string) (context.Context, error) {
	var refusal error
	for _, region := range a.regions(service) {
		l := &lookup{Authenticator: a, ctx: r.Context()}
		v := sigv4.Verifier{Region: region, Service: service, Keys: l.secret}
		_, err := v.Verify(r, body, a.now())
		switch {
		case l.failed != nil:
			return nil, l.failed
		case err == nil:
			return withRequest(WithIdentity(r.Context(), l.found), r, region), nil
		case refusal == nil || !isWrongScope(err):
			refusal = err
		}
	}
	return nil, refusal
}

// globalRegion is what calls of services without regions are signed for
// (IAM User Guide, elements of a request signature).
const globalRegion = "us-east-1"

// regions returns the regions that a call of the service may be signed for.
// STS has endpoints in regions, besides the global one.
func (a *Authenticator) regions(service string) []string {
	regions := []string{a.region}
	if service == "iam" || service == "sts" {
		regions = append(regions, globalRegion)
	}
	return slices.Compact(regions)
}

func isWrongScope(err error) bool {
	refusal, ok := errors.AsType[*sigv4.Error](err)
	return ok && refusal.Kind == sigv4.WrongScope
}

// lookup finds the key of one request.
type lookup struct {
	*Authenticator
	ctx    context.Context
	found  Identity
	failed error // why it could not be found out whose the key is
}

// secret is the [sigv4.Keys] of the request. A key that is not active is like
// one that nobody has.
func (l *lookup) secret(accessKeyID string) (string, bool) {
	if accessKeyID == l.root.AccessKeyID {
		l.found = Root(l.account)
		return string(l.root.Secret), true
	}
	access, err := l.keys.Access(l.ctx, accessKeyID)
	if err != nil {
		if iam.KindOf(err) != iam.NoSuchEntity {
			l.failed = fmt.Errorf("look for the access key of a request: %w", err)
		}
		return "", false
	}
	if access.Key.Status != iam.Active {
		return "", false
	}
	secret, err := l.sealer.Open(access.Key.ID, access.Key.Sealed)
	if err != nil {
		l.failed = fmt.Errorf("access key %s: %w", access.Key.ID, err)
		return "", false
	}
	l.found = UserOf(l.account, access)
	return string(secret), true
}
