package password

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The hashing algorithms of CreateUserImportJob's PasswordHashingAlgorithm.
const (
	BCrypt       = "BCRYPT"
	SCrypt       = "SCRYPT"
	Argon2id     = "ARGON2ID"
	PBKDF2SHA256 = "PBKDF2_SHA256"
)

// The ceilings on cost parameters: a hash that is dearer is refused, because
// every sign-in would have to pay it (Developer Guide, same chapter).
const (
	MaxBCryptCost       = 12
	MaxSCryptN          = 65536
	MaxSCryptR          = 8
	MaxSCryptP          = 1
	MaxArgon2Memory     = 19456 // KiB
	MaxArgon2Time       = 2
	MaxArgon2Threads    = 1
	MaxPBKDF2Iterations = 600_000
)

// maxHashLength bounds what is looked at, in bytes.
const maxHashLength = 512

// CheckHash reports whether hash is a well-formed hash of the algorithm with
// parameters within the ceilings. The error says what is wrong and never
// repeats the hash.
func CheckHash(algorithm, hash string) error {
	if len(hash) > maxHashLength {
		return fmt.Errorf("the password hash is longer than %d characters", maxHashLength)
	}
	switch algorithm {
	case BCrypt:
		return checkBCrypt(hash)
	case SCrypt:
		return checkSCrypt(hash)
	case Argon2id:
		return checkArgon2id(hash)
	case PBKDF2SHA256:
		return checkPBKDF2(hash)
	}
	return fmt.Errorf("there is no password hashing algorithm %q", algorithm)
}

// bcrypt's last characters carry fewer than six bits: 16 bytes of salt are 22
// characters, 23 bytes of hash are 31.
var bcryptForm = regexp.MustCompile(`^\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{22}[./A-Za-z0-9]{31}$`)

func checkBCrypt(hash string) error {
	m := bcryptForm.FindStringSubmatch(hash)
	if m == nil {
		return errors.New("the password hash is not of the form $2b$cost$ and 53 characters of salt and hash")
	}
	return within("cost", m[1], 4, MaxBCryptCost)
}

func checkSCrypt(hash string) error {
	part := strings.Split(hash, "$")
	if len(part) != 5 {
		return errors.New("the password hash is not of the form N$r$p$hexSalt$hexHash")
	}
	err := errors.Join(within("N", part[0], 2, MaxSCryptN), within("r", part[1], 1, MaxSCryptR), within("p", part[2], 1, MaxSCryptP))
	if err != nil {
		return firstOf(err)
	}
	if n, _ := strconv.Atoi(part[0]); n&(n-1) != 0 {
		return errors.New("the password hash's N is no power of two")
	}
	for _, p := range part[3:] {
		if b, err := hex.DecodeString(p); err != nil || len(b) == 0 {
			return errors.New("the password hash's salt and hash must be hexadecimal and not empty")
		}
	}
	return nil
}

var argon2Form = regexp.MustCompile(`^\$argon2id\$v=(16|19)\$m=([0-9]+),t=([0-9]+),p=([0-9]+)\$([^$]+)\$([^$]+)$`)

func checkArgon2id(hash string) error {
	m := argon2Form.FindStringSubmatch(hash)
	if m == nil {
		return errors.New("the password hash is not of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash")
	}
	err := errors.Join(within("m", m[2], 8, MaxArgon2Memory), within("t", m[3], 1, MaxArgon2Time), within("p", m[4], 1, MaxArgon2Threads))
	if err != nil {
		return firstOf(err)
	}
	return checkBase64(m[5], m[6])
}

var pbkdf2Form = regexp.MustCompile(`^\$pbkdf2-sha256\$([0-9]+)\$([^$]+)\$([^$]+)$`)

func checkPBKDF2(hash string) error {
	m := pbkdf2Form.FindStringSubmatch(hash)
	if m == nil {
		return errors.New("the password hash is not of the form $pbkdf2-sha256$iterations$salt$hash")
	}
	if err := within("iterations", m[1], 1, MaxPBKDF2Iterations); err != nil {
		return err
	}
	// Some libraries write a dot for a plus sign.
	return checkBase64(strings.ReplaceAll(m[2], ".", "+"), strings.ReplaceAll(m[3], ".", "+"))
}

func checkBase64(parts ...string) error {
	for _, p := range parts {
		b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(p, "="))
		if err != nil || len(b) == 0 {
			return errors.New("the password hash's salt and hash must be base64 and not empty")
		}
	}
	return nil
}

func within(name, digits string, low, high int) error {
	n, err := strconv.Atoi(digits)
	if err != nil || n < low || n > high {
		return fmt.Errorf("the password hash's %s must be a number from %d to %d", name, low, high)
	}
	return nil
}

// firstOf returns the first of joined errors: one thing to mend at a time.
func firstOf(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}
