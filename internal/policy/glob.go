package policy

import (
	"unicode/utf8"

	"poolhouse/internal/awsarn"
)

// glob is a pattern of characters and wildcards. Wildcards are negative runes, which no
// text has, so the value of a variable never contains one.
type glob []rune

const (
	anyRun  rune = -1 // *: any number of characters, also none
	anyOne  rune = -2 // ?: one character
	badByte rune = -3 // less the byte: one of a text that is not UTF-8
)

// newGlob returns the pattern that a text with wildcards describes.
func newGlob(s string) glob {
	g := glob(runes(s))
	for i, r := range g {
		switch r {
		case '*':
			g[i] = anyRun
		case '?':
			g[i] = anyOne
		}
	}
	return g
}

// runes returns the characters of a text.
func runes(s string) []rune {
	out := make([]rune, 0, len(s))
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				r = badByte - rune(s[i])
			}
		}
		out = append(out, r)
	}
	return out
}

// matches reports whether the pattern matches the whole text. If the characters behind a *
// do not fit, only the last * is extended by one character: an earlier one is never
// needed. The time is at most the product of the lengths.
func (g glob) matches(s []rune) bool {
	at, run, covered := 0, -1, 0 // run: where the last * stands; covered: how far it reaches in s
	for i := 0; i < len(s); {
		switch {
		case at < len(g) && g[at] == anyRun:
			run, covered = at, i
			at++
		case at < len(g) && (g[at] == anyOne || g[at] == s[i]):
			at++
			i++
		case run >= 0:
			covered++
			at, i = run+1, covered
		default:
			return false
		}
	}
	for at < len(g) && g[at] == anyRun {
		at++
	}
	return at == len(g)
}

// arnParts is how many parts an ARN has, or a pattern of one.
const arnParts = awsarn.Parts

// cutARN splits an ARN, or a pattern of one, at its first five colons.
func cutARN(s []rune) (parts [arnParts][]rune, ok bool) {
	i, start := 0, 0
	for at, r := range s {
		if r == ':' && i < arnParts-1 {
			parts[i], i, start = s[start:at], i+1, at+1
		}
	}
	parts[i] = s[start:]
	return parts, i == arnParts-1
}

// matchesARN reports whether an ARN fits a pattern. The six parts are compared
// one by one, so that a wildcard cannot reach into the next part (Condition
// operators, ARN).
func matchesARN(pattern glob, arn []rune) bool {
	p, ok := cutARN(pattern)
	a, isARN := cutARN(arn)
	if !ok || !isARN {
		return false
	}
	for i := range arnParts {
		if !glob(p[i]).matches(a[i]) {
			return false
		}
	}
	return true
}
