package cli

import (
	"fmt"
	"io"
	"unicode/utf8"

	"poolhouse/internal/plaintext"
)

// checkShown refuses a value that is to be written where a control character
// would end it, or begin something else.
func checkShown(name, value string) error {
	for _, r := range value {
		if plaintext.Acts(r) || r == utf8.RuneError {
			return fmt.Errorf("%s has the character %U, which a key or a name does not have; it is not printed", name, r)
		}
	}
	return nil
}

// say prints to what shows it to people. What they do not get is not told: there is no
// other place for it.
func say(w io.Writer, format string, args ...any) {
	_ = plaintext.Printf(w, format, args...)
}
