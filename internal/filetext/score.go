package filetext

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// singleByte are the single-byte encodings. If two give the same text, the first is
// reported.
var singleByte = []struct {
	name Encoding
	of   *charmap.Charmap
}{{Windows1252, charmap.Windows1252}, {Latin1, charmap.ISO8859_1}, {MacRoman, charmap.Macintosh}, {CodePage850, charmap.CodePage850}}

// A reading must be likelier than another one that gives other characters: by clear in
// its mean per byte, and by clearFew in sum, because a few bytes show little.
const (
	clear    = 0.5
	clearFew = 1.5
)

// reading is how likely an encoding is, and which characters it gives.
type reading struct {
	encoding Encoding
	score    float64 // the mean over the bytes
	bytes    float64 // the number of bytes
	text     []rune  // the character for each byte value that occurs
	broken   bool    // some byte is no character, or is a control character
	strange  float64 // the number of bytes that are symbols inside words, where people write none
}

// strangeMost is the share of strange bytes, one in so many, above which an encoding is
// excluded.
const strangeMost = 50

// turkish reports whether the file has Ð, Þ, ð or þ. Windows-1252 has them for Icelandic;
// an unsupported encoding has Turkish letters in their place.
func (e *Evidence) turkish() bool {
	for _, b := range []int{0xd0, 0xde, 0xf0, 0xfe} {
		for _, byAfter := range e.bytes[b-utf8.RuneSelf] {
			if byAfter[lower]+byAfter[upper]+byAfter[high] > 0 {
				return true
			}
		}
	}
	return false
}

// rank returns the single-byte encodings that are about as likely as the likeliest. It
// returns UTF8, which the file is not, if the encoding is unsupported.
func (e *Evidence) rank() []Encoding {
	var readings []reading
	for _, s := range singleByte {
		if r := e.reading(s.name, s.of); !r.broken && r.strange*strangeMost <= r.bytes {
			readings = append(readings, r)
		}
	}
	if len(readings) == 0 {
		return []Encoding{UTF8}
	}
	slices.SortStableFunc(readings, func(a, b reading) int { return cmp.Compare(b.score, a.score) })
	best := readings[0]
	if (best.encoding == Windows1252 || best.encoding == Latin1) && e.turkish() {
		return []Encoding{UTF8}
	}
	encodings := []Encoding{best.encoding}
	for _, r := range readings[1:] {
		if !slices.Equal(r.text, best.text) && r.score > best.score-max(clear, clearFew/r.bytes) {
			encodings = append(encodings, r.encoding)
		}
	}
	return encodings
}

func (e *Evidence) reading(name Encoding, of *charmap.Charmap) reading {
	r := reading{encoding: name}
	var sum, n float64
	for i := range e.bytes {
		char := of.DecodeByte(byte(i + 0x80))
		var there bool
		for before := range classes {
			for after := range classes {
				if times := float64(e.bytes[i][before][after]); times > 0 {
					sum += times * likely(char, before, after)
					n += times
					there = true
					if isStrange(char, before, after) {
						r.strange += times
					}
				}
			}
		}
		if there {
			r.text = append(r.text, char)
			r.broken = r.broken || char == unicode.ReplacementChar || char >= 0x80 && char < 0xa0
		}
	}
	if r.bytes = n; n > 0 {
		r.score = sum / n
	}
	return r
}

// likely scores a character between two neighbours in names and addresses in Latin
// letters. 2 is likely, -3 is not.
func likely(char rune, before, after class) float64 {
	inWord := before == lower && after == lower
	switch {
	case unicode.IsLower(char) && common(char):
		switch {
		case before == upper && after == upper:
			return -1
		case rare(char):
			return 1.25
		}
		return 2
	case unicode.IsUpper(char) && common(unicode.ToLower(char)):
		switch {
		case before == lower:
			return -3
		case before == upper && after == lower:
			return -1
		case before == other || before == upper || before == high:
			return 1.5
		}
	case unicode.IsLetter(char):
		return 0
	case inWord || before == lower && after == high || before == high && after == lower:
		if char == '’' || char == '·' {
			return 1
		}
		return -3 // a symbol inside a word
	case typographic(char) && (after == other || opening(char)):
		return 1
	}
	return -1.5
}

// isStrange reports whether a symbol stands before a lower-case letter where people write
// none.
func isStrange(char rune, before, after class) bool {
	if unicode.IsLetter(char) && char != 'ª' && char != 'º' || after != lower || char == '’' || char == '·' || char == 0xa0 {
		return false
	}
	return before == lower || before == upper || !opening(char) || char == '£' || char == '€' || char == '©' || char == '§'
}

// common reports whether a lower-case letter occurs in western European languages.
func common(r rune) bool {
	const letters = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšž"
	for _, l := range letters {
		if r == l {
			return true
		}
	}
	return false
}

// rare reports whether a common letter is one of the less frequent ones.
func rare(r rune) bool {
	const letters = "ìîïòõùûýÿœšžæ"
	for _, l := range letters {
		if r == l {
			return true
		}
	}
	return false
}

// opening reports whether people write a symbol before a word.
func opening(r rune) bool {
	const symbols = "–—‘“„«€£©§¡¿"
	for _, s := range symbols {
		if r == s {
			return true
		}
	}
	return false
}

// typographic reports whether people write a symbol between words.
func typographic(r rune) bool {
	const symbols = "–—‘’“”„«»…•€£©®°§ºª¡¿´·½¼¾±"
	for _, s := range symbols {
		if r == s {
			return true
		}
	}
	return r == 0xa0
}
