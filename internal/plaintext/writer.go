package plaintext

import (
	"fmt"
	"io"
	"reflect"
	"sync"
	"unicode/utf8"
)

// Writer writes to a terminal or a log what [Escaped] returns. It is safe for concurrent
// use.
type Writer struct {
	mu   sync.Mutex
	w    io.Writer
	rest []byte // the beginning of a character that is not complete yet
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes text.
func (p *Writer) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	whole := text
	if len(p.rest) > 0 {
		whole = append(p.rest, text...)
		p.rest = nil
	}
	whole, p.rest = splitLast(whole)
	if _, err := p.w.Write(Escaped(whole)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Close writes the rest of an incomplete character. It does not close the underlying
// writer.
func (p *Writer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	rest := p.rest
	p.rest = nil
	if len(rest) == 0 {
		return nil
	}
	_, err := p.w.Write(Escaped(rest))
	return err
}

// splitLast splits an incomplete character off the end of a text. It copies that part,
// because a writer must not keep its argument.
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

// Printf is [fmt.Fprintf] with arguments that stay in their line. Texts, errors and
// values with a String method are written as [Line] returns them. The format must be the
// program's own. The writer's error is returned.
func Printf(w io.Writer, format string, args ...any) error {
	safe := make([]any, len(args))
	for i, a := range args {
		safe[i] = shown(a)
	}
	_, err := fmt.Fprintf(w, format, safe...)
	return err
}

// shown returns the form in which an argument is printed.
func shown(a any) any {
	switch v := a.(type) {
	case error:
		return Line(v.Error())
	case fmt.Stringer:
		return Line(v.String())
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.String {
		return Line(v.String())
	}
	return a
}
