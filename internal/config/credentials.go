package config

import (
	"bufio"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"poolhouse/internal/durable"
	"poolhouse/internal/platform"
)

// Credentials are an access key and its secret.
type Credentials struct {
	AccessKeyID string
	Secret      string
}

// The environment variables that set the root credentials.
const (
	EnvRootAccessKeyID = "POOLHOUSE_ROOT_ACCESS_KEY_ID"
	EnvRootSecret      = "POOLHOUSE_ROOT_SECRET_ACCESS_KEY"
)

// profile is the section of the credentials file.
const profile = "poolhouse"

// RootCredentials returns the credentials that may do everything: those of
// the environment, else those of DATA/credentials, which is made with new
// ones if it is not there. getenv is os.Getenv. The caller holds the lock of
// the directory: two that make credentials at once would have different ones.
func RootCredentials(data string, getenv func(string) string) (Credentials, error) {
	c := Credentials{getenv(EnvRootAccessKeyID), getenv(EnvRootSecret)}
	switch {
	case c.AccessKeyID != "" && c.Secret != "":
		return c, nil
	case c.AccessKeyID != "" || c.Secret != "":
		return c, fmt.Errorf("%s and %s belong together; one of them is missing", EnvRootAccessKeyID, EnvRootSecret)
	}
	path := filepath.Join(data, "credentials")
	c, err := ReadCredentials(path)
	if errors.Is(err, fs.ErrNotExist) {
		c = newCredentials()
		return c, writeCredentials(path, c)
	}
	return c, err
}

func newCredentials() Credentials {
	id, secret := make([]byte, 10), make([]byte, 30)
	rand.Read(id)
	rand.Read(secret)
	return Credentials{
		AccessKeyID: "PHIA" + base32.StdEncoding.EncodeToString(id),
		Secret:      base64.StdEncoding.EncodeToString(secret),
	}
}

// writeCredentials makes the file of credentials.
func writeCredentials(path string, c Credentials) error {
	return writePrivate(path, fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profile, c.AccessKeyID, c.Secret))
}

// writePrivate makes a file for its owner only, whole or not at all.
func writePrivate(path, text string) error { return durable.WriteFile(path, []byte(text), 0o600) }

// openPrivate opens a file that has a secret. One that others may read is
// refused, and so is a
// link, by which others could have another file read.
func openPrivate(path string) (*os.File, error) {
	file, err := platform.OpenNoFollow(path, os.O_RDONLY, 0)
	if errors.Is(err, platform.ErrLink) {
		return nil, fmt.Errorf("%s is a symbolic link; a file with a secret must be there itself", path)
	}
	if err != nil {
		return nil, err
	}
	mode, err := platform.Permissions(file)
	if err == nil && mode&0o077 != 0 {
		err = fmt.Errorf("%s can be read by others (mode %04o); run: %s", path, mode, platform.Restrict("600", path))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// ReadCredentials reads a file in the form of the AWS shared credentials
// file, profile poolhouse. A file that others may read is refused.
func ReadCredentials(path string) (Credentials, error) {
	file, err := openPrivate(path)
	if err != nil {
		return Credentials{}, err
	}
	defer file.Close()
	return parseCredentials(path, file)
}

// parseCredentials reads the text of such a file. What it says of one that has none does
// not repeat it.
func parseCredentials(path string, text io.Reader) (c Credentials, err error) {
	section := ""
	for lines := bufio.NewScanner(text); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		switch {
		case section != profile:
		case strings.TrimSpace(name) == "aws_access_key_id":
			c.AccessKeyID = strings.TrimSpace(value)
		case strings.TrimSpace(name) == "aws_secret_access_key":
			c.Secret = strings.TrimSpace(value)
		}
	}
	if c.AccessKeyID == "" || c.Secret == "" {
		return c, fmt.Errorf("%s has no profile [%s] with aws_access_key_id and aws_secret_access_key", path, profile)
	}
	return c, nil
}
