package sigv4

import "sync"

// maxDerived bounds the number of cached keys.
const maxDerived = 1000

// SigningKeys caches the keys that were derived from secrets, by scope. Deriving a key
// takes four of the five HMACs of a signature. The cache is in memory only. The zero
// value is ready, and many goroutines may use it at once. A nil *SigningKeys caches
// nothing.
type SigningKeys struct {
	mu      sync.Mutex
	derived map[derivation][]byte
}

// derivation is the input from which a key is derived.
type derivation struct {
	secret string
	scope  Scope
}

// key returns the key of a secret for a scope. The caller must not change it. A full
// cache is cleared, which also removes the keys of earlier days and of deleted access
// keys. Keys that are still in use are derived again, once.
func (k *SigningKeys) key(secret string, scope Scope) []byte {
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
