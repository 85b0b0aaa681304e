package token

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// keyBits is the size of keys, as in Cognito.
const keyBits = 2048

// makeKeys makes a key of each kind. That takes some tenths of a second of processor time, so only
// one call at a time does it.
func (i *Issuer) makeKeys(ctx context.Context) ([]Key, error) {
	select {
	case i.making <- struct{}{}:
		defer func() { <-i.making }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var made []Key
	for _, kind := range kinds {
		k, err := makeKey(kind)
		if err != nil {
			return nil, fmt.Errorf("making a key that signs tokens: %w", err)
		}
		made = append(made, k)
	}
	return made, nil
}

// makeKey makes a key of a kind. Its id is the SHA-256 of the public key in base64, which has the
// form of Cognito's ids.
func makeKey(kind Kind) (Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return Key{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return Key{}, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return Key{}, err
	}
	sum := sha256.Sum256(public)
	return Key{ID: base64.StdEncoding.EncodeToString(sum[:]), Kind: kind, Public: public, Private: secret}, nil
}

// parsedKey is a key that can be used.
type parsedKey struct {
	Key    // without its private part
	public *rsa.PublicKey
	signer jose.Signer
}

// parse parses a stored key.
func parse(k Key) (parsedKey, error) {
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return parsedKey{}, fmt.Errorf("the stored key %s, which signs tokens, is damaged: %w", k.ID, err)
	}
	secret, ok := private.(*rsa.PrivateKey)
	if !ok {
		return parsedKey{}, fmt.Errorf("the stored key %s, which signs tokens, is a %T; it must be an RSA key", k.ID, private)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: secret, KeyID: k.ID}}, nil)
	if err != nil {
		return parsedKey{}, err
	}
	k.Private = nil
	return parsedKey{Key: k, public: &secret.PublicKey, signer: signer}, nil
}
