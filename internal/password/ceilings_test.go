package password

import (
	"strings"
	"testing"
)

// TestCeilings: at a ceiling a hash is accepted; above it, the error names the ceiling and the
// setting.
func TestCeilings(t *testing.T) {
	tests := []struct {
		algorithm, written, at, above string
		ceilings                      Ceilings
		says                          []string
	}{
		{BCrypt, "$10$", "$14$", "$15$", Ceilings{BCryptCost: 14}, []string{"cost", " 14,", "import-max-bcrypt-cost"}},
		{BCrypt, "$10$", "$09$", "$10$", Ceilings{BCryptCost: 9}, []string{" 9,"}},
		{BCrypt, "$10$", "$12$", "$13$", Ceilings{}, []string{" 12,"}},
		{SCrypt, "65536$", "131072$", "262144$", Ceilings{SCryptN: 131072}, []string{"N ", " 131072,", "import-max-scrypt-n"}},
		{SCrypt, "$8$", "$16$", "$17$", Ceilings{SCryptR: 16}, []string{"r ", " 16,", "import-max-scrypt-r"}},
		{SCrypt, "$1$", "$3$", "$4$", Ceilings{SCryptP: 3}, []string{"p ", " 3,", "import-max-scrypt-p"}},
		{Argon2id, "m=19456", "m=65536", "m=65537", Ceilings{Argon2idMemory: 65536}, []string{"m ", " 65536,", "import-max-argon2id-memory"}},
		{Argon2id, "t=2", "t=4", "t=5", Ceilings{Argon2idTime: 4}, []string{"t ", " 4,", "import-max-argon2id-time"}},
		{Argon2id, "p=1", "p=4", "p=5", Ceilings{Argon2idThreads: 4}, []string{"p ", " 4,", "import-max-argon2id-parallelism"}},
		{PBKDF2SHA256, "600000", "1000000", "1000001", Ceilings{PBKDF2Iterations: 1_000_000}, []string{"iterations", " 1000000,", "import-max-pbkdf2-iterations"}},
		{PBKDF2SHA256, "600000", "600000", "99999999999999999999", Ceilings{}, []string{" 600000,"}},
	}
	for _, tt := range tests {
		t.Run(tt.algorithm+" "+tt.above, func(t *testing.T) {
			if err := CheckHash(tt.algorithm, with(tt.algorithm, tt.written, tt.at), tt.ceilings); err != nil {
				t.Errorf("at the ceiling: %v", err)
			}
			err := CheckHash(tt.algorithm, with(tt.algorithm, tt.written, tt.above), tt.ceilings)
			if err == nil {
				t.Fatal("above the ceiling the hash is taken")
			}
			for _, part := range tt.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
	if err := CheckHash(Argon2id, with(Argon2id, "m=19456,t=2,p=1", "m=8,t=1,p=2"), Ceilings{Argon2idThreads: 2}); err == nil {
		t.Error("an argon2id hash with less memory than its threads need is taken")
	}
}
