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

// Exchange is the server's side of one sign-in by SRP, between the challenge
// PASSWORD_VERIFIER and the answer to it.
type Exchange struct {
	// Secret is the server's ephemeral secret, of [ExchangeSecretSize] bytes. The
	// answer is checked with it, so a server that does not keep exchanges seals it
	// into the challenge.
	Secret []byte
	// Salt and B are what the challenge tells the client: SALT and SRP_B, in hex
	// without leading zeros.
	Salt, B string
}

// ExchangeSecretSize is how many bytes an exchange's secret has: 256 bits, as RFC
// 5054 asks for.
const ExchangeSecretSize = 32

// ErrCredential is the error for a credential of another scheme than [SRP].
var ErrCredential = errors.New("password: the credential is no SRP verifier: it must be a salt and a verifier in hex, joined by a colon")

// NewExchange begins a sign-in by a credential of scheme [SRP].
func NewExchange(credential string) (*Exchange, error) {
	secret := make([]byte, ExchangeSecretSize)
	rand.Read(secret) // crypto/rand: never fails
	return ResumeExchange(credential, secret)
}

// ResumeExchange returns the exchange of a secret, which is that of one that began with the same
// credential: B = k·v + g^b mod N.
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
	A                    string // SRP_A of the call that began the sign-in, in hex
	SecretBlock          string // PASSWORD_CLAIM_SECRET_BLOCK, base64
	Timestamp            string // TIMESTAMP, as sent
	Signature            string // PASSWORD_CLAIM_SIGNATURE, base64
}

// Accepts reports whether the claim was made with the password that the credential
// was made of. The credential is the one that the exchange began with.
func (e *Exchange) Accepts(credential string, c Claim) bool {
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

// claimSignature returns what a client that has the key signs.
func claimSignature(key []byte, c Claim, block []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(poolName(c.PoolID) + c.UserIDForSRP))
	h.Write(block)
	h.Write([]byte(c.Timestamp))
	return h.Sum(nil)
}

// errPublic is the error for values of a client that would make the key known.
var errPublic = errors.New("password: SRP_A must be a hexadecimal number that is no multiple of the prime")

// CheckPublic returns an error for an SRP_A that no client sends who knows a
// password: one that is no number, is larger than the prime has digits, or is 0
// modulo the prime.
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

// key returns the key that both sides have: HKDF of S = (A·v^u)^b mod N.
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

// sessionKeySize is the size of the key that claims are signed with, in bytes.
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

// Simulated returns the credential of a user who does not exist, or has none: always
// the same for a key and a name, and no password fits it. A challenge that is made
// of it tells nothing: it looks like one of a user's, and takes as long to make.
func Simulated(key []byte, poolID, username string) string {
	material := func(info string, size int) *big.Int {
		out, err := hkdf.Key(sha256.New, key, nil, info+"\x00"+poolID+"\x00"+username, size)
		if err != nil {
			panic("password: " + err.Error()) // the sizes below are within HKDF's
		}
		return new(big.Int).SetBytes(out)
	}
	v := material("simulated verifier", len(group15)/2+16)
	return material("simulated salt", saltSize).Text(16) + ":" + v.Mod(v, group().n).Text(16)
}
