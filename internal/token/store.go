package token

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// Kind is the kind of a token, as its claim token_use says.
type Kind int

// The kinds of tokens. Each has keys of its own.
const (
	ID     Kind = 1
	Access Kind = 2
)

// Key is a key that signs tokens of one kind for a pool.
type Key struct {
	ID      string // kid
	Kind    Kind
	Created time.Time
	Signs   time.Time // from when on it signs, until a later one's time has come
	Public  []byte    // PKIX, ASN.1 DER
	Private []byte    // PKCS #8, ASN.1 DER
}

// Store keeps the keys of pools, the private ones encrypted.
type Store interface {
	// TokenKeys returns a pool's keys, none of a pool that is not there.
	TokenKeys(ctx context.Context, p *userpool.UserPool) ([]Key, error)
	// ChangeTokenKeys changes a pool's keys by a function, which is given those that are
	// there and returns those that there are to be. Two changes never mix: servers that
	// begin at once end with the same keys. It may run more than once. It returns
	// ResourceNotFound when the pool is gone, and InvalidParameter when there is no key to seal
	// private keys with.
	ChangeTokenKeys(ctx context.Context, p *userpool.UserPool, change func([]Key) ([]Key, error)) ([]Key, error)
}
