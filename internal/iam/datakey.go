package iam

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// DataKeySize is how many bytes a data key has.
const DataKeySize = 32

// SecretKind says what kind of secret a [Box] seals. It is the first byte of what is
// sealed, so that none can be taken for another.
type SecretKind byte

// The kinds of secrets that a data key seals. Smaller numbers are a [Sealer]'s.
const (
	ClientSecrets SecretKind = 5  // documents of app clients that have a secret
	Credentials   SecretKind = 6  // passwords' verifiers and hashes of users
	UploadURLs    SecretKind = 7  // pre-signed URLs
	Factors       SecretKind = 8  // second factors of users
	Messages      SecretKind = 9  // messages to users, with the codes in them
	TokenKeys     SecretKind = 10 // private keys that sign tokens
	Challenges    SecretKind = 11 // what the server keeps in the hands of those who sign in
	ImportRows    SecretKind = 12 // rows of import files
	FileHeaders   SecretKind = 13 // headers of import files
	Corrections   SecretKind = 14 // what a person wrote in place of such a row's values
	Looks         SecretKind = 15 // what was seen of an import file before its job
	FileFormats   SecretKind = 16 // how import files are written, with the names of their columns
	FilesAsked    SecretKind = 17 // what was said about how an import file is to be read
	ImportMaps    SecretKind = 18 // what columns of a pool's import files are read as
)

// ErrDataSealed says that a secret could not be opened: another data key sealed it,
// or it is damaged, or it is in another place than it was sealed for.
var ErrDataSealed = errors.New("iam: a secret in the database cannot be opened: it was sealed with another key than this server's, for another place, or it is damaged")

// DataKey is a random key from which the keys of all boxes are derived. It is
// itself in the database, sealed by a [Sealer]: another sealing key seals it anew,
// and what it sealed stays as it is.
type DataKey struct{ secret []byte }

// NewDataKey returns the data key of [DataKeySize] random bytes.
func NewDataKey(secret []byte) (*DataKey, error) {
	if len(secret) != DataKeySize {
		return nil, fmt.Errorf("iam: a data key has %d bytes; it must have %d", len(secret), DataKeySize)
	}
	return &DataKey{secret: secret}, nil
}

// Box seals secrets of one kind for one place, with a key of its own. It may be used
// by many goroutines at once.
type Box struct {
	aead cipher.AEAD
	kind SecretKind
}

// Box returns the box of a kind for a place, such as the users of one user pool. Its
// key is HKDF-SHA256 (RFC 5869) of the data key. A random nonce is good for 2³²
// secrets a box (NIST SP 800-38D, section 8.3).
func (k *DataKey) Box(kind SecretKind, place string) *Box {
	// None of these fails with keys of this size.
	key, _ := hkdf.Key(sha256.New, k.secret, nil, fmt.Sprintf("poolhouse %d %s", kind, place), SealerKeySize)
	block, _ := aes.NewCipher(key)
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return &Box{aead: aead, kind: kind}
}

// Seal encrypts a secret with AES-256-GCM: the byte of the kind, a random nonce, the
// encrypted secret and its tag. It can be opened only for the same id.
func (b *Box) Seal(id string, secret []byte) []byte {
	sealed := make([]byte, 1, 1+len(secret)+b.aead.Overhead())
	sealed[0] = byte(b.kind)
	return b.aead.Seal(sealed, nil, secret, []byte(id))
}

// Open decrypts what Seal returned for the id.
func (b *Box) Open(id string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != byte(b.kind) {
		return nil, ErrDataSealed
	}
	secret, err := b.aead.Open(nil, nil, sealed[1:], []byte(id))
	if err != nil {
		return nil, ErrDataSealed // not err, which says less
	}
	return secret, nil
}

// SealKey encrypts a key that all servers of a database share. What is sealed under
// one name cannot be opened under another.
func (s *Sealer) SealKey(name string, key []byte) []byte {
	return s.aead.Seal([]byte{sealedKey}, nil, key, keyName(name))
}

// OpenKey decrypts what SealKey returned for the name.
func (s *Sealer) OpenKey(name string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != sealedKey {
		return nil, fmt.Errorf("iam: the key %s in the database was sealed in a way that this program does not know", name)
	}
	key, err := s.aead.Open(nil, nil, sealed[1:], keyName(name))
	if err != nil {
		return nil, fmt.Errorf("iam: the key %s in the database cannot be opened: it was sealed with another key than this server's, or it is damaged", name)
	}
	return key, nil
}

func keyName(name string) []byte { return append([]byte{sealedKey}, name...) }

// MACKey returns a key for message authentication codes of one use, derived from the data key.
func (k *DataKey) MACKey(use string) []byte {
	key, _ := hkdf.Key(sha256.New, k.secret, nil, "poolhouse MAC "+use, sha256.Size) // does not fail with this size
	return key
}
