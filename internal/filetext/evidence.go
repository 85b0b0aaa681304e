package filetext

import (
	"encoding/binary"
	"unicode/utf8"
)

// Evidence collects what the bytes of a file say about its encoding. A file that seems to
// be UTF-8 may be in a single-byte encoding. Evidence is an io.Writer that never fails.
// The zero value is ready for use.
type Evidence struct {
	// Wide counts the characters beyond ASCII that are valid UTF-8. Bad counts the bytes
	// that belong to no valid character.
	Wide, Bad int64

	bytes  [128][classes][classes]int64 // counts bytes from 0x80 on, by the classes of their neighbours
	held   []byte                       // the end of what was written; it may be an incomplete character
	before byte                         // the byte before held
}

// class is the kind of a byte's neighbour.
type class byte

const (
	other class = iota // no letter
	lower              // a lower-case letter of ASCII
	upper              // an upper-case letter of ASCII
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
	for len(e.held) > 0 && len(p) > 0 { // look byte by byte at a character that was cut in two
		e.held = append(e.held, p[0])
		p = p[1:]
		e.held = e.look(e.held, false)
	}
	if rest := e.look(p, false); len(rest) > 0 {
		e.held = append(e.held[:0], rest...)
	}
	return n, nil
}

// End looks at the bytes held back, at the end of the file.
func (e *Evidence) End() {
	e.look(e.held, true)
	e.held = nil
}

// look counts the characters beyond ASCII of a text. It returns the end of the text when
// that may be an incomplete character: at most utf8.UTFMax bytes.
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

// IsUTF8 reports whether the file is UTF-8, perhaps with some damaged rows. It is when no
// bad byte stands in a word, as letters do. It also is when there is at least one valid
// character beyond ASCII for every twenty such bytes. In other encodings, two
// neighbouring bytes hardly ever form a character of UTF-8.
// that are one character of UTF-8.
func (e *Evidence) IsUTF8() bool { return e.inWords() == 0 || 20*e.Wide > e.Bad }

// inWords counts the bad bytes that stand beside a letter. It does not count 0xFE and
// 0xFF: they are rare letters in every encoding, and damage often leaves them.
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
// beyond ASCII. In such a language, most of these letters stand alone among others.
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

// Encodings returns the encodings that the file can be in, the likeliest first. It
// returns several when they give different characters and the bytes do not tell which are
// meant. A file in an unsupported encoding is reported as UTF-8, although it is not.
func (e *Evidence) Encodings() []Encoding {
	if e.IsUTF8() || !e.western() {
		return []Encoding{UTF8}
	}
	return e.rank()
}
