package usercsv

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"poolhouse/internal/filetext"
)

// fileOf stores a text as bytes.
func fileOf(t testing.TB, form filetext.Form, text string) []byte {
	t.Helper()
	if form.CR {
		text = strings.NewReplacer("\r\n", "\r", "\n", "\r").Replace(text)
	}
	if form.Mark {
		text = byteOrderMark + text
	}
	return packedAs(t, form.Packing, encodedAs(t, form.Encoding, text))
}

// openedAt returns the text of a file from an offset on.
func openedAt(t testing.TB, f *Format, open OpenAt, offset int64) string {
	t.Helper()
	r, err := f.OpenText(open, offset, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// encodedAs encodes a text.
func encodedAs(t testing.TB, e filetext.Encoding, text string) []byte {
	t.Helper()
	of := encoding.Nop
	switch e {
	case filetext.UTF16LE:
		of = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case filetext.UTF16BE:
		of = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case filetext.Windows1252:
		of = charmap.Windows1252
	}
	data, err := of.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packedAs compresses a file.
func packedAs(t testing.TB, p filetext.Packing, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch p {
	case filetext.Gzip:
		w = gzip.NewWriter(&out)
	case filetext.Zstd:
		var err error
		if w, err = zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true)); err != nil {
			t.Fatal(err)
		}
	default:
		return data
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
