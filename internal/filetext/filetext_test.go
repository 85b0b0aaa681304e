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

// people has names and addresses such as files of users have.
const people = "username,name,address\nj,Jürgen Müller,Hauptstraße 5\nz,Zoë Ünal,\nb,Björn Åkesson,Ängsvägen 2\n" +
	"f,François Lefèvre,\"12, place Église\"\np,José Núñez,Avenida de la Constitución\n"

// western keeps the characters of a text that the single-byte encodings have.
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

// encodings write the test files.
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

func encodedIn(t testing.TB, of encoding.Encoding, text string) []byte {
	t.Helper()
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

// TestLatin1 looks at bytes that only Windows-1252 has, and at bytes that only ISO-8859-1
// has.
func TestLatin1(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want []Encoding
	}{
		"a euro sign":                {[]byte("caf\xe9 5 \x80"), []Encoding{Windows1252}},
		"the same in both":           {[]byte("caf\xe9"), []Encoding{Windows1252}},
		"UTF-8":                      {[]byte("café"), []Encoding{UTF8}},
		"UTF-8 with a damaged row":   {[]byte("café, Müller, \xff"), []Encoding{UTF8}},
		"damage":                     {[]byte("jane\xff, \xfe, \x8b,"), []Encoding{UTF8}},
		"UTF-8 beside another":       {[]byte("caf\xe9, café"), []Encoding{UTF8}},
		"Cyrillic":                   {[]byte("\xc0\xe4\xe0, \xc8\xe2\xe0\xed"), []Encoding{UTF8}},
		"a rare letter among others": {[]byte("L'Ha\xff, caf\xe9, No\xebl"), []Encoding{Windows1252}},
		"Polish":                     {encodedIn(t, charmap.Windows1250, "Łukasz Wiśniewski, Żaneta Kowalska, Michał Dąbrowski"), []Encoding{UTF8}},
		"Turkish":                    {encodedIn(t, charmap.Windows1254, "Ayşe Şahin, Gülşen Çağlar, Ömer"), []Encoding{UTF8}},
		"ASCII":                      {[]byte("cafe"), []Encoding{UTF8}},
		"an undefined byte of 1252":  {[]byte("caf\x8f cr\x8fme"), []Encoding{MacRoman}},
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

// TestParts decompresses files of several parts, and files with other bytes at the end.
func TestParts(t *testing.T) {
	skippable := "\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
	for _, p := range []Packing{Gzip, Zstd} {
		form := Form{Packing: p}
		one, two, none := string(packed(t, p, []byte(people))), string(packed(t, p, []byte("more"))), string(packed(t, p, nil))
		for name, c := range map[string]struct {
			data, want string
			err        error
		}{
			"two":                            {one + two, people + "more", nil},
			"an empty one between them":      {one + none + two, people + "more", nil},
			"many":                           {strings.Repeat(two, 1000), strings.Repeat("more", 1000), nil},
			"a second that is not whole":     {one + two[:len(two)-2], "", ErrDamaged},
			"garbage after it":               {one + "garbage", "", ErrDamaged},
			"one byte after it":              {one + "\x00", "", ErrDamaged},
			"nothing":                        {"", "", ErrDamaged},
			"nothing but the first bytes":    {one[:4], "", ErrDamaged},
			"a second over the bound":        {one + strings.Repeat(two, 1<<18), "", ErrTooLarge},
			"many that have nothing in them": {strings.Repeat(none, 1000), "", nil},
		} {
			got, err := read([]byte(c.data), form, 1<<20)
			if !errors.Is(err, c.err) || c.err == nil && (err != nil || got != c.want) {
				t.Errorf("%s, %s: %d bytes, %v", p, name, len(got), err)
			}
		}
		if p == Zstd {
			data := skippable + one + skippable + two + skippable
			if got, err := read([]byte(data), form, 1<<20); err != nil || got != people+"more" || RecognisePacking([]byte(data)) != Zstd {
				t.Errorf("frames without data: %q, %v", got, err)
			}
			if _, err := read([]byte(one+skippable[:9]), form, 1<<20); !errors.Is(err, ErrDamaged) {
				t.Errorf("a frame without data that is not whole: %v", err)
			}
		}
	}
}

// TestWindow: a file that needs much memory for decompression is refused with that
// reason.
func TestWindow(t *testing.T) {
	for _, size := range []int{maxWindow, 2 * maxWindow} {
		var out bytes.Buffer
		w, err := zstd.NewWriter(&out, zstd.WithWindowSize(size), zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // zstd does not use the window for less
			w.Write(bytes.Repeat([]byte("0123456789abcdef"), size/16))
		}
		w.Close()
		_, err = read(out.Bytes(), Form{Packing: Zstd}, 1<<30)
		if too := size > maxWindow; errors.Is(err, ErrWindow) != too || !too && err != nil {
			t.Errorf("a window of %d bytes: %v", size, err)
		}
	}
}

// TestTextIsBounded: the length of a text is bounded also in an uncompressed file.
func TestTextIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		form Form
		data string
	}{
		"UTF-16": {Form{Encoding: UTF16LE}, string(encoded(t, UTF16LE, strings.Repeat("日", 1000)))},
		"1252":   {Form{Encoding: Windows1252}, strings.Repeat("\x80", 1000)},
		"CR":     {Form{CR: true}, strings.Repeat("\r", 3000)},
	} {
		if text, err := read([]byte(c.data), c.form, 3000); err != nil || len(text) != 3000 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
		if text, err := read([]byte(c.data), c.form, 2999); len(text) != 2999 || !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %d bytes of 2999, %v", name, len(text), err)
		}
	}
	if text, err := read([]byte(people), Form{}, 10); err != nil || text != people {
		t.Errorf("a text that is the file itself: %q, %v", text, err)
	}
}

// TestBomb decompresses a small file with a huge text.
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

// FuzzEvidence demands that the size of the pieces does not change the evidence, and that
// a file in UTF-8 is never taken for another encoding.
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

// FuzzNewReader reads any bytes in any form. Reading ends, within the bounds, with text
// or with one of this package's errors. A second reading, and one in pieces, give the
// same.
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
		const most = 1 << 16
		form := Form{Packing: RecognisePacking(data)}
		text, err := read(data, form, most)
		checkRead(t, form, text, err, most)
		form.Encoding, form.Mark = Recognise([]byte(text)[:min(len(text), SampleSize)])
		text, err = read(data, form, most)
		checkRead(t, form, text, err, most)
		form.CR = LoneCR([]byte(text))
		for _, form.Encoding = range []Encoding{form.Encoding, UTF16BE, MacRoman} {
			first, err1 := read(data, form, most)
			checkRead(t, form, first, err1, most)
			again, err2 := read(data, form, most)
			r, err3 := NewReader(&slow{data, 3}, form, most)
			var pieces []byte
			if err3 == nil {
				pieces, err3 = io.ReadAll(r)
				r.Close()
			}
			if first != again || first != string(pieces) || (err1 == nil) != (err2 == nil) || (err1 == nil) != (err3 == nil) {
				t.Errorf("a second reading gives something else: %v, %v, %v", err1, err2, err3)
			}
			if form.CR && loneCR.MatchString(first) && err1 == nil {
				t.Error("a CR that no LF follows is left")
			}
		}
	})
}

func checkRead(t *testing.T, form Form, text string, err error, most int) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrWindow) {
		t.Fatalf("an error that is not ours: %v", err)
	}
	if len(text) > most && !form.Plain() {
		t.Fatalf("%d bytes were read", len(text))
	}
}
