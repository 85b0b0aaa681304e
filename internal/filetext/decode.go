package filetext

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode returns the text in UTF-8 of bytes that are not packed, without a mark. Bytes
// of UTF-8 stay as they are, also where they are none. What is no character in another
// encoding becomes a byte that is no UTF-8, so that it is seen in the text.
func decode(src io.Reader, f Form) io.Reader {
	switch f.Encoding {
	case UTF16LE:
		src = &decoder{src: src, convert: utf16LE}
	case UTF16BE:
		src = &decoder{src: src, convert: utf16BE}
	default:
		if of := charmaps[f.Encoding]; of != nil {
			src = &decoder{src: src, convert: tableOf(of).convert}
		}
	}
	if f.Mark {
		src = &unmarked{src: src}
	}
	if f.CR {
		src = newFeeds(src)
	}
	return src
}

// damage is a byte that is no UTF-8, wherever it stands.
const damage = 0xff

// mark is a byte order mark in UTF-8.
const mark = "\xef\xbb\xbf"

// convert appends to text what the characters that src begins with are in UTF-8. It
// returns how many bytes of src these are: all, or with more to come, all but a
// character that is not whole.
type convert func(text, src []byte, more bool) ([]byte, int)

// decoderSize is how many bytes of a source are decoded at a time.
const decoderSize = 32 << 10

// decoder is the text of a source in another encoding than UTF-8.
type decoder struct {
	src     io.Reader
	convert convert
	held    []byte // of the source, not decoded
	out     []byte // decoded, and of it
	given   int    // so much was given out
	err     error  // that came with held
}

// Read decodes when everything decoded was given out.
func (d *decoder) Read(p []byte) (int, error) {
	for d.given == len(d.out) {
		if d.err != nil {
			return 0, d.err
		}
		if d.held == nil {
			d.held = make([]byte, 0, decoderSize)
		}
		n, err := d.src.Read(d.held[len(d.held):cap(d.held)])
		d.held, d.err = d.held[:len(d.held)+n], err
		if n == 0 && err == nil {
			return 0, nil
		}
		var used int
		d.out, used = d.convert(d.out[:0], d.held, err != io.EOF)
		d.held, d.given = d.held[:copy(d.held, d.held[used:])], 0
	}
	n := copy(p, d.out[d.given:])
	d.given += n
	return n, nil
}

func utf16LE(text, src []byte, more bool) ([]byte, int) {
	return fromUTF16(text, src, more, 0, 1)
}

func utf16BE(text, src []byte, more bool) ([]byte, int) {
	return fromUTF16(text, src, more, 1, 0)
}

// fromUTF16 is convert for UTF-16 whose units have their low and high bytes there.
func fromUTF16(text, src []byte, more bool, low, high int) ([]byte, int) {
	i := 0
	for ; i+1 < len(src); i += 2 {
		c := rune(src[i+low]) | rune(src[i+high])<<8
		switch {
		case c < utf8.RuneSelf:
			text = append(text, byte(c))
		case !utf16.IsSurrogate(c):
			text = utf8.AppendRune(text, c)
		case i+3 >= len(src) && more:
			return text, i
		case i+3 >= len(src):
			text = append(text, damage)
		default:
			pair := utf16.DecodeRune(c, rune(src[i+2+low])|rune(src[i+2+high])<<8)
			if pair == utf8.RuneError {
				text = append(text, damage)
				continue
			}
			text = utf8.AppendRune(text, pair)
			i += 2
		}
	}
	if i < len(src) && !more { // half a unit
		return append(text, damage), len(src)
	}
	return text, i
}

// charmaps are the encodings of one byte a character.
var charmaps = map[Encoding]*charmap.Charmap{
	Windows1252: charmap.Windows1252,
	Latin1:      charmap.ISO8859_1,
	MacRoman:    charmap.Macintosh,
	CodePage850: charmap.CodePage850,
}

// table is what each byte is in UTF-8.
type table [256][]byte

func tableOf(of *charmap.Charmap) *table {
	var t table
	for i := range t {
		if r := of.DecodeByte(byte(i)); r != utf8.RuneError {
			t[i] = utf8.AppendRune(nil, r)
		} else {
			t[i] = []byte{damage}
		}
	}
	return &t
}

func (t *table) convert(text, src []byte, _ bool) ([]byte, int) {
	for rest := src; len(rest) > 0; {
		n := ascii(rest)
		text = append(text, rest[:n]...)
		rest = rest[n:]
		for len(rest) > 0 && rest[0] >= utf8.RuneSelf {
			text = append(text, t[rest[0]]...)
			rest = rest[1:]
		}
	}
	return text, len(src)
}

// unmarked is text without the mark at its beginning.
type unmarked struct {
	src   io.Reader
	first [len(mark)]byte // to look for the mark
	read  int             // so much of it was read
	begun bool
	held  []byte // of first, to be given out
	err   error  // that came with it
}

// Read leaves the mark out.
func (u *unmarked) Read(p []byte) (int, error) {
	for !u.begun {
		n, err := u.src.Read(u.first[u.read:])
		u.read, u.err = u.read+n, err
		switch {
		case err != nil && err != io.EOF && strings.HasPrefix(mark, string(u.first[:u.read])):
			u.begun = true // whether these bytes are text is not known
		case u.read == len(mark) || err != nil:
			u.begun, u.held = true, bytes.TrimPrefix(u.first[:u.read], []byte(mark))
		case n == 0:
			return 0, nil
		}
	}
	if len(u.held) > 0 {
		n := copy(p, u.held)
		u.held = u.held[n:]
		return n, nil
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.src.Read(p)
}
