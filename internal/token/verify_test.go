package token

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// forge makes a token of a header and claims; sign signs its input.
func forge(t testing.TB, header, claims map[string]any, sign func([]byte) []byte) string {
	t.Helper()
	h, err := json.Marshal(header)
	c, err2 := json.Marshal(claims)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(text)))
}

// by signs with RS256.
func by(t testing.TB, private []byte) func([]byte) []byte {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return func(text []byte) []byte {
		sum := sha256.Sum256(text)
		signature, err := rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

// keyOf returns a pool's key of a kind.
func (m *memory) keyOf(number int64, kind Kind) Key {
	return signing(m.keys[number], kind, time.Now())
}

// TestVerifyAccess: a token is accepted with all its claims, also by another server.
func TestVerifyAccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a, b := newIssuer(m), newIssuer(m)
		text := issue(t, a, m.one()).Access
		for _, i := range []*Issuer{a, b} {
			got, err := i.VerifyAccess(t.Context(), m, text)
			now := time.Now()
			if err != nil || got.Pool.ID != m.one().ID || got.Sub != subAda || got.Username != "ada" || got.ClientID != "client1" || got.SessionID != sessionID || got.JTI != part(t, text, 1)["jti"] ||
				got.Scope != scopeAPI || !got.AuthTime.Equal(now) || !got.IssuedAt.Equal(now) || !got.Expires.Equal(now.Add(time.Hour)) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		time.Sleep(time.Hour - time.Second)
		if _, err := b.VerifyAccess(t.Context(), m, text); err != nil {
			t.Errorf("a second before the end: %v", err)
		}
		time.Sleep(time.Second)
		if _, err := b.VerifyAccess(t.Context(), m, text); !errors.Is(err, ErrExpired) {
			t.Errorf("at the end: %v", err)
		}
	})
}

// TestForgeries: a text that is not an access token of a pool here is refused as invalid, even if
// it has expired.
func TestForgeries(t *testing.T) {
	t.Parallel()
	m := newMemory()
	i := newIssuer(m)
	good, two := issue(t, i, m.one()), issue(t, i, m.two())
	header, claims := part(t, good.Access, 0), part(t, good.Access, 1)
	key, idKey, otherKey := m.keyOf(1, Access), m.keyOf(1, ID), m.keyOf(2, Access)
	own := by(t, key.Private)
	stranger, err := makeKey(Access)
	if err != nil {
		t.Fatal(err)
	}
	pub := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: key.Public})
	macOf := func(secret []byte) func([]byte) []byte {
		return func(text []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(text)
			return mac.Sum(nil)
		}
	}
	parts := strings.Split(good.Access, ".")
	claim := func(name string, value any) string {
		return forge(t, header, with(claims, map[string]any{name: value}), own)
	}
	if _, err := i.VerifyAccess(t.Context(), m, forge(t, header, claims, own)); err != nil {
		t.Fatalf("a token that is made as those are that must be refused: %v", err)
	}
	for name, text := range map[string]string{
		"nothing": "", "dots": "..", "text": "abc", "two parts": parts[0] + "." + parts[1], "four parts": good.Access + ".x", "a space": good.Access + " ",
		"alg none":                              forge(t, with(header, map[string]any{"alg": "none"}), claims, func([]byte) []byte { return nil }),
		"alg none, with the signature":          forge(t, with(header, map[string]any{"alg": "none"}), claims, own),
		"no alg":                                forge(t, with(header, map[string]any{"alg": nil}), claims, own),
		"HS256 with the public key":             forge(t, with(header, map[string]any{"alg": "HS256"}), claims, macOf(key.Public)),
		"HS256 with the public key as PEM":      forge(t, with(header, map[string]any{"alg": "HS256"}), claims, macOf(pub)),
		"RS256 with a MAC":                      forge(t, header, claims, macOf(key.Public)),
		"RS512 in the header":                   forge(t, with(header, map[string]any{"alg": "RS512"}), claims, own),
		"PS256 in the header":                   forge(t, with(header, map[string]any{"alg": "PS256"}), claims, own),
		"no kid":                                forge(t, with(header, map[string]any{"kid": nil}), claims, own),
		"an unknown kid":                        forge(t, with(header, map[string]any{"kid": stranger.ID}), claims, by(t, stranger.Private)),
		"a stranger's signature":                forge(t, header, claims, by(t, stranger.Private)),
		"a key in the header":                   forge(t, with(header, map[string]any{"jwk": map[string]string{"kty": "RSA"}, "kid": stranger.ID}), claims, by(t, stranger.Private)),
		"a critical header":                     forge(t, with(header, map[string]any{"crit": []string{"x"}, "x": 1}), claims, own),
		"the key of ID tokens":                  forge(t, with(header, map[string]any{"kid": idKey.ID}), claims, by(t, idKey.Private)),
		"the ID token":                          good.ID,
		"an ID token with the key of the other": forge(t, header, part(t, good.ID, 1), own),
		"another pool's token, named as ours":   forge(t, part(t, two.Access, 0), claims, by(t, otherKey.Private)),
		"ours, named as another pool's":         claim("iss", "https://pool.example.com/eu-west-1_two"),
		"a pool that is not there":              claim("iss", "https://pool.example.com/us-east-1_none"),
		"another issuer":                        claim("iss", "https://pool.example.org/us-east-1_one"),
		"an issuer with more before":            claim("iss", "https://evil.example.com/https://pool.example.com/us-east-1_one"),
		"an issuer with more behind":            claim("iss", "https://pool.example.com/us-east-1_one/"),
		"no issuer":                             claim("iss", nil),
		"an issuer that is a number":            claim("iss", 1),
		"no token_use":                          claim("token_use", nil),
		"no sub":                                claim("sub", nil), "no username": claim("username", nil), "no client": claim("client_id", nil), "no session": claim("event_id", nil),
		"a time that is a text":     claim("exp", "2099"),
		"changed claims":            parts[0] + "." + strings.Split(claim("username", "bob"), ".")[1] + "." + parts[2],
		"expired and changed":       parts[0] + "." + strings.Split(claim("exp", 1), ".")[1] + "." + parts[2],
		"a signature cut off":       good.Access[:len(good.Access)-4],
		"no signature":              parts[0] + "." + parts[1] + ".",
		"JSON serialization":        `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"base64 with padding":       parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"too long":                  claim("x", strings.Repeat("x", MaxLength)),
		"claims that are no object": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`)) + ".W10." + parts[2],
	} {
		if got, err := i.VerifyAccess(t.Context(), m, text); !errors.Is(err, ErrInvalid) || got.Pool != nil {
			t.Errorf("%s: %+v, %v; want ErrInvalid", name, got, err)
		}
	}
	if _, err := i.VerifyAccess(t.Context(), m, claim("exp", 1)); !errors.Is(err, ErrExpired) {
		t.Errorf("an old one of ours: %v", err)
	}
	if _, err := i.VerifyAccess(t.Context(), m, claim("exp", nil)); !errors.Is(err, ErrExpired) {
		t.Errorf("one without an end: %v", err)
	}
	if _, err := i.VerifyAccess(t.Context(), m, claim("iss", "https://pool.example.com/us-east-1_broken")); err == nil || errors.Is(err, ErrInvalid) {
		t.Errorf("a database that is gone: %v", err)
	}
}

// TestVerifyMakesNoKeys: a made-up token causes no keys to be made for a pool.
func TestVerifyMakesNoKeys(t *testing.T) {
	t.Parallel()
	from, m := newMemory(), newMemory()
	text := issue(t, newIssuer(from), from.one()).Access
	i := newIssuer(m)
	if _, err := i.VerifyAccess(t.Context(), m, text); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v", err)
	}
	if _, changes := m.counts(); changes > 0 {
		t.Errorf("%d changes", changes)
	}
}

// TestMadeAgain: a token of a deleted pool is refused by a new pool with the same id.
func TestMadeAgain(t *testing.T) {
	t.Parallel()
	m := newMemory()
	i := newIssuer(m)
	text := issue(t, i, m.one()).Access
	anew := *m.one()
	anew.Number = 9
	m.pools[anew.ID] = &anew
	issue(t, i, m.one())
	if _, err := i.VerifyAccess(t.Context(), m, text); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v", err)
	}
}

// FuzzVerifyAccess: an accepted text has only claims of a token that was issued.
func FuzzVerifyAccess(f *testing.F) {
	m := newMemory()
	i := newIssuer(m)
	tokens := issue(f, i, m.one())
	good, err := i.VerifyAccess(context.Background(), m, tokens.Access)
	if err != nil {
		f.Fatal(err)
	}
	header, claims := part(f, tokens.Access, 0), part(f, tokens.Access, 1)
	nothing := func([]byte) []byte { return nil }
	for _, text := range []string{
		tokens.Access, tokens.ID, tokens.Access + "=", "a.b.c", "", strings.Replace(tokens.Access, ".", "..", 1),
		forge(f, map[string]any{"alg": "none"}, claims, nothing), forge(f, header, maps.Clone(claims), nothing), forge(f, header, map[string]any{"iss": claims["iss"]}, nothing),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := i.VerifyAccess(t.Context(), m, text)
		switch {
		case err == nil && got != good:
			t.Errorf("%q is taken, and says %+v", text, got)
		case err != nil && !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrExpired) && !strings.Contains(err.Error(), "database is gone"):
			t.Errorf("%q: %v", text, err)
		}
	})
}
