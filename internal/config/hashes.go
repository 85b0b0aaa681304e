package config

// HashCeilings are the highest cost parameters with which an import takes a
// password hash: every sign-in has to pay the cost.
type HashCeilings struct {
	BCryptCost       int `yaml:"import-max-bcrypt-cost"`
	SCryptN          int `yaml:"import-max-scrypt-n"`
	SCryptR          int `yaml:"import-max-scrypt-r"`
	SCryptP          int `yaml:"import-max-scrypt-p"`
	Argon2idMemory   int `yaml:"import-max-argon2id-memory"` // KiB
	Argon2idTime     int `yaml:"import-max-argon2id-time"`
	Argon2idThreads  int `yaml:"import-max-argon2id-parallelism"`
	PBKDF2Iterations int `yaml:"import-max-pbkdf2-iterations"`
}

// defaultHashCeilings are Cognito's (Developer Guide, importing users with
// password hashes).
func defaultHashCeilings() HashCeilings {
	return HashCeilings{
		BCryptCost: 12, SCryptN: 65_536, SCryptR: 8, SCryptP: 1,
		Argon2idMemory: 19_456, Argon2idTime: 2, Argon2idThreads: 1, PBKDF2Iterations: 600_000,
	}
}

// HashCeiling is one of the ceilings as a setting.
type HashCeiling struct {
	Name      string
	Value     *int // in the HashCeilings that it is one of
	Usage     string
	low, high int // the values that the setting may have
}

// All returns the ceilings as settings. The highest values that they may have
// keep one sign-in below some minutes and some GiB.
func (c *HashCeilings) All() []HashCeiling {
	return []HashCeiling{
		{"import-max-bcrypt-cost", &c.BCryptCost, "highest cost of an imported bcrypt hash", 4, 20},
		{"import-max-scrypt-n", &c.SCryptN, "highest N of an imported scrypt hash", 2, 1 << 20},
		{"import-max-scrypt-r", &c.SCryptR, "highest r of an imported scrypt hash", 1, 32},
		{"import-max-scrypt-p", &c.SCryptP, "highest p of an imported scrypt hash", 1, 32},
		{"import-max-argon2id-memory", &c.Argon2idMemory, "highest m of an imported argon2id hash, in KiB", 8, 4 << 20},
		{"import-max-argon2id-time", &c.Argon2idTime, "highest t of an imported argon2id hash", 1, 64},
		{"import-max-argon2id-parallelism", &c.Argon2idThreads, "highest p of an imported argon2id hash", 1, 64},
		{"import-max-pbkdf2-iterations", &c.PBKDF2Iterations, "most iterations of an imported PBKDF2 hash", 1, 100_000_000},
	}
}
