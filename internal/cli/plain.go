package cli

import (
	"fmt"
	"io"
	"sync"
	"unicode"
	"unicode/utf8"
)

// plainWriter is the one way of the command line's output to the outside. It
// writes text such that a terminal shows it and does nothing else: what a server
// answers may have control characters, escape sequences, and characters that
// change the direction of text. They are written as escapes, which are also
// those of JSON.
type plainWriter struct {
	mu   sync.Mutex
	w    io.Writer
	rest []byte // the beginning of a character whose end was not written yet
}

// Write writes text. Tabs and line feeds stay.
func (p *plainWriter) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	whole := text
	if len(p.rest) > 0 {
		whole = append(p.rest, text...)
		p.rest = nil
	}
	whole, p.rest = splitLast(whole)
	if _, err := p.w.Write(plain(whole)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Close writes what is left of a character that never ended.
func (p *plainWriter) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	rest := p.rest
	p.rest = nil
	if len(rest) == 0 {
		return nil
	}
	_, err := p.w.Write(plain(rest))
	return err
}

// splitLast parts the beginning of a character from the text's end. It copies
// that, since a writer may not keep what it is given.
func splitLast(text []byte) (whole, rest []byte) {
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		at := len(text) - back
		if utf8.RuneStart(text[at]) {
			if utf8.FullRune(text[at:]) {
				break
			}
			return text[:at], append([]byte(nil), text[at:]...)
		}
	}
	return text, nil
}

// plain returns text with escapes in place of what a terminal would act on. Text
// that has nothing of it is returned as it is.
func plain(text []byte) []byte {
	var out []byte
	done := 0
	for at := 0; at < len(text); {
		if c := text[at]; ' ' <= c && c <= '~' || c == '\n' || c == '\t' { // nearly all of it
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		if acts(r) || r == utf8.RuneError && size == 1 {
			out = append(out, text[done:at]...)
			if r == utf8.RuneError {
				out = fmt.Appendf(out, `\x%02x`, text[at])
			} else {
				out = fmt.Appendf(out, `\u%04x`, r)
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

// acts tells whether a terminal or an editor may do something else with a
// character than to show it.
func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// checkShown refuses a value that is to be written where a control character
// would end it, or begin something else.
func checkShown(name, value string) error {
	for _, r := range value {
		if acts(r) || r == utf8.RuneError {
			return fmt.Errorf("%s has the character %U, which a key or a name does not have; it is not printed", name, r)
		}
	}
	return nil
}
