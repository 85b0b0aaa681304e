package policy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IAM ignores the case of some names. The guide does not say which characters are a
// letter in two cases. Unicode folds some letters outside ASCII into ASCII: the sign for
// kelvin to k, the long s to s. Here they stay different, so that a name cannot pass for
// another one in a policy and be stored as a different name.

// foldCase returns a text with its case folded.
func foldCase(s string) string { return strings.Map(foldRune, s) }

// SameKey reports whether two names are the same condition key, or the same tag in a
// condition key. Case does not count.
func SameKey(a, b string) bool { return foldCase(a) == foldCase(b) }

// sameInAnyCase reports whether two texts differ only in case.
func sameInAnyCase(a, b []rune) bool {
	return slices.EqualFunc(a, b, func(a, b rune) bool { return foldRune(a) == foldRune(b) })
}

// foldRune returns the character that stands for all the cases of a letter.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if other >= utf8.RuneSelf {
			least = min(least, other)
		}
	}
	return least
}
