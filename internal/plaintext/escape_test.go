package plaintext

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"Zoë 日本":                   "Zoë 日本",
		"one\nINFO two\tthree\r":   `one\nINFO two\tthree\u000d`,
		"a\u202eb\u200bc\x1b[0m":   `a\u202eb\u200bc\u001b[0m`,
		"\x9b\U000e0001\u2028\x7f": `\x9b\udb40\udc01\u2028\u007f`,
		"":                         "",
	} {
		if got := Line(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestParagraph(t *testing.T) {
	for text, want := range map[string]string{
		"one line":                    "one line",
		"run\n  aws iam\n\nthen\x1b]": "run\n  aws iam\n  \n  then\\u001b]",
		"a\npoolhouse: b\n c\t\r\n":   "a\n  poolhouse: b\n   c\\t\\u000d\n  ",
	} {
		if got := Paragraph(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

type word string

// TestPrintf: text from outside stays in its line, for every type of argument.
func TestPrintf(t *testing.T) {
	var out bytes.Buffer
	err := Printf(&out, "%s\t%s|%v|%d|%v|%s\n", "a\nb", word("c\td"), errors.New("e\r"), 5, time.Second, time.March)
	if want := "a\\nb\tc\\td|e\\u000d|5|1s|March\n"; err != nil || out.String() != want {
		t.Errorf("%q, %v, want %q", out.String(), err, want)
	}
}

// TestActs: characters that are shown stay unchanged.
func TestActs(t *testing.T) {
	for _, r := range "aé日אن\u0301\ufe0f☂👩🏽 \u00a0\u3000\ufffd" {
		if IsControl(r) {
			t.Errorf("%U is shown", r)
		}
	}
	for _, r := range "\x00\x1b\x7f\u0085\u009b\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064\u2066\u2067\u2068\u2069\u206f\u3164\ufeff\uffa0\ufff9\ufffb\U0001d173\U000e0001\U000e007f" {
		if !IsControl(r) {
			t.Errorf("%U acts", r)
		}
	}
}

func BenchmarkEscaped(b *testing.B) {
	line := []byte(strings.Repeat("time=2026-11-29T10:13:40.373Z level=INFO msg=request operation=CreateUserImportJob ", 3) + "\n")
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		Escaped(line)
	}
}
