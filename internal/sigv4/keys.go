package sigv4

import "sync"

// maxDerived bounds how many keys are remembered.
const maxDerived = 1000

// SigningKeys remembers the keys of scopes that were derived from secrets: to
// derive one takes four of the five HMACs of a signature. The zero value is
// ready, may be used by many goroutines at once, and keeps what it remembers in
// memory only. A nil *SigningKeys remembers nothing.
type SigningKeys struct {
	mu      sync.Mutex
	derived map[derivation][]byte
}

// derivation is what a key is derived from.
type derivation struct {
	secret string
	scope  Scope
}

// of returns the key of a secret for a scope, which nothing may change. When
// there is no room left, all are forgotten: those of the days before, of access
// keys that are gone, and those that are needed again, once.
func (k *SigningKeys) of(secret string, scope Scope) []byte {
	if k == nil {
		return signingKey(secret, scope)
	}
	d := derivation{secret, scope}
	k.mu.Lock()
	defer k.mu.Unlock()
	key := k.derived[d]
	if key == nil {
		key = signingKey(secret, scope)
		if k.derived == nil || len(k.derived) >= maxDerived {
			k.derived = map[derivation][]byte{}
		}
		k.derived[d] = key
	}
	return key
}
