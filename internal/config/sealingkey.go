package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// EnvSealingKey is the environment variable that sets the key which seals
// secrets in the database.
const EnvSealingKey = "POOLHOUSE_SEALING_KEY"

// sealingKeySize is how many bytes the key has.
const sealingKeySize = 32

// SealingKey returns the key that seals secrets in the database: that of the
// environment, else that of DATA/sealing-key, and nil if there is neither.
// getenv is os.Getenv.
func SealingKey(data string, getenv func(string) string) ([]byte, error) {
	if text := getenv(EnvSealingKey); text != "" {
		return parseSealingKey(EnvSealingKey, text)
	}
	path := sealingKeyPath(data)
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
	key := make([]byte, sealingKeySize)
	_, _ = rand.Read(key) // never fails: the program would end
	return key, writePrivate(sealingKeyPath(data), base64.StdEncoding.EncodeToString(key)+"\n")
}

func sealingKeyPath(data string) string { return filepath.Join(data, "sealing-key") }

// parseSealingKey reads a key in base64. What it says of one that is none does
// not repeat it.
func parseSealingKey(source, text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != sealingKeySize {
		return nil, fmt.Errorf("%s is not %d bytes in base64; a good key is what openssl rand -base64 %d prints", source, sealingKeySize, sealingKeySize)
	}
	return key, nil
}
