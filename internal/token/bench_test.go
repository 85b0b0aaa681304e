package token

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"testing"
)

// BenchmarkIssue makes an ID and an access token. BenchmarkSignatures is its floor.
func BenchmarkIssue(b *testing.B) {
	m := newMemory()
	i := newIssuer(m)
	issue(b, i, m.one())
	for b.Loop() {
		issue(b, i, m.one())
	}
}

// BenchmarkSignatures makes only the two signatures.
func BenchmarkSignatures(b *testing.B) {
	k, err := makeKey(ID)
	if err != nil {
		b.Fatal(err)
	}
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256(k.Public)
	for b.Loop() {
		for range 2 {
			if _, err := rsa.SignPKCS1v15(rand.Reader, private.(*rsa.PrivateKey), crypto.SHA256, sum[:]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkVerifyAccess verifies an access token, with the pool and the keys in memory.
func BenchmarkVerifyAccess(b *testing.B) {
	m := newMemory()
	i := newIssuer(m)
	text := issue(b, i, m.one()).Access
	for b.Loop() {
		if _, err := i.VerifyAccess(context.Background(), m, text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMakeKeys makes the two keys of a pool.
func BenchmarkMakeKeys(b *testing.B) {
	i := newIssuer(newMemory())
	for b.Loop() {
		if _, err := i.makeKeys(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadKeys parses the two keys of a pool.
func BenchmarkReadKeys(b *testing.B) {
	m := newMemory()
	i := newIssuer(m)
	issue(b, i, m.one())
	for b.Loop() {
		if _, err := i.readRing(context.Background(), m.one()); err != nil {
			b.Fatal(err)
		}
	}
}
