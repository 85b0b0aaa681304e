package filetext

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode returns the text of src in UTF-8. src is not compressed and its byte order mark
// is already removed. Bytes of UTF-8 pass unchanged, invalid ones too. In other
// encodings, each undefined character becomes the byte damage, so that the error is
// visible in the text.
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

// damage is a byte that is never valid in UTF-8.
const damage = 0xff

// mark is the byte order mark in UTF-8.
const mark = "\xef\xbb\xbf"

// convert appends the characters at the beginning of src to text, in UTF-8. It returns
// how many bytes of src it used. It uses all of them, except an incomplete character at
// the end when more bytes will come.
type convert func(text, src []byte, more bool) ([]byte, int)

// decoderSize is how many bytes of the source are decoded at a time.
const decoderSize = 32 << 10

// decoder is an io.Reader that decodes a source from another encoding to UTF-8.
type decoder struct {
	src     io.Reader
	convert convert
	held    []byte // source bytes that are not decoded yet
	out     []byte // decoded bytes
	given   int    // how many bytes of out were returned
	err     error  // the error that came with held
}

// Read decodes the next bytes when all decoded bytes were returned.
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

// fromUTF16 is convert for UTF-16. low and high are the places of the low and the high
// byte in a unit.
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

// charmaps are the single-byte encodings.
var charmaps = map[Encoding]*charmap.Charmap{
	Windows1252: charmap.Windows1252,
	Latin1:      charmap.ISO8859_1,
	MacRoman:    charmap.Macintosh,
	CodePage850: charmap.CodePage850,
}

// table maps each byte to its character in UTF-8.
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

// unmarked removes a byte order mark from the beginning of a text.
type unmarked struct {
	src   io.Reader
	first [len(mark)]byte // the first bytes, which may be the mark
	read  int             // how many bytes of first were read
	begun bool
	held  []byte // the part of first that is to be returned
	err   error  // the error that came with first
}

// Read skips the mark.
func (u *unmarked) Read(p []byte) (int, error) {
	for !u.begun {
		n, err := u.src.Read(u.first[u.read:])
		u.read, u.err = u.read+n, err
		switch {
		case err != nil && err != io.EOF && strings.HasPrefix(mark, string(u.first[:u.read])):
			u.begun = true // it is not known whether these bytes are text
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
