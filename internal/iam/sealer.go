package iam

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// SealerKeySize is the size of a [Sealer]'s key in bytes: AES-256.
const SealerKeySize = 32

// The first byte of a sealed text is its kind, so that no text can be taken for another kind. A
// new way of sealing gets a byte of its own.
const (
	sealedSecret  = 1
	sealedSession = 2
	sealedMark    = 3
	sealedKey     = 4 // a key that the database keeps; 5 and more are kinds of boxes ([SecretKind])
)

var (
	// ErrSealed means that a secret could not be opened: it was sealed with another key or for
	// another access key, or it is damaged. AES-GCM does not tell which.
	ErrSealed = errors.New("iam: the access key's secret cannot be opened: it was sealed with another key than this server's, or it is damaged")
	// ErrSealVersion means that this program does not know how the secret was sealed.
	ErrSealVersion = errors.New("iam: the access key's secret was sealed in a way that this program does not know")
)

// Sealer encrypts the secrets of access keys for the database. The server must know these
// secrets to check signatures. A Sealer is safe for concurrent use.
type Sealer struct {
	aead cipher.AEAD
}

// NewSealer returns a sealer with a key of [SealerKeySize] random bytes.
func NewSealer(key []byte) (*Sealer, error) {
	if len(key) != SealerKeySize {
		return nil, fmt.Errorf("iam: the key that seals secrets has %d bytes; it must have %d", len(key), SealerKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead}, nil
}

// Seal encrypts an access key's secret with AES-256-GCM. It returns a version byte, a random
// nonce, the encrypted secret and its tag. Only the same access key opens it. Random nonces are
// safe for 2³² secrets per key (NIST SP 800-38D, section 8.3).
func (s *Sealer) Seal(accessKeyID string, secret Secret) []byte {
	return s.aead.Seal([]byte{sealedSecret}, nil, []byte(secret), associated(accessKeyID))
}

// Open decrypts the result of Seal for the access key. crypto/cipher compares the tag in
// constant time; callers that compare signatures made with the secret must do the same.
func (s *Sealer) Open(accessKeyID string, sealed []byte) (Secret, error) {
	if len(sealed) == 0 || sealed[0] != sealedSecret {
		return "", ErrSealVersion
	}
	secret, err := s.aead.Open(nil, nil, sealed[1:], associated(accessKeyID))
	if err != nil {
		return "", ErrSealed // err says less
	}
	return Secret(secret), nil
}

// associated returns the data that binds a sealed text to its version and access key.
func associated(accessKeyID string) []byte {
	return append([]byte{sealedSecret}, accessKeyID...)
}

// Mark returns a text that only this sealer's key can make. It identifies the key later.
func (s *Sealer) Mark() []byte {
	return s.aead.Seal([]byte{sealedMark}, nil, nil, []byte{sealedMark})
}

// VerifyMark reports whether this sealer's key made the mark.
func (s *Sealer) VerifyMark(mark []byte) bool {
	if len(mark) == 0 || mark[0] != sealedMark {
		return false
	}
	_, err := s.aead.Open(nil, nil, mark[1:], []byte{sealedMark})
	return err == nil
}
