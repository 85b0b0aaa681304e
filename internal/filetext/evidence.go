package filetext

import (
	"encoding/binary"
	"unicode/utf8"
)

// Evidence is what the bytes of a file say about its encoding, as they go by: a file
// that is taken for UTF-8 may be in an encoding of one byte a character. It is an
// io.Writer that never fails. The zero value has seen nothing.
type Evidence struct {
	// Wide counts the characters beyond ASCII that are good UTF-8, and Bad the bytes
	// that belong to none.
	Wide, Bad int64

	bytes  [128][classes][classes]int64 // of bytes from 0x80 on, between two others
	held   []byte                       // the end of what was written, which may not be whole
	before byte                         // the byte before held
}

// class is what kind of byte stands beside one.
type class byte

const (
	other class = iota // no letter
	lower              // a small letter of ASCII
	upper              // a capital one
	high               // a byte beyond ASCII
	classes
)

func classOf(b byte) class {
	switch {
	case b >= utf8.RuneSelf:
		return high
	case b >= 'a' && b <= 'z':
		return lower
	case b >= 'A' && b <= 'Z':
		return upper
	}
	return other
}

// Write looks at the next bytes of the file.
func (e *Evidence) Write(p []byte) (int, error) {
	n := len(p)
	for len(e.held) > 0 && len(p) > 0 { // what was cut in two is looked at byte by byte
		e.held = append(e.held, p[0])
		p = p[1:]
		e.held = e.look(e.held, false)
	}
	if rest := e.look(p, false); len(rest) > 0 {
		e.held = append(e.held[:0], rest...)
	}
	return n, nil
}

// End looks at what was held back at the end of the file.
func (e *Evidence) End() {
	e.look(e.held, true)
	e.held = nil
}

// look counts the characters beyond ASCII of a text, and returns its end where that
// may not be whole: at most utf8.UTFMax bytes.
func (e *Evidence) look(p []byte, end bool) (rest []byte) {
	for i := 0; i < len(p); {
		skip := ascii(p[i:])
		if i += skip; skip > 0 {
			e.before = p[i-1]
		}
		if i == len(p) {
			break
		}
		if !end && len(p)-i < utf8.UTFMax+1 { // the character and the byte after it
			return p[i:]
		}
		r, size := utf8.DecodeRune(p[i:])
		if r != utf8.RuneError || size > 1 {
			e.Wide++
			e.before = p[i+size-1]
			i += size
			continue
		}
		e.Bad++
		next := byte(' ')
		if i+1 < len(p) {
			next = p[i+1]
		}
		e.bytes[p[i]-utf8.RuneSelf][classOf(e.before)][classOf(next)]++
		e.before = p[i]
		i++
	}
	return nil
}

// ascii returns how many bytes at the beginning of p are ASCII.
func ascii(p []byte) (n int) {
	const high = 0x8080808080808080
	for len(p)-n >= 8 && binary.LittleEndian.Uint64(p[n:])&high == 0 {
		n += 8
	}
	for n < len(p) && p[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// IsUTF8 reports whether the file is UTF-8, if some rows of it may be damaged: it has no
// byte that is none, or none in a word, as letters stand; or a good character beyond ASCII
// for each twenty such bytes. Other encodings have hardly any two bytes beside each other
// that are one character of UTF-8.
func (e *Evidence) IsUTF8() bool { return e.inWords() == 0 || 20*e.Wide > e.Bad }

// inWords counts the bytes that stand beside a letter. 0xFE and 0xFF are rare letters
// everywhere, and what damage is likely to leave: they are not counted.
func (e *Evidence) inWords() (n int64) {
	for _, byBefore := range e.bytes[:0xfe-utf8.RuneSelf] {
		for before, byAfter := range byBefore {
			for after, times := range byAfter {
				if class(before) != other || class(after) != other {
					n += times
				}
			}
		}
	}
	return n
}

// western reports whether the bytes can be letters of a language that writes few letters
// beyond ASCII: most of them stand alone among others.
func (e *Evidence) western() bool {
	var together int64
	for _, byBefore := range e.bytes {
		for before, byAfter := range byBefore {
			for after, times := range byAfter {
				if class(before) == high || class(after) == high {
					together += times
				}
			}
		}
	}
	return 2*together <= e.Bad
}

// Encodings returns the encodings that the file can be in, the likeliest first: several
// where they give different characters and the bytes do not tell which are meant. A file
// in an encoding that is not read is taken for UTF-8, which it is not.
func (e *Evidence) Encodings() []Encoding {
	if e.IsUTF8() || !e.western() {
		return []Encoding{UTF8}
	}
	return e.rank()
}
