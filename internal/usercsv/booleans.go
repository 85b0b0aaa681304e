package usercsv

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// booleanPairs are the pairs of words for true and false that programs write, in lower
// case. No word means true in one pair and false in another. If the values of a column
// belong to several pairs, the first one counts.
var booleanPairs = []Booleans{
	{"yes", "no"}, {"y", "n"}, {"t", "f"}, {"1", "0"}, {"-1", "0"}, {"1.0", "0.0"}, {"on", "off"}, // programs
	{".t.", ".f."}, {"b'1'", "b'0'"}, {"✓", "✗"}, {"✔", "✘"}, {"☑", "☐"},
	{"enabled", "disabled"}, {"verified", "unverified"}, {"verified", "not verified"}, {"confirmed", "unconfirmed"}, {"checked", "unchecked"},
	{"wahr", "falsch"}, {"ja", "nein"}, {"j", "n"}, {"w", "f"}, // German
	{"vrai", "faux"}, {"oui", "non"}, {"o", "n"}, {"v", "f"}, // French
	{"verdadero", "falso"}, {"sí", "no"}, {"si", "no"}, {"s", "n"}, // Spanish
	{"vero", "falso"}, {"sì", "no"}, // Italian
	{"verdadeiro", "falso"}, {"sim", "não"}, {"sim", "nao"}, // Portuguese
	{"waar", "onwaar"}, {"ja", "nee"}, // Dutch
	{"sant", "falskt"}, {"ja", "nej"}, // Swedish
	{"sand", "falsk"}, {"sant", "usant"}, {"sann", "usann"}, {"ja", "nei"}, // Danish, Norwegian
	{"tosi", "epätosi"}, {"kyllä", "ei"}, // Finnish
	{"tõene", "väär"}, {"jah", "ei"}, // Estonian
	{"prawda", "fałsz"}, {"tak", "nie"}, // Polish
	{"pravda", "nepravda"}, {"ano", "ne"}, {"áno", "nie"}, // Czech, Slovak
	{"igaz", "hamis"}, {"igen", "nem"}, // Hungarian
	{"истина", "ложь"}, {"истина", "лъжа"}, {"да", "нет"}, {"да", "не"}, // Russian, Bulgarian
	{"істина", "хибність"}, {"так", "ні"}, // Ukrainian
	{"doğru", "yanliş"}, {"evet", "hayir"}, // Turkish, in the form of smallWord
	{"adevărat", "fals"}, {"da", "nu"}, // Romanian
	{"istina", "laž"}, {"resnično", "neresnično"}, {"da", "ne"}, // Croatian, Slovenian
	{"αληθησ", "ψευδησ"}, {"αληθεσ", "ψευδεσ"}, {"ναι", "οχι"}, // Greek, in the form of smallWord
	{"cert", "fals"},                                    // Catalan
	{"真", "假"}, {"是", "否"}, {"はい", "いいえ"}, {"예", "아니요"}, // Chinese, Japanese, Korean
}

// pairsOf maps each word to the set of pairs that have it.
var pairsOf = func() map[string]pairs {
	m := map[string]pairs{}
	for i, b := range booleanPairs {
		m[b.True] = m[b.True].with(i)
		m[b.False] = m[b.False].with(i)
	}
	return m
}()

// pairs is a set of booleanPairs, as bits.
type pairs [2]uint64

func (p pairs) with(i int) pairs {
	p[i/64] |= 1 << (i % 64)
	return p
}

func (p pairs) and(o pairs) pairs { return pairs{p[0] & o[0], p[1] & o[1]} }

// first returns the first pair of the set.
func (p pairs) first() Booleans {
	if p[0] != 0 {
		return booleanPairs[bits.TrailingZeros64(p[0])]
	}
	return booleanPairs[64+bits.TrailingZeros64(p[1])]
}

// longestWord bounds a word of a pair, in bytes, in any spelling.
const longestWord = 64

// smallWord returns a word in lower case. It also removes differences that only some
// languages make: the dots of the Turkish i, and the accents and the final s of Greek
// words.
func smallWord(word string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); r {
		case 'ı':
			return 'i'
		case '\u0307':
			return -1
		case 'ς':
			return 'σ'
		case 'ή':
			return 'η'
		case 'έ':
			return 'ε'
		case 'ό':
			return 'ο'
		}
		return r
	}, strings.ReplaceAll(word, "İ", "i"))
}

// wordColumn finds out to which pair of words the values of a column belong.
type wordColumn struct {
	other bool  // there are values besides true and false
	left  pairs // the pairs that have all of these values
}

// add looks at a value. goOn is false when further values cannot change the result.
func (w *wordColumn) add(value []byte) (goOn bool) {
	if len(value) == 0 || isBoolean(value) {
		return true
	}
	of := pairsOfWord(value)
	if !w.other {
		w.other, w.left = true, of
	} else {
		w.left = w.left.and(of)
	}
	return w.left != pairs{}
}

// found returns the pair. It returns false if no pair has all values, or if all are true
// and false.
func (w *wordColumn) found() (Booleans, bool) {
	if !w.other || w.left == (pairs{}) {
		return Booleans{}, false
	}
	return w.left.first(), true
}

// pairsOfWord returns the pairs that have a word.
func pairsOfWord(value []byte) pairs {
	if len(value) > longestWord {
		return pairs{}
	}
	var small [longestWord]byte
	for i, b := range value {
		if b >= utf8.RuneSelf {
			return pairsOf[smallWord(string(value))]
		}
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		small[i] = b
	}
	return pairsOf[string(small[:len(value)])]
}

// isBoolean reports whether a value is true or false in any case.
func isBoolean(value []byte) bool {
	word := "true"
	if len(value) == len("false") {
		word = "false"
	}
	if len(value) != len(word) {
		return false
	}
	for i, b := range value {
		if b|0x20 != word[i] {
			return false
		}
	}
	return true
}

// convert returns true or false for a word of the pair. Any other value stays unchanged.
func (b Booleans) convert(value string) string {
	if value == "" || len(value) > longestWord {
		return value
	}
	switch smallWord(value) {
	case b.True:
		return "true"
	case b.False:
		return "false"
	}
	return value
}
