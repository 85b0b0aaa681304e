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

// ErrToken says that the key did not make this token for this list.
var ErrToken = errors.New("pagetoken: not a token of this list")

// List names a list: the operation that returns it, and each argument that decides its
// items and their order.
type List []string

// bytes gives different lists different bytes: it writes the length before each part.
func (l List) bytes() []byte {
	var out []byte
	for _, part := range l {
		out = binary.BigEndian.AppendUint64(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}

// Key seals and opens tokens. Servers with the same secret accept each other's tokens.
type Key struct {
	aead cipher.AEAD
	mac  []byte
}

// NewKey returns the key for a secret of [SecretSize] random bytes.
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

// Seal returns a token for a place in a list. Two tokens for one place differ.
func (k *Key) Seal(list List, place string) string {
	return base64.RawURLEncoding.EncodeToString(k.aead.Seal(nil, nil, []byte(place), list.bytes()))
}

// Open returns the place in a token that [Key.Seal] made for the list. It returns
// [ErrToken] for any other text.
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

// Tag returns a proof that a place belongs to the list. It is for tokens that show their
// place. The same place always has the same tag.
func (k *Key) Tag(list List, place string) []byte {
	mac := hmac.New(sha256.New, k.mac)
	mac.Write(append(list.bytes(), place...))
	return mac.Sum(nil)[:TagSize]
}
