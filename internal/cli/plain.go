package cli

import (
	"fmt"
	"io"
	"unicode/utf8"

	"poolhouse/internal/plaintext"
)

// checkShown refuses a value with a control character, because the value is written where
// such a character would end it or begin something else.
func checkShown(name, value string) error {
	for _, r := range value {
		if plaintext.IsControl(r) || r == utf8.RuneError {
			return fmt.Errorf("%s has the character %U, which is not allowed in a key or a name; it is not printed", name, r)
		}
	}
	return nil
}

// say prints a text for people. A failed write is ignored: there is no other place to
// report it.
func say(w io.Writer, format string, args ...any) {
	_ = plaintext.Printf(w, format, args...)
}
