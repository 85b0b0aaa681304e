package password

import "testing"

// FuzzClaim: no claim that is made without the password is accepted.
func FuzzClaim(f *testing.F) {
	credential := NewVerifier("us-east-1_a", "ada", "password")
	e, err := NewExchange(credential)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("1234", "YmxvY2s=", "Tue Jul 10 11:01:00 UTC 2018", "c2lnbmF0dXJl")
	f.Add("0", "", "", "")
	f.Add(group15, "=", "x", "=")
	f.Add("-1", "YQ==", "", "AAAA")
	f.Fuzz(func(t *testing.T, a, block, timestamp, signature string) {
		if e.Verify(credential, Claim{PoolID: "us-east-1_a", UserIDForSRP: "ada", A: a, SecretBlock: block, Timestamp: timestamp, Signature: signature}) {
			t.Errorf("the claim is accepted: %q %q %q %q", a, block, timestamp, signature)
		}
	})
}

// FuzzParseHash: a hash that an import accepts can be parsed at a sign-in.
func FuzzParseHash(f *testing.F) {
	for algorithm, hash := range map[string]string{
		BCrypt:       "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		SCrypt:       "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
		Argon2id:     "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		PBKDF2SHA256: "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA",
	} {
		f.Add(algorithm, hash)
	}
	ceilings := Ceilings{BCryptCost: 12, SCryptN: 65536, SCryptR: 8, SCryptP: 1, Argon2idMemory: 19456, Argon2idTime: 2, Argon2idThreads: 1, PBKDF2Iterations: 600_000}
	f.Fuzz(func(t *testing.T, algorithm, hash string) {
		taken := CheckHash(algorithm, hash, ceilings) == nil
		c, err := parseHash(algorithm, hash)
		if taken && err != nil {
			t.Errorf("an import takes the %s hash %q, and it cannot be read: %v", algorithm, hash, err)
		}
		if taken && (c.mebibytes < 1 || c.mebibytes > 128) {
			t.Errorf("a check of the %s hash %q takes %d MiB", algorithm, hash, c.mebibytes)
		}
	})
}
