package filetext

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// people is names and addresses as they stand in files of users.
const people = "username,name,address\nj,Jürgen Müller,Hauptstraße 5\nz,Zoë Ünal,\nb,Björn Åkesson,Ängsvägen 2\n" +
	"f,François Lefèvre,\"12, place Église\"\np,José Núñez,Avenida de la Constitución\n"

// western is what of a text the encodings of one byte have.
func western(text string) string {
	return strings.Map(func(r rune) rune {
		for _, e := range []*charmap.Charmap{charmap.Windows1252, charmap.ISO8859_1, charmap.Macintosh, charmap.CodePage850} {
			if _, ok := e.EncodeRune(r); !ok {
				return -1
			}
		}
		return r
	}, text)
}

// encodings write what is to be read.
var encodings = map[Encoding]encoding.Encoding{
	UTF16LE:     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	UTF16BE:     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	Windows1252: charmap.Windows1252,
	Latin1:      charmap.ISO8859_1,
	MacRoman:    charmap.Macintosh,
	CodePage850: charmap.CodePage850,
}

func encoded(t testing.TB, e Encoding, text string) []byte {
	t.Helper()
	of := encodings[e]
	if of == nil {
		of = encoding.Nop
	}
	out, err := of.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func seen(data []byte) *Evidence {
	var e Evidence
	e.Write(data)
	e.End()
	return &e
}

func read(data []byte, f Form, most int64) (string, error) {
	r, err := NewReader(bytes.NewReader(data), f, most)
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}

func TestEncodings(t *testing.T) {
	for _, e := range []Encoding{Windows1252, MacRoman, CodePage850} {
		for _, text := range strings.Split(strings.TrimSpace(western(people)), "\n")[1:] {
			data := encoded(t, e, text)
			if got := seen(data).Encodings(); !slices.Contains(got, e) {
				t.Errorf("%s in %s is taken for %v: what it is must be among them", text, e, got)
			}
		}
		data := encoded(t, e, western(people))
		got := seen(data).Encodings()
		if !slices.Equal(got, []Encoding{e}) {
			t.Errorf("%s is taken for %v", e, got)
		}
		if text, err := read(data, Form{Encoding: got[0]}, 1<<20); err != nil || text != western(people) {
			t.Errorf("%s is read as %q, %v", e, text, err)
		}
	}
}

// TestLatin1 looks at bytes that Windows-1252 has and ISO-8859-1 has not, and the other
// way round.
func TestLatin1(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want []Encoding
	}{
		"a euro sign":               {[]byte("caf\xe9 5 \x80"), []Encoding{Windows1252}},
		"the same in both":          {[]byte("caf\xe9"), []Encoding{Windows1252}},
		"UTF-8":                     {[]byte("café"), []Encoding{UTF8}},
		"UTF-8 with a damaged row":  {[]byte("café, Müller, \xff"), []Encoding{UTF8}},
		"ASCII":                     {[]byte("cafe"), []Encoding{UTF8}},
		"an undefined byte of 1252": {[]byte("\x8f\x8f a"), []Encoding{MacRoman}},
	} {
		if got := seen(c.data).Encodings(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want Form
	}{
		"UTF-8": {"a,b", Form{Encoding: UTF8}}, "marked": {"\xef\xbb\xbfa,b", Form{Encoding: UTF8, Mark: true}},
		"UTF-16LE": {string(encoded(t, UTF16LE, people)), Form{Encoding: UTF16LE}},
		"UTF-16BE": {string(encoded(t, UTF16BE, people)), Form{Encoding: UTF16BE}},
		"marked16": {string(encoded(t, UTF16LE, "\ufeff"+people)), Form{Encoding: UTF16LE, Mark: true}},
		"Marked16": {string(encoded(t, UTF16BE, "\ufeff"+people)), Form{Encoding: UTF16BE, Mark: true}},
		"empty":    {"", Form{Encoding: UTF8}}, "NUL": {"a\x00b,c,d,e,f", Form{Encoding: UTF8}},
	} {
		encoding, mark := Recognise([]byte(c.data)[:min(len(c.data), SampleSize)])
		got := Form{Encoding: encoding, Mark: mark}
		if got != c.want {
			t.Errorf("%s: %+v, not %+v", name, got, c.want)
		}
		if len(c.data) > 100 {
			if text, err := read([]byte(c.data), got, 1<<20); err != nil || text != people {
				t.Errorf("%s is read as %q, %v", name, text, err)
			}
		}
	}
}

func packed(t testing.TB, p Packing, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if p == Zstd {
		var err error
		if w, err = zstd.NewWriter(&out); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPacking(t *testing.T) {
	for _, p := range []Packing{Gzip, Zstd} {
		data := packed(t, p, []byte(people))
		if got := RecognisePacking(data); got != p {
			t.Errorf("%s is taken for %q", p, got)
		}
		form := Form{Packing: p}
		if text, err := read(data, form, int64(len(people))); err != nil || text != people {
			t.Errorf("%s of just the bound: %q, %v", p, text, err)
		}
		if _, err := read(data, form, int64(len(people))-1); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s of one byte too many: %v", p, err)
		}
		for _, bad := range [][]byte{data[:len(data)-3], append(slices.Clone(data[:len(data)/2]), "nonsense that is long enough to matter"...)} {
			if _, err := read(bad, form, 1<<20); !errors.Is(err, ErrDamaged) {
				t.Errorf("damaged %s: %v", p, err)
			}
		}
		lost := errors.New("the disk is gone")
		r, err := NewReader(io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(lost)), form, 1<<20)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, lost) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s of a source that fails: %v", p, err)
		}
	}
	if RecognisePacking([]byte(people)) != "" {
		t.Error("text is taken for a packed file")
	}
}

// TestBomb unpacks a file that is small and would be huge.
func TestBomb(t *testing.T) {
	for _, p := range []Packing{Gzip, Zstd} {
		data := packed(t, p, make([]byte, 50<<20))
		r, err := NewReader(bytes.NewReader(data), Form{Packing: p}, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if n > 1<<20 || !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s of %d bytes: %d bytes, %v", p, len(data), n, err)
		}
		r.Close()
	}
}

// FuzzEvidence demands that what is seen of a file does not depend on how its bytes come,
// and that a file in UTF-8 is taken for nothing else.
func FuzzEvidence(f *testing.F) {
	f.Add([]byte(people), byte(1))
	f.Add([]byte("caf\xe9"), byte(3))
	f.Add([]byte("\xf0\x9f\xa6\x8a \xf0\x9f"), byte(2))
	f.Fuzz(func(t *testing.T, data []byte, size byte) {
		whole := seen(data)
		var parts Evidence
		for piece := range slices.Chunk(data, int(size)+1) {
			parts.Write(piece)
		}
		parts.End()
		if whole.Wide != parts.Wide || whole.Bad != parts.Bad || whole.bytes != parts.bytes {
			t.Errorf("in pieces of %d bytes something else is seen: %d and %d, not %d and %d", size+1, parts.Wide, parts.Bad, whole.Wide, whole.Bad)
		}
		text := []rune(string(data))
		if valid := string(text) == string(data); valid != (whole.Bad == 0) {
			t.Errorf("%d bad bytes, but valid is %v", whole.Bad, valid)
		}
		for _, e := range whole.Encodings() {
			if _, err := read(data, Form{Encoding: e}, 1<<20); err != nil {
				t.Errorf("it cannot be read as %s: %v", e, err)
			}
		}
	})
}

// FuzzNewReader reads any bytes in any form: reading ends, within the bounds, with text
// or an error of ours, and twice the same.
func FuzzNewReader(f *testing.F) {
	for _, p := range []Packing{"", Gzip, Zstd} {
		data := []byte(people)
		if p != "" {
			data = packed(f, p, data)
		}
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Add(encoded(f, UTF16LE, "\ufeff"+people))
	f.Fuzz(func(t *testing.T, data []byte) {
		form := Form{Packing: RecognisePacking(data)}
		text, err := read(data, form, 1<<16)
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("an error that is not ours: %v", err)
		}
		if len(text) > 1<<16 && form.Packing != "" {
			t.Fatalf("%d bytes were unpacked", len(text))
		}
		form.Encoding, form.Mark = Recognise([]byte(text)[:min(len(text), SampleSize)])
		first, err1 := read(data, form, 1<<16)
		again, err2 := read(data, form, 1<<16)
		if first != again || (err1 == nil) != (err2 == nil) {
			t.Error("a second reading gives something else")
		}
	})
}
