package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/password"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// Tokens issues and verifies ID and access tokens. [token.Issuer] implements it.
type Tokens interface {
	Issue(ctx context.Context, p *userpool.UserPool, c *userpool.Client, u *userpool.User, s token.Session) (token.Tokens, error)
	VerifyAccess(ctx context.Context, pools token.Pools, text string) (token.Claims, error)
}

// Config is what a Service needs. Every field except Key is required.
type Config struct {
	Store  Store
	Tokens Tokens
	Hashes *password.Hashes
	// HashTime is how long the check of an imported hash may wait in the queue.
	HashTime time.Duration
	Key      *iam.DataKey // nil if the server has no key; then every sign-in is refused
}

// Service signs users in. It is safe for concurrent use.
type Service struct {
	Config
	mac   []byte // the key of the MACs of names and codes
	turns turns
}

// New returns a Service.
func New(cfg Config) *Service {
	s := &Service{Config: cfg, mac: make([]byte, sha256.Size)}
	if cfg.Key != nil {
		s.mac = cfg.Key.MACKey("signing in")
	} else {
		rand.Read(s.mac) // never fails
	}
	return s
}

// Caller is what is known of the caller.
type Caller struct {
	Address string // IP address
	Agent   string // the user agent
	Admin   bool   // the call is a signed administrator's operation
	// Known, if not nil, is called with the user of the call as soon as the user is known.
	Known func(p *userpool.UserPool, u *userpool.User)
}

// known calls Known.
func (c Caller) known(p *userpool.UserPool, u *userpool.User) {
	if c.Known != nil {
		c.Known(p, u)
	}
}

// sum returns a MAC of texts for one use.
func (s *Service) sum(use string, texts ...string) []byte {
	h := hmac.New(sha256.New, s.mac)
	for _, text := range append([]string{use}, texts...) {
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// subject returns the subject of counted attempts in a pool.
func (s *Service) subject(p *userpool.UserPool, use, name string) (of Subject) {
	copy(of[:], s.sum(use, p.ID, name))
	return of
}

// errKey refuses sign-ins if the server has no key to seal secrets with.
func errKey() error {
	return userpool.Errorf(userpool.NotAuthorized, "This server has no key to seal secrets with, so users cannot sign in. Start every server with the same POOLHOUSE_SEALING_KEY.")
}

// now returns the time in the precision of the store, whole milliseconds.
func now() time.Time { return time.UnixMilli(time.Now().UnixMilli()).UTC() }

// isKind reports whether an error is of a kind.
func isKind(err error, kind userpool.Kind) bool {
	return err != nil && userpool.KindOf(err) == kind && !errors.Is(err, context.Canceled)
}
