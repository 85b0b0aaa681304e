package token

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"poolhouse/internal/userpool"
)

// Config is what an [Issuer] is made of.
type Config struct {
	Store Store
	// Issuer returns what the issuer of a pool's tokens is called: a URL that ends with a slash and
	// the pool's id.
	Issuer func(poolID string) string
	// URL is the one under which clients reach the documents, without a slash at its end.
	URL string
	// Rotate is how long keys sign before the next ones do.
	Rotate time.Duration
	Log    *slog.Logger
}

// Issuer makes and verifies tokens. It may be used by many goroutines at once.
type Issuer struct {
	cfg      Config
	rotation rotation
	rings    rings
	making   chan struct{} // one makes keys at a time
}

// New returns an issuer.
func New(cfg Config) *Issuer {
	return &Issuer{cfg: cfg, rotation: rotation{every: cfg.Rotate}, making: make(chan struct{}, 1)}
}

// Session is the sign-in that tokens are made for.
type Session struct {
	ID       string    // a UUID, which both tokens carry
	AuthTime time.Time // when the user signed in; it stays when tokens are refreshed
	Groups   []string  // of the user, the one of the highest precedence first
}

// Tokens are what a user gets.
type Tokens struct {
	ID, Access string
	ExpiresIn  int64 // seconds that the access token lives
}

// Issue makes the tokens of a session. The pool's keys are made and rotated here. It returns
// InvalidParameter when the server has no key to seal them with.
func (i *Issuer) Issue(ctx context.Context, p *userpool.UserPool, c *userpool.Client, u *userpool.User, s Session) (Tokens, error) {
	ring, err := i.ring(ctx, p, true)
	if err != nil {
		return Tokens{}, err
	}
	now, lives := time.Now(), c.Settings.TokenLives()
	of := subject{issuer: i.cfg.Issuer(p.ID), client: c, user: u, session: s, now: now}
	id, err := ring.sign(ID, now, of.idClaims(lives.ID))
	if err != nil {
		return Tokens{}, err
	}
	access, err := ring.sign(Access, now, of.accessClaims(lives.Access))
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{ID: id, Access: access, ExpiresIn: int64(lives.Access / time.Second)}, nil
}

// sign returns a signed token with the claims.
func (r *ring) sign(kind Kind, now time.Time, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := r.signer(kind, now).Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}
