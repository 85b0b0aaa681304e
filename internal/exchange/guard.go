package exchange

import (
	"runtime/debug"
	"unicode/utf8"
)

// panicked is the error that a handler's panic becomes.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return "the handler panicked" }

// Guarded runs a handler. Its panic becomes an error, of which
// [Exchange.Unexpected] tells all that is known.
func Guarded[Out any](handler func() (Out, error)) (out Out, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return handler()
}

// Clip cuts a text that a client sent for a message: between characters, after
// limit bytes at most, with an ellipsis where it was cut.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
