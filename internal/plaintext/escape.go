package plaintext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Acts tells whether a terminal, an editor or a reader's eye may take a character for
// something else than one that is shown: a control character, a separator of lines, one
// that directs the order of others or joins them, and one without a width. Accents and
// the variants of a character (Unicode's variation selectors) are shown.
func Acts(r rune) bool {
	switch {
	case ' ' <= r && r <= '~':
		return false
	case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return true
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// Escaped returns text with escapes in place of the characters that act, but for tabs
// and line feeds. The escapes are also those of JSON: a line of JSON means the same
// after it. A byte that is no UTF-8 is written like \x9b. Text without any of them is
// returned as it is.
func Escaped(text []byte) []byte {
	return escaped(text, func(r rune) bool { return r == '\n' || r == '\t' })
}

// Line returns a text as a part of a line: with escapes in place of all characters that
// act, tabs and line feeds too, so that what follows a line feed in it is not taken for
// a line of its own.
func Line(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) { // nearly all of it
		return text
	}
	return string(escaped([]byte(text), func(rune) bool { return false }))
}

// Paragraph returns a text that may have lines of its own, such as the message of an
// error that ends with a command. All lines but the first are indented by two spaces at
// least, so that none is taken for a line of the program.
func Paragraph(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if lines[i] = Line(line); i > 0 && !strings.HasPrefix(line, "  ") {
			lines[i] = "  " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// escaped returns text with escapes in place of the characters that act and are not
// kept.
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
		if broken || Acts(r) && !keep(r) {
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

// appendEscape appends the escape of a character as JSON has it.
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
