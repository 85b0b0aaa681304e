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
		if err := CheckHash(algorithm, hash, Ceilings{}); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
		for other := range guide {
			if other != algorithm && CheckHash(other, hash, Ceilings{}) == nil {
				t.Errorf("a hash of %s passes for %s", algorithm, other)
			}
		}
	}
}

// with returns the guide's example with one change.
func with(algorithm, old, new string) string { return strings.Replace(guide[algorithm], old, new, 1) }

func TestAcceptedHashes(t *testing.T) {
	tests := []struct{ name, algorithm, hash string }{
		{"bcrypt 2a", BCrypt, with(BCrypt, "$2b$", "$2a$")},
		{"bcrypt 2x", BCrypt, with(BCrypt, "$2b$", "$2x$")},
		{"bcrypt 2y", BCrypt, with(BCrypt, "$2b$", "$2y$")},
		{"bcrypt lowest cost", BCrypt, with(BCrypt, "$10$", "$04$")},
		{"bcrypt highest cost", BCrypt, with(BCrypt, "$10$", "$12$")},
		{"scrypt cheaper", SCrypt, with(SCrypt, "65536$8", "16384$4")},
		{"scrypt capital hex", SCrypt, with(SCrypt, "304dbaef", "304DBAEF")},
		{"scrypt 64 bytes", SCrypt, guide[SCrypt] + strings.Repeat("00", 32)},
		{"argon2 cheaper", Argon2id, with(Argon2id, "m=19456,t=2", "m=8,t=1")},
		{"argon2 padded", Argon2id, with(Argon2id, "sQ8DA$", "sQ8DA==$") + "="},
		{"pbkdf2 cheaper", PBKDF2SHA256, with(PBKDF2SHA256, "600000", "1")},
		{"pbkdf2 padded", PBKDF2SHA256, guide[PBKDF2SHA256] + "="},
		{"pbkdf2 with dots", PBKDF2SHA256, "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk"},
		{"pbkdf2 with plus signs", PBKDF2SHA256, "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A+WF/Z5JZv+lfCIhXXN33N23OSgQYThBYRfk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := CheckHash(tt.algorithm, tt.hash, Ceilings{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRefusedHashes(t *testing.T) {
	tests := []struct{ name, algorithm, hash, want string }{
		{"unknown algorithm", "MD5", "x", "no password hashing algorithm"},
		{"algorithm in lower case", "bcrypt", guide[BCrypt], "no password hashing algorithm"},
		{"too long", BCrypt, strings.Repeat("A", 600), "longer"},

		{"bcrypt empty", BCrypt, "", "form"},
		{"bcrypt a password", BCrypt, "Corr3ct-Horse-Battery", "form"},
		{"bcrypt too dear", BCrypt, with(BCrypt, "$10$", "$13$"), "cost"},
		{"bcrypt too cheap", BCrypt, with(BCrypt, "$10$", "$03$"), "cost"},
		{"bcrypt no cost", BCrypt, with(BCrypt, "$10$", "$00$"), "cost"},
		{"bcrypt cost no number", BCrypt, with(BCrypt, "$10$", "$+9$"), "cost"},
		{"bcrypt cost of one digit", BCrypt, with(BCrypt, "$10$", "$9$"), "form"},
		{"bcrypt variant", BCrypt, with(BCrypt, "$2b$", "$2c$"), "form"},
		{"bcrypt capital variant", BCrypt, with(BCrypt, "$2b$", "$2B$"), "form"},
		{"bcrypt no variant", BCrypt, with(BCrypt, "$2b$", "$2$"), "form"},
		{"bcrypt no first dollar", BCrypt, guide[BCrypt][1:], "form"},
		{"bcrypt cut short", BCrypt, guide[BCrypt][:59], "form"},
		{"bcrypt with more", BCrypt, guide[BCrypt] + "A", "form"},
		{"bcrypt with another part", BCrypt, guide[BCrypt] + "$A", "form"},
		{"bcrypt letter", BCrypt, with(BCrypt, "CtA.", "Ct+."), "form"},

		{"scrypt empty", SCrypt, "", "form"},
		{"scrypt N too large", SCrypt, with(SCrypt, "65536", "131072"), "N "},
		{"scrypt N no power of two", SCrypt, with(SCrypt, "65536", "65535"), "power of two"},
		{"scrypt N one", SCrypt, with(SCrypt, "65536", "1"), "N "},
		{"scrypt N with sign", SCrypt, with(SCrypt, "65536", "+65536"), "N "},
		{"scrypt N with zero", SCrypt, with(SCrypt, "65536", "065536"), "N "},
		{"scrypt N negative", SCrypt, with(SCrypt, "65536", "-65536"), "N "},
		{"scrypt N missing", SCrypt, with(SCrypt, "65536", ""), "N "},
		{"scrypt r", SCrypt, with(SCrypt, "$8$", "$9$"), "r "},
		{"scrypt r none", SCrypt, with(SCrypt, "$8$", "$0$"), "r "},
		{"scrypt p", SCrypt, with(SCrypt, "$1$", "$2$"), "p "},
		{"scrypt hex", SCrypt, with(SCrypt, "304d", "30zz"), "hexadecimal"},
		{"scrypt odd hex", SCrypt, with(SCrypt, "304d", "304"), "hexadecimal"},
		{"scrypt no salt", SCrypt, with(SCrypt, "304dbaef7c5e828dc19c98f0600d18fe", ""), "hexadecimal"},
		{"scrypt no hash", SCrypt, "65536$8$1$304d$", "hexadecimal"},
		{"scrypt short hash", SCrypt, "65536$8$1$304d$4f69c498", "16 to 64 bytes"},
		{"scrypt long hash", SCrypt, guide[SCrypt] + strings.Repeat("00", 33), "16 to 64 bytes"},
		{"scrypt parts", SCrypt, "65536$8$1$304d", "form"},
		{"scrypt first dollar", SCrypt, "$" + guide[SCrypt], "form"},

		{"argon2 empty", Argon2id, "", "form"},
		{"argon2 memory", Argon2id, with(Argon2id, "m=19456", "m=19457"), "m "},
		{"argon2 little memory", Argon2id, with(Argon2id, "m=19456", "m=7"), "m "},
		{"argon2 time", Argon2id, with(Argon2id, "t=2", "t=3"), "t "},
		{"argon2 no time", Argon2id, with(Argon2id, "t=2", "t=0"), "t "},
		{"argon2 threads", Argon2id, with(Argon2id, "p=1", "p=2"), "p "},
		{"argon2 order", Argon2id, with(Argon2id, "m=19456,t=2", "t=2,m=19456"), "form"},
		{"argon2 parameter missing", Argon2id, with(Argon2id, ",p=1", ""), "form"},
		{"argon2 comma escaped twice", Argon2id, with(Argon2id, ",t=2", `\,t=2`), "m "},
		{"argon2 other parameter", Argon2id, with(Argon2id, "p=1", "p=1,data=x"), "form"},
		{"argon2i", Argon2id, with(Argon2id, "argon2id", "argon2i"), "form"},
		{"argon2d", Argon2id, with(Argon2id, "argon2id", "argon2d"), "form"},
		{"argon2 old version", Argon2id, with(Argon2id, "v=19", "v=16"), "form"},
		{"argon2 no version", Argon2id, with(Argon2id, "$v=19", ""), "form"},
		{"argon2 base64", Argon2id, with(Argon2id, "$ko/", "$k!/"), "base64"},
		{"argon2 URL base64", Argon2id, with(Argon2id, "$ko/", "$ko_"), "base64"},
		{"argon2 line break", Argon2id, with(Argon2id, "$ko/", "$ko\n/"), "base64"},
		{"argon2 padding", Argon2id, guide[Argon2id] + "==", "base64"},
		{"argon2 short hash", Argon2id, "$argon2id$v=19$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvQ", "16 to 64 bytes"},

		{"pbkdf2 empty", PBKDF2SHA256, "", "form"},
		{"pbkdf2 iterations", PBKDF2SHA256, with(PBKDF2SHA256, "600000", "600001"), "iterations"},
		{"pbkdf2 none", PBKDF2SHA256, with(PBKDF2SHA256, "600000", "0"), "iterations"},
		{"pbkdf2 negative", PBKDF2SHA256, with(PBKDF2SHA256, "600000", "-1"), "iterations"},
		{"pbkdf2 huge number", PBKDF2SHA256, with(PBKDF2SHA256, "600000", strings.Repeat("9", 30)), "iterations"},
		{"pbkdf2 digest", PBKDF2SHA256, with(PBKDF2SHA256, "sha256", "sha512"), "form"},
		{"pbkdf2 Django", PBKDF2SHA256, "pbkdf2_sha256$600000$salt$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA=", "form"},
		{"pbkdf2 line break", PBKDF2SHA256, guide[PBKDF2SHA256] + "\r\n", "base64"},
		{"pbkdf2 long hash", PBKDF2SHA256, "$pbkdf2-sha256$1$c2FsdA$" + strings.Repeat("AAAA", 22), "16 to 64 bytes"},
		{"pbkdf2 long salt", PBKDF2SHA256, with(PBKDF2SHA256, "$1XZl", "$"+strings.Repeat("AAAA", 45)+"1XZl"), "128 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckHash(tt.algorithm, tt.hash, Ceilings{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error with %q", err, tt.want)
			}
			if repeats(err.Error(), tt.hash) {
				t.Errorf("the error repeats the hash: %v", err)
			}
		})
	}
}

// repeats reports whether the text contains eight characters of a part of the hash. The names of
// algorithms are not secret.
func repeats(text, hash string) bool {
	for part := range strings.SplitSeq(hash, "$") {
		if strings.HasPrefix(part, "argon2") || strings.HasPrefix(part, "pbkdf2") {
			continue
		}
		for i := range max(len(part)-7, 0) {
			if strings.Contains(text, part[i:i+8]) {
				return true
			}
		}
	}
	return false
}

func FuzzCheckHash(f *testing.F) {
	for algorithm, hash := range guide {
		f.Add(algorithm, hash)
	}
	f.Add(PBKDF2SHA256, "$pbkdf2-sha256$1$c2Fs.A==$")
	f.Fuzz(func(t *testing.T, algorithm, hash string) {
		err := CheckHash(algorithm, hash, Ceilings{})
		switch {
		case err == nil && (len(hash) > maxHashLength || guide[algorithm] == ""):
			t.Errorf("%s %q is accepted", algorithm, hash)
		case err == nil && strings.ContainsAny(hash, " \t\r\n\x00"):
			t.Errorf("%s %q is accepted with white space", algorithm, hash)
		}
	})
}

func BenchmarkCheckHash(b *testing.B) {
	for algorithm, hash := range guide {
		b.Run(algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := CheckHash(algorithm, hash, Ceilings{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
