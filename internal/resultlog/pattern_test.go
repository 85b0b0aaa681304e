package resultlog

import (
	"strings"
	"testing"
)

func TestPattern(t *testing.T) {
	const failed, skipped = "[FAILED] Line Number 8 - Invalid email address format.", "[SKIPPED] Line Number 9 - The user already exists."
	for pattern, want := range map[string][2]bool{
		"":                                 {true, true},
		"  ":                               {true, true},
		"FAILED":                           {true, false},
		"failed":                           {false, false},
		"Line Number":                      {true, true},
		"Line email":                       {true, false},
		`"Line Number 8"`:                  {true, false},
		`"Number 8" FAILED`:                {true, false},
		`"[SKIPPED]"`:                      {false, true},
		"?FAILED ?SKIPPED":                 {true, true},
		"?FAILED ?nothing":                 {true, false},
		"?nothing":                         {false, false},
		"-FAILED":                          {false, true},
		"Line -SKIPPED":                    {true, false},
		`-"already exists"`:                {true, false},
		"?SKIPPED FAILED":                  {true, false}, // optional terms do not count beside others
		"?FAILED -nothing":                 {true, true},
		"FAILED \n\t SKIPPED":              {false, false},
		strings.Repeat("Line ", 100) + "8": {true, false},
	} {
		p, err := ParsePattern(pattern)
		if err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
		if got := [2]bool{p.Match(failed), p.Match(skipped)}; got != want {
			t.Errorf("%q: %v, want %v", pattern, got, want)
		}
	}
}

func TestPatternsThatAreNone(t *testing.T) {
	for pattern, want := range map[string]string{
		`{ $.a = 1 }`: "not one of terms", "[a, b]": "not one of terms", "%x%": "not one of terms",
		"[FAILED]": "not one of terms", "a-b": "double quotes", "é": "double quotes", `"`: "no end", `""`: "empty",
		"?": "missing", "- x": "missing", `x "y`: "no end", "?-x": "double quotes", `FAILED"email address"`: "double quotes",
	} {
		if _, err := ParsePattern(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"", "a b", `?a -"b c"`, `"`, "[x]", "-", "?\x00"} {
		f.Add(s, "[FAILED] a b c")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := ParsePattern(pattern)
		if err != nil {
			return
		}
		if len(p.all)+len(p.any)+len(p.none) == 0 && (strings.TrimSpace(pattern) != "" || !p.Match(text)) {
			t.Errorf("%q has no terms", pattern)
		}
		if len(p.all) > 0 && len(p.none) == 0 && !p.Match(strings.Join(p.all, " ")) {
			t.Errorf("%q does not match its own terms", pattern)
		}
	})
}
