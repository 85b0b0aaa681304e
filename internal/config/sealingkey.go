package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"poolhouse/internal/durable"
)

// EnvSealingKey is the environment variable that sets the key which seals
// secrets in the database.
const EnvSealingKey = "POOLHOUSE_SEALING_KEY"

// EnvNewSealingKey is the environment variable that gives the key which is to take the place
// of the one that seals secrets.
const EnvNewSealingKey = "POOLHOUSE_NEW_SEALING_KEY"

// sealingKeySize is how many bytes the key has.
const sealingKeySize = 32

// SealingKey returns the key that seals secrets in the database: that of the
// environment, else that of DATA/sealing-key, and nil if there is neither.
// getenv is os.Getenv.
func SealingKey(data string, getenv func(string) string) ([]byte, error) {
	if text := getenv(EnvSealingKey); text != "" {
		return parseSealingKey(EnvSealingKey, text)
	}
	return readSealingKey(sealingKeyPath(data))
}

// readSealingKey returns the key in a file, nil if there is none.
func readSealingKey(path string) ([]byte, error) {
	file, err := openPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text := make([]byte, 256)
	n, err := file.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return parseSealingKey(path, string(text[:n]))
}

// NewSealingKey makes DATA/sealing-key with a new key.
func NewSealingKey(data string) ([]byte, error) {
	key := randomSealingKey()
	return key, writeSealingKey(sealingKeyPath(data), key)
}

func randomSealingKey() []byte {
	key := make([]byte, sealingKeySize)
	_, _ = rand.Read(key) // never fails: the program would end
	return key
}

func writeSealingKey(path string, key []byte) error {
	return writePrivate(path, base64.StdEncoding.EncodeToString(key)+"\n")
}

func sealingKeyPath(data string) string { return filepath.Join(data, "sealing-key") }

// NextSealingKeyPath is where the key is while it takes the place of DATA/sealing-key.
func NextSealingKeyPath(data string) string { return sealingKeyPath(data) + ".next" }

// NextSealingKey returns the key that is to take the place of DATA/sealing-key, nil if there is
// none.
func NextSealingKey(data string) ([]byte, error) { return readSealingKey(NextSealingKeyPath(data)) }

// GivenSealingKey returns the new key that the environment gives, nil if it gives none.
func GivenSealingKey(getenv func(string) string) ([]byte, error) {
	text := getenv(EnvNewSealingKey)
	if text == "" {
		return nil, nil
	}
	return parseSealingKey(EnvNewSealingKey, text)
}

// MakeNextSealingKey keeps a key that is to take the place of DATA/sealing-key beside it: the
// one given, or a new one for nil.
func MakeNextSealingKey(data string, given []byte) ([]byte, error) {
	if given == nil {
		given = randomSealingKey()
	}
	return given, writeSealingKey(NextSealingKeyPath(data), given)
}

// UseNextSealingKey makes that key DATA/sealing-key. The one before is gone then.
func UseNextSealingKey(data string) error {
	return durable.Rename(NextSealingKeyPath(data), sealingKeyPath(data))
}

// parseSealingKey reads a key in base64. What it says of one that is none does
// not repeat it.
func parseSealingKey(source, text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != sealingKeySize {
		return nil, fmt.Errorf("%s is not %d bytes in base64; a good key is what openssl rand -base64 %d prints", source, sealingKeySize, sealingKeySize)
	}
	return key, nil
}
