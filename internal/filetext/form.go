package filetext

import (
	"bytes"
	"io"
)

// Encoding is a character encoding, by its IANA name.
type Encoding string

// The supported encodings.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "windows-1252"
	Latin1      Encoding = "ISO-8859-1"
	MacRoman    Encoding = "macintosh"
	CodePage850 Encoding = "IBM850"
)

// Packing is how a file is compressed; "" means not at all.
type Packing string

// The supported compressions.
const (
	Gzip Packing = "gzip"
	Zstd Packing = "zstd"
)

// Form is how the text of a file is stored as bytes. The zero value is UTF-8 without
// compression and without a byte order mark.
type Form struct {
	Packing Packing `json:"packing,omitempty"`
	// Encoding is "" for UTF-8.
	Encoding Encoding `json:"encoding,omitempty"`
	// Mark says that a byte order mark precedes the text. A reader removes it.
	Mark bool `json:"mark,omitempty"`
	// CR says that lines end with CR alone. A reader replaces each CR that no LF follows
	// by LF.
	CR bool `json:"cr,omitempty"`
}

// Plain reports whether the bytes of a file in this form are its text, except for a byte
// order mark of UTF-8. Readers of text skip that mark.
func (f Form) Plain() bool {
	return f.Packing == "" && (f.Encoding == "" || f.Encoding == UTF8) && !f.CR
}

// SampleSize is how many bytes of a file [Recognise] needs.
const SampleSize = 4096

// RecognisePacking returns how a file with these first bytes is compressed.
func RecognisePacking(beginning []byte) Packing {
	switch {
	case bytes.HasPrefix(beginning, []byte{0x1f, 0x8b, 8}):
		return Gzip
	case bytes.HasPrefix(beginning, []byte{0x28, 0xb5, 0x2f, 0xfd}), skippable(beginning):
		return Zstd
	}
	return ""
}

// skippable reports whether a file begins with a frame of zstd without data. zstd writes
// such frames when it uses several threads.
func skippable(beginning []byte) bool {
	return len(beginning) > 3 && beginning[0]&0xf0 == 0x50 && bytes.Equal(beginning[1:4], []byte{0x2a, 0x4d, 0x18})
}

// Recognise returns the encoding that the first bytes of an uncompressed file show. They
// may be a byte order mark, or have the zero bytes of UTF-16. Every other file is
// reported as UTF-8; [Evidence] tells whether that is true.
func Recognise(beginning []byte) (encoding Encoding, mark bool) {
	switch {
	case bytes.HasPrefix(beginning, []byte{0xef, 0xbb, 0xbf}):
		return UTF8, true
	case bytes.HasPrefix(beginning, []byte{0xff, 0xfe}):
		return UTF16LE, true
	case bytes.HasPrefix(beginning, []byte{0xfe, 0xff}):
		return UTF16BE, true
	}
	return wide(beginning), false
}

// wide returns the encoding of text in UTF-16 without a mark, and UTF8 for other text.
// Most characters in UTF-16 files are ASCII, so every second byte is zero and no other
// byte is.
func wide(beginning []byte) Encoding {
	units := len(beginning) / 2
	if units < 4 {
		return UTF8
	}
	var zeros [2]int
	for i, b := range beginning[:2*units] {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[0] == 0 && 2*zeros[1] > units:
		return UTF16LE
	case zeros[1] == 0 && 2*zeros[0] > units:
		return UTF16BE
	}
	return UTF8
}

// NewReader returns the text of a file in UTF-8. src has the bytes of the file from its
// beginning, in the form f. most bounds the text in bytes, unless the text is the file
// itself. A longer text ends with [ErrTooLarge], and decompression stops there.
// [ErrDamaged] and [ErrWindow] say that the file cannot be decompressed. Every other
// error comes from src, unchanged.
//
// The memory for reading is bounded for every file.
func NewReader(src io.Reader, f Form, most int64) (io.ReadCloser, error) {
	unpacked, err := unpack(src, f.Packing)
	if err != nil {
		return nil, err
	}
	text := decode(unpacked, f)
	if !f.Plain() {
		text = &bounded{src: text, left: most}
	}
	return &reader{Reader: text, unpacked: unpacked}, nil
}

// reader is the text together with its decompressor.
type reader struct {
	io.Reader
	unpacked io.ReadCloser
}

// Close frees the decompressor. It does not close the source.
func (r *reader) Close() error { return r.unpacked.Close() }
