package filetext

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// encodings are those that have to be turned into UTF-8.
var encodings = map[Encoding]encoding.Encoding{
	UTF16LE:     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	UTF16BE:     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	Windows1252: charmap.Windows1252,
	Latin1:      charmap.ISO8859_1,
	MacRoman:    charmap.Macintosh,
	CodePage850: charmap.CodePage850,
}

// decode returns the text in UTF-8 of bytes that are not packed, without a mark. Bytes
// of UTF-8 stay as they are, also where they are none.
func decode(src io.Reader, f Form) io.Reader {
	if e := encodings[f.Encoding]; e != nil {
		src = e.NewDecoder().Reader(src)
	}
	if f.Mark {
		src = &unmarked{src: src}
	}
	return src
}

// mark is a byte order mark in UTF-8.
const mark = "\xef\xbb\xbf"

// unmarked is text without the mark at its beginning.
type unmarked struct {
	src   io.Reader
	begun bool
	held  []byte // was read to look for the mark
	err   error  // that came with it
}

// Read leaves the mark out.
func (u *unmarked) Read(p []byte) (int, error) {
	if !u.begun {
		u.begun = true
		u.held = make([]byte, len(mark))
		n, err := io.ReadFull(u.src, u.held)
		u.held, u.err = bytes.TrimPrefix(u.held[:n], []byte(mark)), err
		if err == io.ErrUnexpectedEOF {
			u.err = io.EOF
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
