package password

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
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
// every sign-in would have to pay it (Developer Guide, importing users with
// password hashes).
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

// Bounds of our own, in bytes, where the guide has none. Below the first, a
// hash can be hit by guessing; a longer one is no stronger, but PBKDF2's cost
// grows with its length beyond any ceiling on iterations.
const (
	MinHashSize = 16
	MaxHashSize = 64
	MaxSaltSize = 128
)

// maxHashLength bounds what is looked at, in bytes.
const maxHashLength = 512

// CheckHash reports whether hash is a well-formed hash of the algorithm with
// parameters within the ceilings (Developer Guide, importing users with
// password hashes). Upper and lower case matter. The error says what is wrong
// and never repeats the hash.
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

// checkBCrypt demands $2b$10$ (or another variant and cost), 22 characters of
// salt and 31 of hash: 16 and 23 bytes.
func checkBCrypt(hash string) error {
	part := strings.Split(hash, "$")
	ok := len(part) == 4 && part[0] == "" && len(part[1]) == 2 && part[1][0] == '2' && strings.IndexByte("abxy", part[1][1]) >= 0 &&
		len(part[2]) == 2 && len(part[3]) == 53 && !strings.ContainsFunc(part[3], notBase64)
	if !ok {
		return errors.New("the password hash is not of the form $2b$cost$ and 53 characters of salt and hash")
	}
	return within("cost", strings.TrimPrefix(part[2], "0"), 4, MaxBCryptCost)
}

// checkSCrypt demands N$r$p$hexSalt$hexHash.
func checkSCrypt(hash string) error {
	part := strings.Split(hash, "$")
	if len(part) != 5 {
		return errors.New("the password hash is not of the form N$r$p$hexSalt$hexHash")
	}
	if err := withinAll(
		parameter{"N", part[0], 2, MaxSCryptN}, parameter{"r", part[1], 1, MaxSCryptR}, parameter{"p", part[2], 1, MaxSCryptP},
	); err != nil {
		return err
	}
	if n, _ := strconv.Atoi(part[0]); n&(n-1) != 0 {
		return errors.New("the password hash's N is no power of two")
	}
	return checkSizes("hexadecimal", hex.DecodeString, part[3], part[4])
}

// checkArgon2id demands $argon2id$v=19$m=…,t=…,p=…$salt$hash. Version 19 is
// the only one that there are argon2id hashes of.
func checkArgon2id(hash string) error {
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v=19" {
		return errArgon2Form
	}
	cost := strings.Split(part[3], ",")
	if len(cost) != 3 {
		return errArgon2Form
	}
	m, okM := strings.CutPrefix(cost[0], "m=")
	t, okT := strings.CutPrefix(cost[1], "t=")
	p, okP := strings.CutPrefix(cost[2], "p=")
	if !okM || !okT || !okP {
		return errArgon2Form
	}
	if err := withinAll(
		parameter{"m", m, 8, MaxArgon2Memory}, parameter{"t", t, 1, MaxArgon2Time}, parameter{"p", p, 1, MaxArgon2Threads},
	); err != nil {
		return err
	}
	return checkSizes("base64", decodeBase64, part[4], part[5])
}

var errArgon2Form = errors.New("the password hash is not of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash")

// checkPBKDF2 demands $pbkdf2-sha256$iterations$salt$hash.
func checkPBKDF2(hash string) error {
	part := strings.Split(hash, "$")
	if len(part) != 5 || part[0] != "" || part[1] != "pbkdf2-sha256" {
		return errors.New("the password hash is not of the form $pbkdf2-sha256$iterations$salt$hash")
	}
	if err := within("iterations", part[2], 1, MaxPBKDF2Iterations); err != nil {
		return err
	}
	// Some libraries write a dot for a plus sign.
	return checkSizes("base64", decodeBase64, strings.ReplaceAll(part[3], ".", "+"), strings.ReplaceAll(part[4], ".", "+"))
}

// checkSizes demands that salt and hash can be decoded and are of a size that
// protects a password.
func checkSizes(encoding string, decode func(string) ([]byte, error), salt, hash string) error {
	s, saltErr := decode(salt)
	h, hashErr := decode(hash)
	switch {
	case saltErr != nil || hashErr != nil || len(s) == 0 || len(h) == 0:
		return fmt.Errorf("the password hash's salt and hash must be %s and not empty", encoding)
	case len(s) > MaxSaltSize:
		return fmt.Errorf("the password hash's salt must not be longer than %d bytes", MaxSaltSize)
	case len(h) < MinHashSize || len(h) > MaxHashSize:
		return fmt.Errorf("the password hash's hash must have %d to %d bytes", MinHashSize, MaxHashSize)
	}
	return nil
}

var errBase64 = errors.New("password: no base64")

// decodeBase64 decodes with padding or without. Line breaks, which package
// base64 passes over, are errors.
func decodeBase64(s string) ([]byte, error) {
	body := strings.TrimRight(s, "=")
	if strings.ContainsAny(body, "\r\n") {
		return nil, errBase64
	}
	if len(body) < len(s) {
		return base64.StdEncoding.DecodeString(s)
	}
	return base64.RawStdEncoding.DecodeString(body)
}

// notBase64 reports whether r is no digit of bcrypt's base64.
func notBase64(r rune) bool {
	return r != '.' && r != '/' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

type parameter struct {
	name, digits string
	low, high    int
}

// withinAll returns the error of the first parameter that is out of bounds:
// one thing to mend at a time.
func withinAll(parameters ...parameter) error {
	for _, p := range parameters {
		if err := within(p.name, p.digits, p.low, p.high); err != nil {
			return err
		}
	}
	return nil
}

// within demands a number in plain digits: no sign, no leading zero.
func within(name, digits string, low, high int) error {
	n, err := strconv.Atoi(digits)
	if err != nil || n < low || n > high || strconv.Itoa(n) != digits {
		return fmt.Errorf("the password hash's %s must be a number from %d to %d", name, low, high)
	}
	return nil
}
