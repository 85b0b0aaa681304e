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

// Tokens issues and verifies ID and access tokens. [token.Issuer] does.
type Tokens interface {
	Issue(ctx context.Context, p *userpool.UserPool, c *userpool.Client, u *userpool.User, s token.Session) (token.Tokens, error)
	VerifyAccess(ctx context.Context, pools token.Pools, text string) (token.Claims, error)
}

// Config is what a Service needs. Every field must be set, but that Key may be nil.
type Config struct {
	Store  Store
	Tokens Tokens
	Hashes *password.Hashes
	// HashTime is how long a check of an imported hash may wait for its turn.
	HashTime time.Duration
	Key      *iam.DataKey // nil where the server has no key: then every sign-in is refused
}

// Service is where users sign in. It may be used by many goroutines at once.
type Service struct {
	Config
	mac   []byte // key of the MACs of names and of codes
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

// Caller is who makes a call, as far as it is known.
type Caller struct {
	Address string // IP address
	Agent   string // what the client says it is
	Admin   bool   // the call is one of an administrator's operations, and signed
	// Known is told whom the call is about, as soon as that is known; nil for nothing.
	Known func(p *userpool.UserPool, u *userpool.User)
}

// known tells whom the call is about.
func (c Caller) known(p *userpool.UserPool, u *userpool.User) {
	if c.Known != nil {
		c.Known(p, u)
	}
}

// sum is the MAC of texts for one use.
func (s *Service) sum(use string, texts ...string) []byte {
	h := hmac.New(sha256.New, s.mac)
	for _, text := range append([]string{use}, texts...) {
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// subject is whom attempts of a pool are counted for.
func (s *Service) subject(p *userpool.UserPool, use, name string) (of Subject) {
	copy(of[:], s.sum(use, p.ID, name))
	return of
}

// errKey refuses sign-ins of a server that has no key to seal secrets with.
func errKey() error {
	return userpool.Errorf(userpool.NotAuthorized, "This server has no key to seal secrets with, so users cannot sign in. Start every server with the same POOLHOUSE_SEALING_KEY.")
}

// now is the time as it is kept, in whole milliseconds.
func now() time.Time { return time.UnixMilli(time.Now().UnixMilli()).UTC() }

// isKind reports whether an error is of a kind.
func isKind(err error, kind userpool.Kind) bool {
	return err != nil && userpool.KindOf(err) == kind && !errors.Is(err, context.Canceled)
}
