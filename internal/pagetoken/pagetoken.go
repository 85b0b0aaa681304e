package pagetoken

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// SecretSize is the length of the secret of a [Key], in bytes.
const SecretSize = 32

// ErrToken says that a token is none that the key made for the list.
var ErrToken = errors.New("pagetoken: not a token of this list")

// List names a list: the operation that answers it, and each argument that
// decides what is on it and in which order.
type List []string

// bytes tells lists apart: each part has its length before it.
func (l List) bytes() []byte {
	var out []byte
	for _, part := range l {
		out = binary.BigEndian.AppendUint64(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}

// Key seals and opens tokens. Servers with the same secret take each other's.
type Key struct {
	aead cipher.AEAD
	mac  []byte
}

// NewKey returns the key of a secret, which has [SecretSize] random bytes.
func NewKey(secret []byte) (*Key, error) {
	if len(secret) != SecretSize {
		return nil, fmt.Errorf("pagetoken: the secret has %d bytes, not %d", len(secret), SecretSize)
	}
	sealing, err := hkdf.Expand(sha256.New, secret, "poolhouse page token seal", 32)
	if err != nil {
		return nil, err
	}
	mac, err := hkdf.Expand(sha256.New, secret, "poolhouse page token tag", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Key{aead, mac}, err
}

// Seal returns the token of a place in a list. Two tokens of one place differ.
func (k *Key) Seal(list List, place string) string {
	return base64.RawURLEncoding.EncodeToString(k.aead.Seal(nil, nil, []byte(place), list.bytes()))
}

// Open returns the place of a token that [Key.Seal] made for the list, and
// [ErrToken] for every other text.
func (k *Key) Open(list List, token string) (place string, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", ErrToken
	}
	opened, err := k.aead.Open(nil, nil, sealed, list.bytes())
	if err != nil {
		return "", ErrToken
	}
	return string(opened), nil
}

// TagSize is the length of a tag, in bytes.
const TagSize = 15

// Tag returns what proves that a place is one of the list. It is for tokens
// that show their place, and always the same for the same place.
func (k *Key) Tag(list List, place string) []byte {
	mac := hmac.New(sha256.New, k.mac)
	mac.Write(append(list.bytes(), place...))
	return mac.Sum(nil)[:TagSize]
}
