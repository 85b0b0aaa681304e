package policy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Where IAM does not tell apart what differs only in case, the guide does not
// say which characters are a letter in two cases. Unicode has some outside
// ASCII whose other case is in it: the sign for kelvin is a k, the long s is an
// s. Here they are not, so that a client cannot write a name that passes for
// another one and is kept as what it is.

// foldCase returns a text in the form in which case does not count.
func foldCase(s string) string { return strings.Map(foldRune, s) }

// SameKey reports whether two names are those of one condition key, or of one
// tag that becomes a condition key. Case does not count.
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
