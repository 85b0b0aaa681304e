package iam

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// DataKeySize is the size of a data key in bytes.
const DataKeySize = 32

// SecretKind is the kind of secret that a [Box] seals. It is the first byte of the sealed text,
// so that no secret can be taken for one of another kind.
type SecretKind byte

// The kinds of secrets that a data key seals. Smaller numbers belong to [Sealer].
const (
	ClientSecrets SecretKind = 5  // app clients with a secret
	Credentials   SecretKind = 6  // verifiers and hashes of users' passwords
	UploadURLs    SecretKind = 7  // pre-signed URLs
	Factors       SecretKind = 8  // second factors of users
	Messages      SecretKind = 9  // messages to users, with their codes
	TokenKeys     SecretKind = 10 // private keys that sign tokens
	Challenges    SecretKind = 11 // the server's state in a sign-in challenge, which the client holds
	ImportRows    SecretKind = 12 // rows of import files
	FileHeaders   SecretKind = 13 // headers of import files
	Corrections   SecretKind = 14 // a person's corrections of such rows
	Looks         SecretKind = 15 // results of looking at an import file before its job
	FileFormats   SecretKind = 16 // formats of import files, with the names of their columns
	FilesAsked    SecretKind = 17 // what a request says about how to read an import file
	ImportMaps    SecretKind = 18 // how to read the columns of a pool's import files
)

// ErrDataSealed means that a secret could not be opened: it was sealed with another data key or
// for another place, or it is damaged.
var ErrDataSealed = errors.New("iam: a secret in the database cannot be opened: it was sealed with another key than this server's, for another place, or it is damaged")

// DataKey is the random key from which the keys of all boxes are derived. The database has it,
// sealed by a [Sealer]. A new sealing key seals the data key again; what the data key sealed
// stays unchanged.
type DataKey struct{ secret []byte }

// NewDataKey returns the data key of [DataKeySize] random bytes.
func NewDataKey(secret []byte) (*DataKey, error) {
	if len(secret) != DataKeySize {
		return nil, fmt.Errorf("iam: a data key has %d bytes; it must have %d", len(secret), DataKeySize)
	}
	return &DataKey{secret: secret}, nil
}

// Box seals secrets of one kind for one place, with its own key. It is safe for concurrent use.
type Box struct {
	aead cipher.AEAD
	kind SecretKind
}

// Box returns the box of a kind for a place, such as the users of one user pool. Its key is
// derived with HKDF-SHA256 (RFC 5869) from the data key. Random nonces are safe for 2³² secrets
// per box (NIST SP 800-38D, section 8.3).
func (k *DataKey) Box(kind SecretKind, place string) *Box {
	// These calls do not fail with keys of this size.
	key, _ := hkdf.Key(sha256.New, k.secret, nil, fmt.Sprintf("poolhouse %d %s", kind, place), SealerKeySize)
	block, _ := aes.NewCipher(key)
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return &Box{aead: aead, kind: kind}
}

// Seal encrypts a secret with AES-256-GCM. It returns the kind, a random nonce, the encrypted
// secret and its tag. Only the same id opens it.
func (b *Box) Seal(id string, secret []byte) []byte {
	sealed := make([]byte, 1, 1+len(secret)+b.aead.Overhead())
	sealed[0] = byte(b.kind)
	return b.aead.Seal(sealed, nil, secret, []byte(id))
}

// Open decrypts the result of Seal for the id.
func (b *Box) Open(id string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != byte(b.kind) {
		return nil, ErrDataSealed
	}
	secret, err := b.aead.Open(nil, nil, sealed[1:], []byte(id))
	if err != nil {
		return nil, ErrDataSealed // err says less
	}
	return secret, nil
}

// SealKey encrypts a key that all servers of a database share. Only the same name opens it.
func (s *Sealer) SealKey(name string, key []byte) []byte {
	return s.aead.Seal([]byte{sealedKey}, nil, key, keyName(name))
}

// OpenKey decrypts the result of SealKey for the name.
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
	key, _ := hkdf.Key(sha256.New, k.secret, nil, "poolhouse MAC "+use, sha256.Size) // never fails with this size
	return key
}
