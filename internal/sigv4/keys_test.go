package sigv4

import (
	"bytes"
	"strconv"
	"sync"
	"testing"
)

// TestSigningKeys: the cache returns the key of the secret and scope, also to many
// goroutines at once, and never holds more than maxDerived keys.
func TestSigningKeys(t *testing.T) {
	var k SigningKeys
	scopes := []Scope{{"20261129", "us-east-1", "iam"}, {"20261130", "us-east-1", "iam"}, {"20261129", "us-west-2", "iam"}, {"20261129", "us-east-1", "sts"}}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 2 * maxDerived {
				secret := "s" + strconv.Itoa(i%(maxDerived/3))
				for _, scope := range scopes {
					if got := k.key(secret, scope); i%100 == 0 && !bytes.Equal(got, signingKey(secret, scope)) {
						t.Errorf("another key for %s and %s", secret, scope)
					}
				}
			}
		})
	}
	all.Wait()
	if n := len(k.derived); n == 0 || n > maxDerived {
		t.Errorf("%d keys are remembered, want up to %d", n, maxDerived)
	}
	if got := (*SigningKeys)(nil).key("s", scopes[0]); !bytes.Equal(got, signingKey("s", scopes[0])) {
		t.Error("without a memory the key is another one")
	}
}

// TestRememberedKeysVerify: with cached keys, a signature by another secret is refused,
// also if that was the secret before it changed.
func TestRememberedKeysVerify(t *testing.T) {
	v := testVerifier
	v.Derived = new(SigningKeys)
	for _, c := range []struct {
		secret, signed string
		good           bool
	}{{"secret", "secret", true}, {"secret", "other", false}, {"other", "secret", false}, {"other", "other", true}, {"secret", "secret", true}} {
		v.Keys = OneKey("AKID", c.secret)
		s := testSigner
		s.Secret = c.signed
		if _, err := v.Verify(call(t, s, testNow), []byte(testBody), testNow); (err == nil) != c.good {
			t.Errorf("signed with %s, of a key whose secret is %s: %v", c.signed, c.secret, err)
		}
	}
}
