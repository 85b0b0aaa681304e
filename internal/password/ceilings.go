package password

import "cmp"

// Ceilings are the highest cost parameters of imported hashes: each sign-in has to pay the cost. A
// zero value means the default, which is Cognito's (Developer Guide, importing users with password
// hashes).
type Ceilings struct {
	BCryptCost       int // base-2 logarithm of the rounds; default 12
	SCryptN          int // default 65,536
	SCryptR          int // default 8
	SCryptP          int // default 1
	Argon2idMemory   int // KiB; default 19,456
	Argon2idTime     int // passes; default 2
	Argon2idThreads  int // default 1
	PBKDF2Iterations int // default 600,000
}

// The server's settings of the ceilings. The refusal of a hash names the setting whose ceiling it
// exceeds.
const (
	SettingBCryptCost       = "import-max-bcrypt-cost"
	SettingSCryptN          = "import-max-scrypt-n"
	SettingSCryptR          = "import-max-scrypt-r"
	SettingSCryptP          = "import-max-scrypt-p"
	SettingArgon2idMemory   = "import-max-argon2id-memory"
	SettingArgon2idTime     = "import-max-argon2id-time"
	SettingArgon2idThreads  = "import-max-argon2id-parallelism"
	SettingPBKDF2Iterations = "import-max-pbkdf2-iterations"
)

// The lowest parameters of the algorithms.
const (
	minBCryptCost   = 4
	minArgon2Memory = 8 // KiB, for each thread (RFC 9106, section 3.1)
)

func (c Ceilings) withDefaults() Ceilings {
	return Ceilings{
		BCryptCost: cmp.Or(c.BCryptCost, 12),
		SCryptN:    cmp.Or(c.SCryptN, 65_536), SCryptR: cmp.Or(c.SCryptR, 8), SCryptP: cmp.Or(c.SCryptP, 1),
		Argon2idMemory: cmp.Or(c.Argon2idMemory, 19_456), Argon2idTime: cmp.Or(c.Argon2idTime, 2), Argon2idThreads: cmp.Or(c.Argon2idThreads, 1),
		PBKDF2Iterations: cmp.Or(c.PBKDF2Iterations, 600_000),
	}
}

// Ceiling is one ceiling: the server's setting and its value.
type Ceiling struct {
	Setting string
	Max     int
}

// Of returns the ceilings for an algorithm, none if it is unknown.
func (c Ceilings) Of(algorithm string) []Ceiling {
	c = c.withDefaults()
	switch algorithm {
	case BCrypt:
		return []Ceiling{{SettingBCryptCost, c.BCryptCost}}
	case SCrypt:
		return []Ceiling{{SettingSCryptN, c.SCryptN}, {SettingSCryptR, c.SCryptR}, {SettingSCryptP, c.SCryptP}}
	case Argon2id:
		return []Ceiling{{SettingArgon2idMemory, c.Argon2idMemory}, {SettingArgon2idTime, c.Argon2idTime}, {SettingArgon2idThreads, c.Argon2idThreads}}
	case PBKDF2SHA256:
		return []Ceiling{{SettingPBKDF2Iterations, c.PBKDF2Iterations}}
	}
	return nil
}
