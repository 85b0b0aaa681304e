package exchange

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzMedia: a body has a media type only if its Content-Type begins with it, in any case.
func FuzzMedia(f *testing.F) {
	const media = "application/x-amz-json-1.1"
	for _, field := range []string{media, media + "; charset=utf-8", " Application/X-AMZ-Json-1.1 ", media + "x", "text/plain; a=" + media, media + ";;", ";" + media} {
		f.Add(field)
	}
	f.Fuzz(func(t *testing.T, field string) {
		is := HasMediaType(&http.Request{Header: http.Header{"Content-Type": {field}}}, media)
		name, _, _ := strings.Cut(field, ";")
		if is && !strings.EqualFold(strings.TrimSpace(name), media) {
			t.Errorf("%q is taken for %s", field, media)
		}
		if !is && field == media {
			t.Errorf("%q is not taken", field)
		}
	})
}

// FuzzHeaderText: a text in a header is one line of ASCII with a limited length.
func FuzzHeaderText(f *testing.F) {
	for _, text := range []string{"", "a\r\nSet-Cookie: x", "é\x1b[0m\u202e", strings.Repeat("x", maxHeader+1), "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := HeaderText(text)
		if len(got) > maxHeader || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q is %q", text, got)
		}
		if again := HeaderText(got); again != got {
			t.Errorf("%q is %q, and that %q", text, got, again)
		}
	})
}
