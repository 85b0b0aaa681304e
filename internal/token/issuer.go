package token

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"poolhouse/internal/userpool"
)

// Config configures an [Issuer].
type Config struct {
	Store Store
	// Issuer returns the issuer of a pool's tokens: a URL that ends with a slash and the pool's id.
	Issuer func(poolID string) string
	// URL is the base URL of the documents for clients, without a slash at its end.
	URL string
	// Rotate is how long keys sign before the next ones do.
	Rotate time.Duration
	Log    *slog.Logger
}

// Issuer makes and verifies tokens. It is safe for concurrent use.
type Issuer struct {
	cfg      Config
	rotation rotation
	rings    rings
	making   chan struct{} // held while keys are made
}

// New returns an issuer.
func New(cfg Config) *Issuer {
	return &Issuer{cfg: cfg, rotation: rotation{every: cfg.Rotate}, making: make(chan struct{}, 1)}
}

// Session is the sign-in that tokens belong to.
type Session struct {
	ID       string    // a UUID, in both tokens
	AuthTime time.Time // time of the sign-in; unchanged when tokens are refreshed
	Groups   []string  // of the user, highest precedence first
}

// Tokens are the tokens of a user.
type Tokens struct {
	ID, Access string
	ExpiresIn  int64 // lifetime of the access token in seconds
}

// Issue makes the tokens of a session. It also makes and rotates the pool's keys. It returns
// InvalidParameter if the server has no key to seal them with.
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
