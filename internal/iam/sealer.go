package iam

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// SealerKeySize is how many bytes the key of a [Sealer] has: AES-256.
const SealerKeySize = 32

// The first byte of what is sealed says what it is, so that none can be taken
// for another. Another way of sealing would have a byte of its own.
const (
	sealedSecret  = 1
	sealedSession = 2
	sealedMark    = 3
	sealedKey     = 4 // a key that the database keeps; 5 and more are kinds of boxes ([SecretKind])
)

var (
	// ErrSealed says that a secret could not be opened: it is another key's
	// work, or is not what was sealed for this access key. AES-GCM does not
	// tell which.
	ErrSealed = errors.New("iam: the access key's secret cannot be opened: it was sealed with another key than this server's, or it is damaged")
	// ErrSealVersion says that a secret was sealed in a way that this program
	// does not know.
	ErrSealVersion = errors.New("iam: the access key's secret was sealed in a way that this program does not know")
)

// Sealer encrypts the secrets of access keys, which the server must know to
// check signatures, for the database. It may be used by many goroutines at
// once.
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

// Seal encrypts the secret of an access key with AES-256-GCM: a byte for the
// version, a random nonce, the encrypted secret and its tag. What is sealed for
// one access key cannot be opened for another. A random nonce is good for 2³²
// secrets a key (NIST SP 800-38D, section 8.3).
func (s *Sealer) Seal(accessKeyID string, secret Secret) []byte {
	return s.aead.Seal([]byte{sealedSecret}, nil, []byte(secret), associated(accessKeyID))
}

// Open decrypts what Seal returned for the access key. The tag is compared in
// constant time by crypto/cipher; whoever compares signatures made with the
// secret must do the same.
func (s *Sealer) Open(accessKeyID string, sealed []byte) (Secret, error) {
	if len(sealed) == 0 || sealed[0] != sealedSecret {
		return "", ErrSealVersion
	}
	secret, err := s.aead.Open(nil, nil, sealed[1:], associated(accessKeyID))
	if err != nil {
		return "", ErrSealed // not err, which says less
	}
	return Secret(secret), nil
}

// associated binds what is sealed to the version and the access key.
func associated(accessKeyID string) []byte {
	return append([]byte{sealedSecret}, accessKeyID...)
}

// Mark returns a text that only this sealer's key makes, to know it again by.
func (s *Sealer) Mark() []byte {
	return s.aead.Seal([]byte{sealedMark}, nil, nil, []byte{sealedMark})
}

// Made reports whether a mark was made with this sealer's key.
func (s *Sealer) Made(mark []byte) bool {
	if len(mark) == 0 || mark[0] != sealedMark {
		return false
	}
	_, err := s.aead.Open(nil, nil, mark[1:], []byte{sealedMark})
	return err == nil
}
