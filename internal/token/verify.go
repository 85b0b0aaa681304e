package token

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"poolhouse/internal/userpool"
)

// The errors of tokens that are refused.
var (
	// ErrInvalid means that a text is not an access token of a pool here, or was modified.
	ErrInvalid = errors.New("token: the access token is not valid")
	// ErrExpired means that an access token of this server has expired.
	ErrExpired = errors.New("token: the access token has expired")
)

// MaxLength is the largest length of an access token in bytes. A token with a user's 100 groups of
// 128 characters each is shorter.
const MaxLength = 128 << 10

// Pools finds user pools, as [userpool.PoolStore] does.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// Claims are the claims of a verified access token.
type Claims struct {
	Pool              *userpool.UserPool // of the token
	Sub, Username     string
	ClientID          string
	SessionID         string // of the token's session
	JTI, Scope        string // JTI is "" if the client has no token revocation
	AuthTime          time.Time
	IssuedAt, Expires time.Time
}

// claims are Claims as the token has them.
type claims struct {
	Issuer    string `json:"iss"`
	Use       string `json:"token_use"`
	Sub       string `json:"sub"`
	Username  string `json:"username"`
	ClientID  string `json:"client_id"`
	SessionID string `json:"event_id"`
	JTI       string `json:"jti"`
	Scope     string `json:"scope"`
	AuthTime  int64  `json:"auth_time"`
	IssuedAt  int64  `json:"iat"`
	Expires   int64  `json:"exp"`
}

// VerifyAccess returns the claims of an access token of a pool here. The issuer names the pool, and
// one of the pool's published keys for access tokens must have signed the token with RS256. The
// error is ErrInvalid, ErrExpired, or one of the store. The caller must check that the session and
// the user still exist.
func (i *Issuer) VerifyAccess(ctx context.Context, pools Pools, text string) (Claims, error) {
	if len(text) > MaxLength {
		return Claims{}, ErrInvalid
	}
	t, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(t.Headers) != 1 {
		return Claims{}, ErrInvalid
	}
	var said claims
	if err := t.UnsafeClaimsWithoutVerification(&said); err != nil {
		return Claims{}, ErrInvalid
	}
	p, err := i.poolOf(ctx, pools, said.Issuer)
	if err != nil {
		return Claims{}, err
	}
	r, err := i.ring(ctx, p, false)
	if err != nil {
		return Claims{}, err
	}
	key, ok := r.parsed[t.Headers[0].KeyID]
	if !ok || key.Kind != Access || t.Claims(key.public, &said) != nil {
		return Claims{}, ErrInvalid
	}
	return said.verified(p)
}

// verified returns the claims of a token with a valid signature.
func (c claims) verified(p *userpool.UserPool) (Claims, error) {
	switch {
	case c.Use != useAccess || c.Sub == "" || c.Username == "" || c.ClientID == "" || c.SessionID == "":
		return Claims{}, ErrInvalid
	case !time.Now().Before(time.Unix(c.Expires, 0)):
		return Claims{}, ErrExpired
	}
	return Claims{
		Pool: p, Sub: c.Sub, Username: c.Username, ClientID: c.ClientID, SessionID: c.SessionID, JTI: c.JTI, Scope: c.Scope,
		AuthTime: time.Unix(c.AuthTime, 0), IssuedAt: time.Unix(c.IssuedAt, 0), Expires: time.Unix(c.Expires, 0),
	}, nil
}

// poolForm is the form of user pool ids (API Reference, UserPoolIdType).
var poolForm = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

// isPoolID reports whether a text may be the id of a user pool.
func isPoolID(text string) bool { return len(text) <= 55 && poolForm.MatchString(text) }

// poolOf returns the pool of an issuer. The issuer must be exactly as this server writes it.
func (i *Issuer) poolOf(ctx context.Context, pools Pools, issuer string) (*userpool.UserPool, error) {
	id := issuer[strings.LastIndexByte(issuer, '/')+1:]
	if !isPoolID(id) || i.cfg.Issuer(id) != issuer {
		return nil, ErrInvalid
	}
	p, err := pools.Pool(ctx, id)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return nil, ErrInvalid
	}
	return p, err
}
