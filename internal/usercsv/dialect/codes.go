package dialect

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// hasCodes reports whether a character code may follow a backslash, such as u00e9 or 303. Programs
// write such codes if they quote values as in JSON or in a programming language.
func (d Dialect) hasCodes() bool { return d.Style == Text && d.Quote != 0 }

// codeSize returns the length of the character code that a text after a backslash begins with,
// and 0 if there is none.
func codeSize[T string | []byte](d Dialect, text T) int {
	if !d.hasCodes() || len(text) == 0 {
		return 0
	}
	size := 0
	switch text[0] {
	case '0', '1', '2', '3':
		if len(text) > 2 && isOctal(text[1]) && isOctal(text[2]) {
			return len("303")
		}
		return 0
	case 'u':
		size = len("u00e9")
	case 'U':
		size = len("U000000e9")
	default:
		return 0
	}
	if len(text) < size {
		return 0
	}
	for i := 1; i < size; i++ {
		if !isHex(text[i]) {
			return 0
		}
	}
	return size
}

func isOctal(b byte) bool { return b >= '0' && b <= '7' }

func isHex(b byte) bool { return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'f' }

// writeCode writes the character of a code of this size, or of two that are a pair of UTF-16.
// A code of octal digits is a byte of UTF-8. It returns how many bytes of the text it used.
func (d Dialect) writeCode(out *strings.Builder, text string, size int) int {
	if isOctal(text[0]) {
		out.WriteByte((text[0]-'0')<<6 | (text[1]-'0')<<3 | (text[2] - '0'))
		return size
	}
	char := codeOf(text[:size])
	if next := size + 1; utf16.IsSurrogate(char) && len(text) > next && text[size] == '\\' {
		if more := codeSize(d, text[next:]); more > 0 {
			if pair := utf16.DecodeRune(char, codeOf(text[next:next+more])); pair != utf8.RuneError {
				out.WriteRune(pair)
				return next + more
			}
		}
	}
	out.WriteRune(char) // a half pair becomes a replacement character
	return size
}

func codeOf(code string) rune {
	n, err := strconv.ParseUint(code[1:], 16, 31)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
