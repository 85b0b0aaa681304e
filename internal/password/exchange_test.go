package password

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
)

// exchangeVector is a sign-in that two independent implementations calculated.
type exchangeVector struct {
	PoolID    string `json:"userPoolId"`
	User      string `json:"userIdForSrp"`
	Password  string `json:"password"`
	Salt      string `json:"salt"`
	SmallA    string `json:"a"`
	A         string `json:"SRP_A"`
	SmallB    string `json:"b"`
	Verifier  string `json:"verifier"`
	B         string `json:"SRP_B"`
	U         string `json:"u"`
	SSum      string `json:"S_sha256"`
	K         string `json:"K"`
	Block     string `json:"SECRET_BLOCK"`
	Timestamp string `json:"TIMESTAMP"`
	Signature string `json:"PASSWORD_CLAIM_SIGNATURE"`
}

func exchangeVectors(t *testing.T) []exchangeVector {
	t.Helper()
	data, err := os.ReadFile("testdata/srp-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Vectors []exchangeVector }
	if err := json.Unmarshal(data, &all); err != nil || len(all.Vectors) < 3 {
		t.Fatalf("%d vectors: %v", len(all.Vectors), err)
	}
	return all.Vectors
}

func number(t *testing.T, text string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(text, 16)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n
}

// client calculates a client's values: SRP_A, and the signature for a challenge.
type client struct{ a *big.Int }

func (c client) public() string { return new(big.Int).Exp(group().g, c.a, group().n).Text(16) }

func (c client) key(t *testing.T, v exchangeVector, e *Exchange) []byte {
	t.Helper()
	g := group()
	x := secretExponent(v.PoolID, v.User, v.Password, number(t, e.Salt))
	u := scramble(number(t, c.public()), number(t, e.B))
	base := new(big.Int).Mul(g.k, new(big.Int).Exp(g.g, x, g.n))
	base.Sub(number(t, e.B), base)
	exponent := new(big.Int).Mul(u, x)
	s := new(big.Int).Exp(base.Mod(base, g.n), exponent.Add(exponent, c.a), g.n)
	key, err := sessionKey(s, u)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (c client) claim(t *testing.T, v exchangeVector, e *Exchange) Claim {
	t.Helper()
	claim := Claim{PoolID: v.PoolID, UserIDForSRP: v.User, A: c.public(), SecretBlock: v.Block, Timestamp: v.Timestamp}
	block, err := base64.StdEncoding.DecodeString(v.Block)
	if err != nil {
		t.Fatal(err)
	}
	claim.Signature = base64.StdEncoding.EncodeToString(claimSignature(c.key(t, v, e), claim, block))
	return claim
}

// TestExchangeVectors: both sides calculate the same as other implementations.
func TestExchangeVectors(t *testing.T) {
	for _, v := range exchangeVectors(t) {
		credential := v.Salt + ":" + v.Verifier
		e, err := ResumeExchange(credential, number(t, v.SmallB).Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if e.B != number(t, v.B).Text(16) || e.Salt != number(t, v.Salt).Text(16) {
			t.Errorf("%s: SRP_B %s, SALT %s", v.User, e.B, e.Salt)
		}
		if u := scramble(number(t, v.A), number(t, v.B)); u.Cmp(number(t, v.U)) != 0 {
			t.Errorf("%s: u %x", v.User, u)
		}
		key, err := e.key(credential, v.A)
		if err != nil || hex.EncodeToString(key) != v.K {
			t.Errorf("%s: K %x, want %s (%v)", v.User, key, v.K, err)
		}
		claim := Claim{PoolID: v.PoolID, UserIDForSRP: v.User, A: v.A, SecretBlock: v.Block, Timestamp: v.Timestamp, Signature: v.Signature}
		if !e.Verify(credential, claim) {
			t.Errorf("%s: the claim is refused", v.User)
		}
		c := client{number(t, v.SmallA)}
		if got := c.public(); got != number(t, v.A).Text(16) {
			t.Errorf("%s: the client's SRP_A %s", v.User, got)
		}
		if got := c.claim(t, v, e); got.Signature != v.Signature {
			t.Errorf("%s: the client's signature %s, want %s", v.User, got.Signature, v.Signature)
		}
	}
}

// TestClaimRefused: a claim that differs in any value is refused.
func TestClaimRefused(t *testing.T) {
	v := exchangeVectors(t)[0]
	credential := v.Salt + ":" + v.Verifier
	e, err := ResumeExchange(credential, number(t, v.SmallB).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	good := Claim{PoolID: v.PoolID, UserIDForSRP: v.User, A: v.A, SecretBlock: v.Block, Timestamp: v.Timestamp, Signature: v.Signature}
	n := group().n
	for name, change := range map[string]func(c *Claim){
		"pool":          func(c *Claim) { c.PoolID = "us-east-1_other" },
		"user":          func(c *Claim) { c.UserIDForSRP += "x" },
		"block":         func(c *Claim) { c.SecretBlock = base64.StdEncoding.EncodeToString([]byte("x")) },
		"block's form":  func(c *Claim) { c.SecretBlock = "*" },
		"time":          func(c *Claim) { c.Timestamp += " " },
		"signature":     func(c *Claim) { c.Signature = base64.StdEncoding.EncodeToString(make([]byte, 32)) },
		"no signature":  func(c *Claim) { c.Signature = "" },
		"its form":      func(c *Claim) { c.Signature = "*" },
		"A":             func(c *Claim) { c.A = "2" },
		"A of 0":        func(c *Claim) { c.A = "0" },
		"A of N":        func(c *Claim) { c.A = n.Text(16) },
		"A of 2N":       func(c *Claim) { c.A = new(big.Int).Lsh(n, 1).Text(16) },
		"A below 0":     func(c *Claim) { c.A = "-2" },
		"A that is not": func(c *Claim) { c.A = "" },
		"A of letters":  func(c *Claim) { c.A = "xyz" },
		"a long A":      func(c *Claim) { c.A = strings.Repeat("1", 2*len(group15)) },
	} {
		c := good
		if change(&c); e.Verify(credential, c) {
			t.Errorf("another %s is accepted", name)
		}
		if (CheckPublic(c.A) != nil) != (strings.HasPrefix(name, "A ") || name == "a long A") {
			t.Errorf("%s: CheckPublic returns %v", name, CheckPublic(c.A))
		}
	}
	for _, broken := range []string{"", ":", "1:", ":1", "zz:1", "1:zz"} {
		if _, err := NewExchange(broken); err == nil {
			t.Errorf("the credential %q is taken", broken)
		}
		if e.Verify(broken, good) {
			t.Errorf("the credential %q is accepted", broken)
		}
	}
}

// TestExchanges: both sides agree on random sign-ins, with numbers of every length.
func TestExchanges(t *testing.T) {
	v := exchangeVector{PoolID: "us-east-1_abc", User: "jane", Block: "AAAA", Timestamp: "Tue Jul 7 09:05:03 UTC 2026"}
	for i := range 20 {
		v.Password = fmt.Sprint("pässword ", i)
		credential := NewVerifier(v.PoolID, v.User, v.Password)
		e, err := NewExchange(credential)
		if err != nil {
			t.Fatal(err)
		}
		a := make([]byte, 1+i*6)
		rand.Read(a)
		a[0] |= 1
		c := client{new(big.Int).SetBytes(a)}
		if !e.Verify(credential, c.claim(t, v, e)) {
			t.Errorf("the right password is refused: %s, %x", credential, a)
		}
		v.Password += "!"
		if e.Verify(credential, c.claim(t, v, e)) {
			t.Errorf("a wrong password is accepted: %s, %x", credential, a)
		}
	}
}

// TestSimulated: a user who does not exist has the same salt at each sign-in, a salt unlike all
// others, and no password.
func TestSimulated(t *testing.T) {
	key := bytes.Repeat([]byte{7}, sha256.Size)
	one := Simulated(key, "us-east-1_abc", "jane")
	if one != Simulated(key, "us-east-1_abc", "jane") {
		t.Error("two sign-ins differ")
	}
	for _, other := range []string{
		Simulated(key, "us-east-1_abc", "john"), Simulated(key, "us-east-1_abd", "jane"), Simulated([]byte("another"), "us-east-1_abc", "jane"),
	} {
		if salt, _, _ := strings.Cut(other, ":"); strings.HasPrefix(one, salt) {
			t.Errorf("others have the salt %s, too", salt)
		}
	}
	e, err := NewExchange(one)
	if err != nil {
		t.Fatal(err)
	}
	v := exchangeVector{PoolID: "us-east-1_abc", User: "jane", Password: "", Block: "AAAA", Timestamp: "x"}
	if e.Verify(one, client{big.NewInt(5)}.claim(t, v, e)) || Verify("us-east-1_abc", "jane", "", one) {
		t.Error("a password fits")
	}
}
