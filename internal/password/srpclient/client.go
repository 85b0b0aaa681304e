// Package srpclient is the client's side of an SRP sign-in, as amazon-cognito-identity-js
// calculates it, for tests and measurements. It shares only the group with package password, so
// that each side detects a mistake of the other.
package srpclient

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"time"
)

// prime is the 3072-bit prime of RFC 3526, group 15; the generator is 2.
const prime = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
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

// Client is one sign-in.
type Client struct {
	pool     string // the part of the pool's id after the underscore
	password string
	n, g, k  *big.Int
	a, big   *big.Int
}

// New starts a sign-in to a pool with a password.
func New(poolID, password string) *Client {
	c := &Client{password: password, g: big.NewInt(2)}
	_, c.pool, _ = strings.Cut(poolID, "_")
	c.n, _ = new(big.Int).SetString(prime, 16)
	c.k = hash(bytesOf(c.n), bytesOf(c.g))
	c.a, _ = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256)) // never fails
	c.big = new(big.Int).Exp(c.g, c.a, c.n)
	return c
}

// A is the parameter SRP_A.
func (c *Client) A() string { return c.big.Text(16) }

// Answer returns the responses to the challenge PASSWORD_VERIFIER with these parameters, nil if
// they are not valid.
func (c *Client) Answer(parameters map[string]string, at time.Time) map[string]string {
	user := parameters["USER_ID_FOR_SRP"]
	b, ok := new(big.Int).SetString(parameters["SRP_B"], 16)
	salt, okSalt := new(big.Int).SetString(parameters["SALT"], 16)
	block, err := base64.StdEncoding.DecodeString(parameters["SECRET_BLOCK"])
	if !ok || !okSalt || err != nil {
		return nil
	}
	inner := sha256.Sum256([]byte(c.pool + user + ":" + c.password))
	x := hash(bytesOf(salt), inner[:])
	u := hash(bytesOf(c.big), bytesOf(b))
	base := new(big.Int).Sub(b, new(big.Int).Mul(c.k, new(big.Int).Exp(c.g, x, c.n)))
	s := new(big.Int).Exp(base.Mod(base, c.n), new(big.Int).Add(c.a, new(big.Int).Mul(u, x)), c.n)
	key, err := hkdf.Key(sha256.New, bytesOf(s), bytesOf(u), "Caldera Derived Key", 16)
	if err != nil {
		return nil
	}
	stamp := at.UTC().Format("Mon Jan 2 15:04:05 MST 2006")
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(c.pool + user))
	mac.Write(block)
	mac.Write([]byte(stamp))
	return map[string]string{
		"USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"], "TIMESTAMP": stamp,
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}
}

func hash(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

// bytesOf returns a number's bytes, with a zero before a set top bit.
func bytesOf(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] > 0x7f {
		b = append([]byte{0}, b...)
	}
	return b
}
