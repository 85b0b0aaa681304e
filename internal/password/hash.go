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

// Our own bounds, in bytes; the guide has none. A hash below the minimum can be hit by guessing. A
// longer one than the maximum is not stronger, but PBKDF2's cost grows with its length, beyond any
// ceiling on iterations.
const (
	MinHashSize = 16
	MaxHashSize = 64
	MaxSaltSize = 128
)

// maxHashLength bounds the length of a hash that is parsed, in bytes.
const maxHashLength = 512

// CheckHash reports whether hash is a well-formed hash of the algorithm with parameters within the
// ceilings (Developer Guide, importing users with password hashes). It is case-sensitive. The error
// says what is wrong and never repeats the hash.
//
// Only an import checks the ceilings. An imported hash stays valid when they are lowered later.
func CheckHash(algorithm, hash string, most Ceilings) error {
	if len(hash) > maxHashLength {
		return fmt.Errorf("the password hash is longer than %d characters", maxHashLength)
	}
	most = most.withDefaults()
	switch algorithm {
	case BCrypt:
		return checkBCrypt(hash, most)
	case SCrypt:
		return checkSCrypt(hash, most)
	case Argon2id:
		return checkArgon2id(hash, most)
	case PBKDF2SHA256:
		return checkPBKDF2(hash, most)
	}
	return fmt.Errorf("there is no password hashing algorithm %q", algorithm)
}

// checkBCrypt requires $2b$10$ (or another variant and cost), 22 characters of salt and 31 of hash:
// 16 and 23 bytes.
func checkBCrypt(hash string, most Ceilings) error {
	part := strings.Split(hash, "$")
	ok := len(part) == 4 && part[0] == "" && len(part[1]) == 2 && part[1][0] == '2' && strings.IndexByte("abxy", part[1][1]) >= 0 &&
		len(part[2]) == 2 && len(part[3]) == 53 && !strings.ContainsFunc(part[3], notBase64)
	if !ok {
		return errors.New("the password hash is not of the form $2b$cost$ and 53 characters of salt and hash")
	}
	return withinAll(parameter{"cost", strings.TrimPrefix(part[2], "0"), minBCryptCost, most.BCryptCost, SettingBCryptCost})
}

// checkSCrypt requires N$r$p$hexSalt$hexHash.
func checkSCrypt(hash string, most Ceilings) error {
	part := strings.Split(hash, "$")
	if len(part) != 5 {
		return errors.New("the password hash is not of the form N$r$p$hexSalt$hexHash")
	}
	if err := withinAll(
		parameter{"N", part[0], 2, most.SCryptN, SettingSCryptN},
		parameter{"r", part[1], 1, most.SCryptR, SettingSCryptR},
		parameter{"p", part[2], 1, most.SCryptP, SettingSCryptP},
	); err != nil {
		return err
	}
	if n, _ := strconv.Atoi(part[0]); n&(n-1) != 0 {
		return errors.New("the password hash's N is no power of two")
	}
	return checkSizes("hexadecimal", hex.DecodeString, part[3], part[4])
}

// checkArgon2id requires $argon2id$v=19$m=…,t=…,p=…$salt$hash. All argon2id hashes have version 19.
func checkArgon2id(hash string, most Ceilings) error {
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
		parameter{"m", m, minArgon2Memory, most.Argon2idMemory, SettingArgon2idMemory},
		parameter{"t", t, 1, most.Argon2idTime, SettingArgon2idTime},
		parameter{"p", p, 1, most.Argon2idThreads, SettingArgon2idThreads},
	); err != nil {
		return err
	}
	memory, _ := strconv.Atoi(m)
	if threads, _ := strconv.Atoi(p); memory < minArgon2Memory*threads {
		return fmt.Errorf("the password hash's m must be at least %d times its p", minArgon2Memory)
	}
	return checkSizes("base64", decodeBase64, part[4], part[5])
}

var errArgon2Form = errors.New("the password hash is not of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash")

// checkPBKDF2 requires $pbkdf2-sha256$iterations$salt$hash.
func checkPBKDF2(hash string, most Ceilings) error {
	part := strings.Split(hash, "$")
	if len(part) != 5 || part[0] != "" || part[1] != "pbkdf2-sha256" {
		return errors.New("the password hash is not of the form $pbkdf2-sha256$iterations$salt$hash")
	}
	if err := withinAll(parameter{"iterations", part[2], 1, most.PBKDF2Iterations, SettingPBKDF2Iterations}); err != nil {
		return err
	}
	// Some libraries write a dot instead of a plus sign.
	return checkSizes("base64", decodeBase64, strings.ReplaceAll(part[3], ".", "+"), strings.ReplaceAll(part[4], ".", "+"))
}

// checkSizes requires that salt and hash can be decoded and have sizes that protect a password.
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

var errBase64 = errors.New("password: not base64")

// decodeBase64 decodes with or without padding. Line breaks are errors; package base64 ignores
// them.
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

// notBase64 reports whether r is not a digit of bcrypt's base64.
func notBase64(r rune) bool {
	return r != '.' && r != '/' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// parameter is a cost parameter of a hash.
type parameter struct {
	name, digits string
	low, high    int
	setting      string // the setting that raises high
}

// withinAll returns the error of the first parameter that is out of bounds: one thing to fix at a
// time.
func withinAll(parameters ...parameter) error {
	for _, p := range parameters {
		if err := p.within(); err != nil {
			return err
		}
	}
	return nil
}

// within requires a number in plain digits, without a sign or a leading zero.
func (p parameter) within() error {
	n, err := strconv.Atoi(p.digits)
	if errors.Is(err, strconv.ErrRange) {
		err = nil // n is then the greatest or the least number
	}
	switch {
	case err != nil || n < p.low || strconv.Itoa(n) != p.digits && n <= p.high:
		return fmt.Errorf("the password hash's %s must be a number from %d to %d", p.name, p.low, p.high)
	case n > p.high:
		return fmt.Errorf("the password hash's %s is above %d, the ceiling of this server's setting %s", p.name, p.high, p.setting)
	}
	return nil
}
