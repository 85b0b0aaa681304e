package password

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
)

// Exchange is the server's side of one SRP sign-in, between the challenge PASSWORD_VERIFIER and its
// answer.
type Exchange struct {
	// Secret is the server's ephemeral secret, of [ExchangeSecretSize] bytes. It is needed to check
	// the answer, so a server that stores no exchanges seals it into the challenge.
	Secret []byte
	// Salt and B are the challenge's parameters SALT and SRP_B, in hex without leading zeros.
	Salt, B string
}

// ExchangeSecretSize is the size of an exchange's secret in bytes: 256 bits, as RFC 5054 requires.
const ExchangeSecretSize = 32

// ErrCredential is the error for a credential with another scheme than [SRP].
var ErrCredential = errors.New("password: the credential is not an SRP verifier; it must be a salt and a verifier in hex, joined by a colon")

// NewExchange starts a sign-in with a credential of scheme [SRP].
func NewExchange(credential string) (*Exchange, error) {
	secret := make([]byte, ExchangeSecretSize)
	rand.Read(secret) // crypto/rand never fails
	return ResumeExchange(credential, secret)
}

// ResumeExchange returns the exchange with a secret, for the credential that it began with: B = k·v
// + g^b mod N.
func ResumeExchange(credential string, secret []byte) (*Exchange, error) {
	salt, v, err := parseVerifier(credential)
	if err != nil {
		return nil, err
	}
	g := group()
	b := new(big.Int).Mul(g.k, v)
	b.Add(b, new(big.Int).Exp(g.g, new(big.Int).SetBytes(secret), g.n))
	return &Exchange{Secret: secret, Salt: salt.Text(16), B: b.Mod(b, g.n).Text(16)}, nil
}

// Claim is a client's answer to PASSWORD_VERIFIER.
type Claim struct {
	PoolID, UserIDForSRP string
	A                    string // SRP_A of the call that started the sign-in, in hex
	SecretBlock          string // PASSWORD_CLAIM_SECRET_BLOCK, base64
	Timestamp            string // TIMESTAMP, as sent
	Signature            string // PASSWORD_CLAIM_SIGNATURE, base64
}

// Verify reports whether the claim was made with the credential's password. The credential must be
// the one that the exchange began with.
func (e *Exchange) Verify(credential string, c Claim) bool {
	block, err := base64.StdEncoding.DecodeString(c.SecretBlock)
	if err != nil {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(c.Signature)
	if err != nil {
		return false
	}
	key, err := e.key(credential, c.A)
	if err != nil {
		return false
	}
	return hmac.Equal(signature, claimSignature(key, c, block))
}

// claimSignature returns the signature of a client with the key.
func claimSignature(key []byte, c Claim, block []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(poolName(c.PoolID) + c.UserIDForSRP))
	h.Write(block)
	h.Write([]byte(c.Timestamp))
	return h.Sum(nil)
}

// errPublic is the error for values with which a client could know the key without the password.
var errPublic = errors.New("password: SRP_A must be a hexadecimal number that is no multiple of the prime")

// CheckPublic returns an error for an SRP_A that no client with a password sends: not a number,
// longer than the prime, or 0 modulo the prime.
func CheckPublic(a string) error {
	_, err := parsePublic(a)
	return err
}

func parsePublic(text string) (*big.Int, error) {
	if len(text) > len(group15)+2 || text == "" || strings.ContainsAny(text, "+-_") {
		return nil, errPublic
	}
	a, ok := new(big.Int).SetString(text, 16)
	if !ok || new(big.Int).Mod(a, group().n).Sign() == 0 {
		return nil, errPublic
	}
	return a, nil
}

// key returns the shared key: HKDF of S = (A·v^u)^b mod N.
func (e *Exchange) key(credential, public string) ([]byte, error) {
	g := group()
	_, v, err := parseVerifier(credential)
	if err != nil {
		return nil, err
	}
	a, err := parsePublic(public)
	if err != nil {
		return nil, err
	}
	b, ok := new(big.Int).SetString(e.B, 16)
	if !ok {
		return nil, ErrCredential
	}
	u := scramble(a, b)
	if u.Sign() == 0 {
		return nil, errPublic
	}
	s := new(big.Int).Exp(v, u, g.n)
	s.Mul(s, a)
	s.Exp(s.Mod(s, g.n), new(big.Int).SetBytes(e.Secret), g.n)
	return sessionKey(s, u)
}

// scramble is u = H(pad(A) || pad(B)).
func scramble(a, b *big.Int) *big.Int {
	sum := sha256.Sum256(append(pad(a), pad(b)...))
	return new(big.Int).SetBytes(sum[:])
}

// sessionKeySize is the size in bytes of the key that signs claims.
const sessionKeySize = 16

// sessionKey derives the key from S, as Cognito's clients do.
func sessionKey(s, u *big.Int) ([]byte, error) {
	return hkdf.Key(sha256.New, pad(s), pad(u), "Caldera Derived Key", sessionKeySize)
}

// parseVerifier reads a credential of scheme SRP.
func parseVerifier(credential string) (salt, v *big.Int, err error) {
	saltHex, vHex, _ := strings.Cut(credential, ":")
	salt, okSalt := new(big.Int).SetString(saltHex, 16)
	v, okV := new(big.Int).SetString(vHex, 16)
	if !okSalt || !okV {
		return nil, nil, ErrCredential
	}
	return salt, v, nil
}

// Simulated returns the credential of a user who does not exist or has none. It is always the same
// for a key and a name, and no password matches it. Its challenge reveals nothing: it looks like a
// real user's and takes equally long.
func Simulated(key []byte, poolID, username string) string {
	material := func(info string, size int) *big.Int {
		out, err := hkdf.Key(sha256.New, key, nil, info+"\x00"+poolID+"\x00"+username, size)
		if err != nil {
			panic("password: " + err.Error()) // the sizes below are within HKDF's limits
		}
		return new(big.Int).SetBytes(out)
	}
	v := material("simulated verifier", len(group15)/2+16)
	return material("simulated salt", saltSize).Text(16) + ":" + v.Mod(v, group().n).Text(16)
}
