package usercsv

import (
	"strings"
	"testing"
)

// TestHideHashes: parts of hashes are hidden, in every kind of broken row. Other values
// stay.
func TestHideHashes(t *testing.T) {
	const bcrypt = "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
	for text, want := range map[string]string{
		"a,b@example.com,+14255550100,01/31/1980," + bcrypt: "a,b@example.com,+14255550100,01/31/1980,•••",
		`a,"` + bcrypt + `"x,true`:                          `a,"•••,true`,
		`"$argon2id$v=19$m=19456,t=2,p=1$c2Fs$aGFz",b`:      `"•••",b`,
		`$argon2id$v=19$m=19456\,t=2\,p=1$c2Fs$aGFz b`:      `••• b`,
		"65536$8$1$00ff$ff00,b":                             "•••,b",
		"$pbkdf2-sha256$600000$c2Fs$aGFz,b":                 "•••,b",
		"a," + bcrypt[:20] + "," + bcrypt[20:]:              "a,•••,•••", // torn by a comma
		"a," + bcrypt[:20] + " \n" + bcrypt[20:]:            "a,••• \n•••",
		"a,•••,b":                                           "a,•••,b",
	} {
		if got, parts := HideHashes(text); got != want {
			t.Errorf("%q tells %q, want %q", text, got, want)
		} else if back, ok := RevealHashes(got, parts); !ok || back != text {
			t.Errorf("%q comes back as %q", text, back)
		}
	}
	if _, ok := RevealHashes("•••,•••", []string{"a"}); ok {
		t.Error("two places take one part")
	}
	if text, ok := RevealHashes("a,b", []string{"x"}); !ok || text != "a,b" {
		t.Errorf("a text without places is %q", text)
	}
}

// FuzzHideHashes: hidden parts of a text can be put back.
func FuzzHideHashes(f *testing.F) {
	for _, seed := range []string{"", "a,$2b$10$x", `"$argon2id$v=19$m=1,t=2,p=1$a$b"`, "•••", `65536$8$1$ab$cd`, `$""$`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown, parts := HideHashes(text)
		if strings.Contains(shown, "$") {
			t.Fatalf("%q tells %q", text, shown)
		}
		if back, ok := RevealHashes(shown, parts); !ok && len(parts) > 0 || ok && len(parts) > 0 && back != text {
			t.Fatalf("%q is %q, and comes back as %q", text, shown, back)
		}
	})
}
