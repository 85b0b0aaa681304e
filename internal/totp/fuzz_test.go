package totp

import (
	"testing"
	"time"
)

// FuzzCheck: a secret has one valid code at each step, and a damaged secret has none.
func FuzzCheck(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	f.Add("JBSWY3DPEHPK3PXP", "123456")
	f.Add("", "")
	f.Add("not base32", "000000")
	f.Fuzz(func(t *testing.T, secret, code string) {
		step, ok := Check(secret, code, now, 0)
		if !ok {
			return
		}
		if step < Step(now)-Window || step > Step(now)+Window || len(code) != digits {
			t.Errorf("the code %q is of step %d", code, step)
		}
		if _, again := Check(secret, code, now, Step(now)+Window); again {
			t.Errorf("the code %q is good again", code)
		}
	})
}
