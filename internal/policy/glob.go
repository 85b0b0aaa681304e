package policy

import "unicode/utf8"

// glob is a pattern: characters, among them wildcards. Wildcards are runes
// that no text has, so that text which a variable brings in is never one.
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

// matches reports whether the pattern describes the whole text. When the
// characters behind a * do not fit, only the last * is made to cover one
// character more: if an earlier one could help, so can the last. The time is at
// most the product of the lengths.
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
