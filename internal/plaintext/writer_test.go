package plaintext

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWriter(t *testing.T) {
	for text, want := range map[string]string{
		"Zoë\tprints\n":                       "Zoë\tprints\n",
		"日本 👩🏽 é e\u0301 ☂\ufe0f":             "日本 👩🏽 é e\u0301 ☂\ufe0f",
		"👩\u200d👧 a\u200bb\ufeffc\u2060d":     `👩\u200d👧 a\u200bb\ufeffc\u2060d`,
		"soft\u00adhyphen \u061c\u180e\u3164": `soft\u00adhyphen \u061c\u180e\u3164`,
		"tags \U000e0041\U000e007f":           `tags \udb40\udc41\udb40\udc7f`,
		"\x1b[2J\x1b]0;title\x07":             `\u001b[2J\u001b]0;title\u0007`,
		"over\rwritten\b":                     `over\u000dwritten\u0008`,
		"\u009b31m \x9b31m \x00\x7f":          `\u009b31m \x9b31m \u0000\u007f`,
		"a\u202egnp.exe\u2066\u200f":          `a\u202egnp.exe\u2066\u200f`,
		"one\u2028line \xff\xfe":              `one\u2028line \xff\xfe`,
		"\ufffd":                              "\ufffd",
		"cut \xe6\x97":                        `cut \xe6\x97`,
	} {
		for piece := 1; piece <= len(text)+1; piece++ { // in pieces of every size
			var out bytes.Buffer
			w := NewWriter(&out)
			for rest := []byte(text); len(rest) > 0; {
				n := min(piece, len(rest))
				if got, err := w.Write(rest[:n]); got != n || err != nil {
					t.Fatal(got, err)
				}
				clear(rest[:n]) // the writer must not have kept it
				rest = rest[n:]
			}
			if err := w.Close(); err != nil || out.String() != want {
				t.Fatalf("%q in pieces of %d is %q, want %q (%v)", text, piece, out.String(), want, err)
			}
		}
	}
}

// TestEscapedJSON: a line of JSON keeps its meaning.
func TestEscapedJSON(t *testing.T) {
	want := "\x1b[1m \u0085\x7f \u202e\u2028\u200b\U000e0041 <é>\n"
	line, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := json.Unmarshal(Escaped(line), &got); err != nil || got != want {
		t.Errorf("%s is %q, want %q (%v)", Escaped(line), got, want, err)
	}
}

func FuzzWriter(f *testing.F) {
	f.Add("\x1b[0m", 3)
	f.Add("\xf0\x9f\x91", 1)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		var out bytes.Buffer
		w := NewWriter(&out)
		cut = max(0, min(cut, len(text)))
		for _, piece := range []string{text[:cut], text[cut:]} {
			if _, err := w.Write([]byte(piece)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%q is written as %q", text, got)
		}
	})
}
