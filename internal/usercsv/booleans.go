package usercsv

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// booleanPairs are the pairs of words for true and false that programs write, in small
// letters. No word is true in one pair and false in another. A column whose values are of
// several of them is of the first.
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
	{"doğru", "yanliş"}, {"evet", "hayir"}, // Turkish, as smallWord has it
	{"adevărat", "fals"}, {"da", "nu"}, // Romanian
	{"istina", "laž"}, {"resnično", "neresnično"}, {"da", "ne"}, // Croatian, Slovenian
	{"αληθησ", "ψευδησ"}, {"αληθεσ", "ψευδεσ"}, {"ναι", "οχι"}, // Greek, as smallWord has it
	{"cert", "fals"},                                    // Catalan
	{"真", "假"}, {"是", "否"}, {"はい", "いいえ"}, {"예", "아니요"}, // Chinese, Japanese, Korean
}

// pairsOf are the pairs that have a word, as bits, by the word.
var pairsOf = func() map[string]pairs {
	m := map[string]pairs{}
	for i, b := range booleanPairs {
		m[b.True] = m[b.True].with(i)
		m[b.False] = m[b.False].with(i)
	}
	return m
}()

// pairs is a set of booleanPairs.
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

// longestWord is how many bytes a word of a pair has at most, as any program writes it.
const longestWord = 64

// smallWord is a word in small letters, without the differences that some languages make
// between small letters alone: the dots of the Turkish i, the accents and the last s of
// Greek words.
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

// wordColumn finds out which pair of words the values of a column are of.
type wordColumn struct {
	other bool  // there are values besides true and false
	left  pairs // that all of these values are of
}

// add takes a value, and reports whether there is anything to be found out still.
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

// found returns the pair, false where the values are of none, or need none.
func (w *wordColumn) found() (Booleans, bool) {
	if !w.other || w.left == (pairs{}) {
		return Booleans{}, false
	}
	return w.left.first(), true
}

// pairsOfWord looks a word up.
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

// convert returns true or false for a word of the pair, and any other value as it is.
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
