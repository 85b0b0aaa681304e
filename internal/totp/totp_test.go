package totp

import (
	"strings"
	"testing"
	"time"
)

// TestRFC: the codes of RFC 6238, appendix B, truncated to six digits.
func TestRFC(t *testing.T) {
	secret := encoding.EncodeToString([]byte("12345678901234567890"))
	for _, c := range []struct {
		at   int64
		code string
	}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}} {
		now := time.Unix(c.at, 0)
		for _, written := range []string{secret, strings.ToLower(secret), secret + "==="} {
			if step, ok := Check(written, c.code, now, 0); !ok || step != Step(now) {
				t.Errorf("%d: the code %s is refused", c.at, c.code)
			}
		}
	}
}

// TestOnce: a code is valid within its window, and once.
func TestOnce(t *testing.T) {
	secret := NewSecret()
	key, err := encoding.DecodeString(secret)
	if err != nil || len(secret) != 52 || secret == NewSecret() {
		t.Fatalf("the secret %q: %v", secret, err)
	}
	now := time.Unix(1_800_000_000, 0)
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		code := codeOf(key, Step(now)+off)
		step, ok := Check(secret, code, now, 0)
		if ok != want || ok && step != Step(now)+off {
			t.Errorf("a code %d periods off: %d, %t", off, step, ok)
		}
		if _, again := Check(secret, code, now, step); ok && again {
			t.Error("a code is good twice")
		}
	}
	if _, ok := Check(secret, codeOf(key, Step(now)-1), now, Step(now)); ok {
		t.Error("an earlier code is good after a later one")
	}
	for _, wrong := range []string{"", "12345", "1234567", "abcdef"} {
		if _, ok := Check(secret, wrong, now, 0); ok {
			t.Errorf("the code %q is good", wrong)
		}
	}
	for _, broken := range []string{"", "1", "===", "ä"} {
		if _, ok := Check(broken, codeOf(nil, Step(now)), now, 0); ok {
			t.Errorf("the secret %q is taken", broken)
		}
	}
}
