package password

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"math/big"
	"strings"
	"sync"
)

// SRP is the scheme of this package's credentials.
const SRP = "SRP"

// group15 is the 3072-bit prime of RFC 3526, group 15, which Cognito's clients use; its generator
// is 2.
const group15 = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// saltSize is the size of a new salt in bytes.
const saltSize = 16

// NewVerifier makes a credential of scheme [SRP] for a password: a random salt and the verifier g^x
// mod N, in hex, joined by a colon. The password cannot be recovered from it.
func NewVerifier(poolID, username, password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // crypto/rand never fails
	s := new(big.Int).SetBytes(salt)
	return s.Text(16) + ":" + verifier(poolID, username, password, s).Text(16)
}

// Verify reports whether the credential was made from the password.
func Verify(poolID, username, password, credential string) bool {
	salt, want, err := parseVerifier(credential)
	if err != nil {
		return false
	}
	got := verifier(poolID, username, password, salt)
	return subtle.ConstantTimeCompare(fixed(got), fixed(want)) == 1
}

// fixed returns a number in as many bytes as the prime has. It returns nil for a larger number,
// which cannot be a verifier.
func fixed(n *big.Int) []byte {
	if n.Sign() < 0 || n.BitLen() > len(group15)*4 {
		return nil
	}
	return n.FillBytes(make([]byte, len(group15)/2))
}

// verifier is g^x mod N, with x as Cognito's clients calculate it.
func verifier(poolID, username, password string, salt *big.Int) *big.Int {
	g := group()
	return new(big.Int).Exp(g.g, secretExponent(poolID, username, password, salt), g.n)
}

// secretExponent is x = H(pad(salt) || H(poolName || username || ":" || password)).
func secretExponent(poolID, username, password string, salt *big.Int) *big.Int {
	inner := sha256.Sum256([]byte(poolName(poolID) + username + ":" + password))
	outer := sha256.Sum256(append(pad(salt), inner[:]...))
	return new(big.Int).SetBytes(outer[:])
}

// poolName is the part of a user pool's id that clients hash: the part after the underscore.
func poolName(poolID string) string {
	_, name, _ := strings.Cut(poolID, "_")
	return name
}

// groupValues are the numbers that all sign-ins share.
type groupValues struct{ n, g, k *big.Int }

// group returns the prime, the generator and k = H(pad(N) || 02).
var group = sync.OnceValue(func() groupValues {
	n, _ := new(big.Int).SetString(group15, 16)
	k := sha256.Sum256(append(pad(n), 2))
	return groupValues{n, big.NewInt(2), new(big.Int).SetBytes(k[:])}
})

// pad returns the number's bytes, with a zero before a set top bit, like the clients' big integers.
func pad(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return b
}
