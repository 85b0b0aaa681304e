package filetext

import (
	"bytes"
	"io"
)

// Encoding is how characters are written as bytes, by the name that IANA has for it.
type Encoding string

// The encodings that are read.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "windows-1252"
	Latin1      Encoding = "ISO-8859-1"
	MacRoman    Encoding = "macintosh"
	CodePage850 Encoding = "IBM850"
)

// Packing is how a file is compressed, "" for not at all.
type Packing string

// The packings that are undone.
const (
	Gzip Packing = "gzip"
	Zstd Packing = "zstd"
)

// Form is how the text of a file is written as bytes. The zero value is UTF-8, neither
// packed nor marked.
type Form struct {
	Packing Packing `json:"packing,omitempty"`
	// Encoding is "" for UTF-8.
	Encoding Encoding `json:"encoding,omitempty"`
	// Mark says that a byte order mark stands before the text. A reader leaves it out.
	Mark bool `json:"mark,omitempty"`
	// CR says that lines end with CR alone. A reader returns LF in place of each CR that no
	// LF follows.
	CR bool `json:"cr,omitempty"`
}

// Plain reports whether the text of a file in this form is the file itself, but for a byte
// order mark of UTF-8, with which readers of text begin.
func (f Form) Plain() bool {
	return f.Packing == "" && (f.Encoding == "" || f.Encoding == UTF8) && !f.CR
}

// SampleSize is how many bytes of a file [Recognise] should be given.
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

// skippable reports whether a file begins with a frame of zstd that has no data: those of
// several threads do.
func skippable(beginning []byte) bool {
	return len(beginning) > 3 && beginning[0]&0xf0 == 0x50 && bytes.Equal(beginning[1:4], []byte{0x2a, 0x4d, 0x18})
}

// Recognise returns what the first bytes of a file that is not packed say about its
// encoding: a byte order mark, or the zero bytes of UTF-16. Everything else is taken
// for UTF-8; [Evidence] tells whether it is.
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

// wide returns the encoding of text in UTF-16 without a mark: most of its characters
// are ASCII, so every second byte is zero, and none of the others is. It returns UTF8
// where that is not so.
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

// NewReader returns the text of a file in UTF-8: src has the file's bytes from its
// beginning on, in the form f. A text that is not the file itself may have at most so many
// bytes; more end reading with [ErrTooLarge], and no more is unpacked. [ErrDamaged] and [ErrWindow] are of files that cannot be unpacked. Every
// other error is one of src, as it is.
//
// Reading takes bounded memory, whatever the file is.
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

// reader is the text, and what it is unpacked from.
type reader struct {
	io.Reader
	unpacked io.ReadCloser
}

// Close frees what unpacking needs. It does not close the source.
func (r *reader) Close() error { return r.unpacked.Close() }
