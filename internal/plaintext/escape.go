package plaintext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// IsControl reports whether a character does something other than being shown. Such are
// control characters, line separators, characters that direct or join others, and
// characters without a width. Accents and Unicode's variation selectors are shown, so
// they do not act.
func IsControl(r rune) bool {
	switch {
	case ' ' <= r && r <= '~':
		return false
	case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return true
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// Escaped returns text with escapes in place of the characters that act, except tabs and
// line feeds. The escapes are those of JSON, so a line of JSON keeps its meaning. An
// invalid byte of UTF-8 is written like \x9b. Text without such characters is returned
// unchanged.
func Escaped(text []byte) []byte {
	return escaped(text, func(r rune) bool { return r == '\n' || r == '\t' })
}

// Line returns a text for use within one line. All characters that act become escapes,
// tabs and line feeds too, so that no part of the text looks like a line of its own.
func Line(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) { // nearly all of it
		return text
	}
	return string(escaped([]byte(text), func(rune) bool { return false }))
}

// Paragraph returns a text that may have several lines, such as an error that ends with a
// command. All lines except the first are indented by at least two spaces, so that none
// looks like a line of the program.
func Paragraph(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if lines[i] = Line(line); i > 0 && !strings.HasPrefix(line, "  ") {
			lines[i] = "  " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// escaped returns text with escapes in place of the characters that act, except those
// that keep allows.
func escaped(text []byte, keep func(rune) bool) []byte {
	var out []byte
	done := 0
	for at := 0; at < len(text); {
		if c := text[at]; ' ' <= c && c <= '~' { // nearly all of it
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		broken := r == utf8.RuneError && size == 1
		if broken || IsControl(r) && !keep(r) {
			out = append(out, text[done:at]...)
			if broken {
				out = fmt.Appendf(out, `\x%02x`, text[at])
			} else {
				out = appendEscape(out, r)
			}
			done = at + size
		}
		at += size
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// appendEscape appends the JSON escape of a character.
func appendEscape(out []byte, r rune) []byte {
	switch r {
	case '\n':
		return append(out, `\n`...)
	case '\t':
		return append(out, `\t`...)
	}
	if r <= 0xffff {
		return fmt.Appendf(out, `\u%04x`, r)
	}
	high, low := utf16.EncodeRune(r)
	return fmt.Appendf(out, `\u%04x\u%04x`, high, low)
}
