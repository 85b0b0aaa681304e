package filetext

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLoneCR(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "a": false, "a\nb\rc": false, "a\r\nb": false, "a\rb\nc": true, "a\r\rb": true, "\ra": true, "a\r": false, "a\r\r": false,
		"a\r\r\nb":                    false, // some programs turn CR LF into this
		"\xef\xbb\xbfsep=;\ra;b\r1;2": true,
	} {
		if got := LoneCR([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// loneCR matches a CR that no LF follows, and the next character.
var loneCR = regexp.MustCompile(`\r([^\n]|$)`)

// fed is a text as feeds returns it.
func fed(text string) string {
	for loneCR.MatchString(text) { // of two that follow each other, each pass finds one
		text = loneCR.ReplaceAllString(text, "\n$1")
	}
	return text
}

// slow yields a text in pieces of one size.
type slow struct {
	text []byte
	size int
}

func (s *slow) Read(p []byte) (int, error) {
	n := copy(p, s.text[:min(len(s.text), s.size)])
	if s.text = s.text[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestFeeds reads texts with every kind of line end, in pieces of every size.
func TestFeeds(t *testing.T) {
	long := strings.Repeat("x", decoderSize-3)
	for _, text := range []string{"", "\r", "\r\n", "\r\r", "\r\r\n\r", "a\rb\r\nc\nd\r", "\n\r\n\r", long + "\r\r\n\ra\r", long + "ab\r\n", long + "abc\r\n", long + "abc\ra"} {
		for size := 1; size < 8; size++ {
			r := newFeeds(&slow{[]byte(text), size})
			var got []byte
			for {
				p := make([]byte, 1+len(got)%5)
				n, err := r.Read(p)
				got = append(got, p[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if want := fed(text); string(got) != want {
				t.Errorf("%.20q, %d bytes at a time: %.20q, want %.20q", text, size, got, want)
			}
		}
		if err := iotest.TestReader(newFeeds(strings.NewReader(text)), []byte(fed(text))); err != nil {
			t.Error(err)
		}
	}
}

// TestFeedsBrokenOff: if a source fails after a CR, feeds does not return that CR.
func TestFeedsBrokenOff(t *testing.T) {
	lost := errors.New("lost")
	for text, want := range map[string]string{"a\r": "a", "a\rb": "a\nb", "a\r\n": "a\r\n", "\r": "", "": ""} {
		got, err := io.ReadAll(newFeeds(io.MultiReader(strings.NewReader(text), iotest.ErrReader(lost))))
		if string(got) != want || !errors.Is(err, lost) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// TestMark removes a byte order mark; the source breaks off at each place in it.
func TestMark(t *testing.T) {
	for _, text := range []string{"", "a", "ab", mark, mark + "a", mark[:2], mark + mark, "abc" + mark} {
		for size := 1; size < 5; size++ {
			got, err := io.ReadAll(decode(&slow{[]byte(text), size}, Form{Mark: true}))
			if want := strings.TrimPrefix(text, mark); err != nil || string(got) != want {
				t.Errorf("%q: %q, %v", text, got, err)
			}
		}
		got, err := io.ReadAll(decode(io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF)), Form{Mark: true}))
		want := strings.TrimPrefix(text, mark)
		if text == mark[:2] {
			want = ""
		}
		if err != io.ErrUnexpectedEOF || string(got) != want {
			t.Errorf("%q, broken off: %q, %v", text, got, err)
		}
	}
}

// TestDamage: an undefined character of an encoding becomes invalid UTF-8, so that the
// error is visible.
func TestDamage(t *testing.T) {
	for name, c := range map[string]struct {
		e    Encoding
		data string
		want string
	}{
		"half a pair":            {UTF16LE, "a\x00\x3d\xd8b\x00", "a\xffb"},
		"the other half":         {UTF16BE, "\x00a\xdc\x00\x00b", "a\xffb"},
		"two first halves":       {UTF16LE, "\x3d\xd8\x3d\xd8\x00\xde", "\xff😀"},
		"half a pair at the end": {UTF16BE, "\x00a\xd8\x3d", "a\xff"},
		"half a unit at the end": {UTF16LE, "a\x00b", "a\xff"},
		"a pair and half a unit": {UTF16LE, "\x3d\xd8\x00\xde\x00", "😀\xff"},
		"the sign for damage":    {UTF16BE, "\xff\xfd", "\ufffd"}, // the replacement character: the damage is older, and this is a valid character
		"no byte of 1252":        {Windows1252, "a\x81b\xfc", "a\xffbü"},
		"every byte of 850":      {CodePage850, "\x81\x9b", "üø"},
	} {
		for size := 1; size < 4; size++ {
			got, err := io.ReadAll(decode(&slow{[]byte(c.data), size}, Form{Encoding: c.e}))
			if err != nil || string(got) != c.want {
				t.Errorf("%s, %d bytes at a time: %q, %v, want %q", name, size, got, err, c.want)
			}
		}
	}
}

// TestDecodersAgree decodes texts of many characters that the encoders of
// golang.org/x/text wrote, in pieces of any size.
func TestDecodersAgree(t *testing.T) {
	text := strings.Repeat(people+"日本語 🦊 \U0010ffff \ue000\n", 2000)
	for _, e := range []Encoding{UTF16LE, UTF16BE, Windows1252, Latin1, MacRoman, CodePage850} {
		want := text
		if e != UTF16LE && e != UTF16BE {
			want = western(text)
			want = strings.ReplaceAll(want, "ı", "")
		}
		data := encoded(t, e, want)
		for _, size := range []int{1, 7, decoderSize - 1, len(data)} {
			got, err := io.ReadAll(decode(&slow{data, size}, Form{Encoding: e}))
			if err != nil || string(got) != want {
				t.Errorf("%s, %d bytes at a time: %d bytes, %v, want %d", e, size, len(got), err, len(want))
			}
		}
	}
}

// TestBrokenOff: a source that fails gives its own error in every form. The text until
// then is the beginning of the whole text.
func TestBrokenOff(t *testing.T) {
	lost := errors.New("lost")
	for _, form := range []Form{{}, {Encoding: UTF16LE, Mark: true}, {Encoding: Windows1252}, {Packing: Gzip}, {Packing: Zstd, Encoding: UTF16BE, CR: true}, {CR: true, Mark: true}} {
		text := western(people)
		data := text
		if form.CR {
			data = strings.ReplaceAll(data, "\n", "\r")
		}
		if form.Mark {
			data = mark + data
		}
		file := encoded(t, form.Encoding, data)
		if form.Packing != "" {
			file = packed(t, form.Packing, file)
		}
		if got, err := read(file, form, 1<<20); err != nil || got != text {
			t.Errorf("%+v: %q, %v", form, got, err)
		}
		for cut := range file {
			r, err := NewReader(io.MultiReader(bytes.NewReader(file[:cut]), iotest.ErrReader(lost)), form, 1<<20)
			var got []byte
			if err == nil {
				got, err = io.ReadAll(r)
				r.Close()
			}
			if !errors.Is(err, lost) || errors.Is(err, ErrDamaged) || !strings.HasPrefix(text, string(got)) {
				t.Fatalf("%+v at byte %d: %q, %v", form, cut, got, err)
			}
		}
	}
}
