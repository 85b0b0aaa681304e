package token

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// Kind is the kind of a token, as in its claim token_use.
type Kind int

// The kinds of tokens. Each has keys of its own.
const (
	ID     Kind = 1
	Access Kind = 2
)

// Key is a key that signs tokens of one kind for a pool.
type Key struct {
	ID        string // kid
	Kind      Kind
	Created   time.Time
	SignsFrom time.Time // when it starts to sign; it signs until a later key starts
	Public    []byte    // PKIX, ASN.1 DER
	Private   []byte    // PKCS #8, ASN.1 DER
}

// Store stores the keys of pools, with encrypted private keys.
type Store interface {
	// TokenKeys returns a pool's keys, none if the pool does not exist.
	TokenKeys(ctx context.Context, p *userpool.UserPool) ([]Key, error)
	// ChangeTokenKeys changes a pool's keys by a function from the current keys to the new ones.
	// Changes are serialized: servers that start at the same time end with the same keys. The
	// function may run more than once. ChangeTokenKeys returns ResourceNotFound if the pool is
	// gone, and InvalidParameter if there is no key to seal private keys with.
	ChangeTokenKeys(ctx context.Context, p *userpool.UserPool, change func([]Key) ([]Key, error)) ([]Key, error)
}
