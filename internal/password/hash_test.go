package password

import (
	"strings"
	"testing"
)

// The examples of the Developer Guide.
var guide = map[string]string{
	BCrypt:       "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
	SCrypt:       "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
	Argon2id:     "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
	PBKDF2SHA256: "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA",
}

func TestGuideExamples(t *testing.T) {
	for algorithm, hash := range guide {
		if err := CheckHash(algorithm, hash); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
		for other := range guide {
			if other != algorithm && CheckHash(other, hash) == nil {
				t.Errorf("a hash of %s passes for %s", algorithm, other)
			}
		}
	}
}

func TestRefusedHashes(t *testing.T) {
	swap := func(algorithm, old, new string) string { return strings.Replace(guide[algorithm], old, new, 1) }
	tests := []struct{ name, algorithm, hash, want string }{
		{"unknown algorithm", "MD5", "x", "no password hashing algorithm"},
		{"empty", BCrypt, "", "form"},
		{"bcrypt too dear", BCrypt, swap(BCrypt, "$10$", "$13$"), "cost"},
		{"bcrypt too cheap", BCrypt, swap(BCrypt, "$10$", "$03$"), "cost"},
		{"bcrypt variant", BCrypt, swap(BCrypt, "$2b$", "$2c$"), "form"},
		{"bcrypt cut short", BCrypt, guide[BCrypt][:59], "form"},
		{"bcrypt with more", BCrypt, guide[BCrypt] + "A", "form"},
		{"scrypt N too large", SCrypt, swap(SCrypt, "65536", "131072"), "N"},
		{"scrypt N no power of two", SCrypt, swap(SCrypt, "65536", "65535"), "power of two"},
		{"scrypt r", SCrypt, swap(SCrypt, "$8$", "$9$"), "r"},
		{"scrypt p", SCrypt, swap(SCrypt, "$1$", "$2$"), "p"},
		{"scrypt hex", SCrypt, swap(SCrypt, "304d", "30zz"), "hexadecimal"},
		{"scrypt no hash", SCrypt, "65536$8$1$304d$", "hexadecimal"},
		{"scrypt parts", SCrypt, "65536$8$1$304d", "form"},
		{"argon2 memory", Argon2id, swap(Argon2id, "m=19456", "m=19457"), "m "},
		{"argon2 time", Argon2id, swap(Argon2id, "t=2", "t=3"), "t "},
		{"argon2 threads", Argon2id, swap(Argon2id, "p=1", "p=2"), "p "},
		{"argon2i", Argon2id, swap(Argon2id, "argon2id", "argon2i"), "form"},
		{"argon2 base64", Argon2id, swap(Argon2id, "$ko/", "$k!/"), "base64"},
		{"pbkdf2 iterations", PBKDF2SHA256, swap(PBKDF2SHA256, "600000", "600001"), "iterations"},
		{"pbkdf2 none", PBKDF2SHA256, swap(PBKDF2SHA256, "600000", "0"), "iterations"},
		{"pbkdf2 digest", PBKDF2SHA256, swap(PBKDF2SHA256, "sha256", "sha512"), "form"},
		{"huge number", PBKDF2SHA256, swap(PBKDF2SHA256, "600000", strings.Repeat("9", 30)), "iterations"},
		{"too long", BCrypt, strings.Repeat("A", 600), "longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckHash(tt.algorithm, tt.hash)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			if err != nil && len(tt.hash) > 20 && strings.Contains(err.Error(), tt.hash[10:20]) {
				t.Errorf("the error repeats the hash: %v", err)
			}
		})
	}
}

func TestAlternativeBase64(t *testing.T) {
	for _, hash := range []string{"$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk"} {
		if err := CheckHash(PBKDF2SHA256, hash); err != nil {
			t.Error(err)
		}
	}
}

func FuzzCheckHash(f *testing.F) {
	for algorithm, hash := range guide {
		f.Add(algorithm, hash)
	}
	f.Fuzz(func(t *testing.T, algorithm, hash string) {
		err := CheckHash(algorithm, hash)
		if err == nil && (len(hash) > maxHashLength || guide[algorithm] == "") {
			t.Errorf("%s %q is accepted", algorithm, hash)
		}
	})
}
