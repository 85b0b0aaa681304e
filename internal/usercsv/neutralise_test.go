package usercsv

import (
	"strings"
	"testing"
)

func TestNeutralise(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "jane": "jane", "'jane": "'jane", "=1+1": "'=1+1", "+14255550100": "'+14255550100", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"'=1": "''=1", "''+": "'''+", "'": "'", "a=1": "a=1", "'a=": "'a=",
	} {
		if got := Neutralise(value); got != want || Restore(got) != value {
			t.Errorf("%q: %q, restored %q", value, got, Restore(got))
		}
	}
}

// FuzzNeutralise: no spreadsheet takes a neutralised value for a formula, each value can
// be restored, and different values stay different.
func FuzzNeutralise(f *testing.F) {
	for _, s := range []string{"", "'", "'=", "=cmd|' /C calc'!A0", "''@", "+1", "jane", "'\t="} {
		f.Add(s, "'"+s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		safe := Neutralise(a)
		if safe != "" && strings.ContainsRune("=+-@\t\r", rune(safe[0])) {
			t.Errorf("%q may be a formula", safe)
		}
		if back := Restore(safe); back != a {
			t.Errorf("%q became %q and comes back as %q", a, safe, back)
		}
		if a != b && safe == Neutralise(b) {
			t.Errorf("%q and %q both become %q", a, b, safe)
		}
	})
}
