package usercsv

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"poolhouse/internal/filetext"
)

// TestSurveyedSize: the text that a survey reads equals, byte for byte, the text that its
// format opens. So positions in one are positions in the other.
func TestSurveyedSize(t *testing.T) {
	utf16le := func(text string) string {
		var out []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			out = binary.LittleEndian.AppendUint16(out, unit)
		}
		return string(out)
	}
	zipped := func(text string) string {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		io.WriteString(w, text)
		w.Close()
		return out.String()
	}
	returns := func(text string) string { return strings.ReplaceAll(text, "\n", "\r") }
	plain := func(text string) string { return text }
	const text = "cognito:username;email;email_verified\nzoë;a@example.com;true\nb;b@example.com;true\n"
	for name, write := range map[string]func(string) string{
		"plain": plain, "UTF-16": utf16le, "gzip": zipped, "CR": returns, "UTF-16 in gzip": func(text string) string { return zipped(utf16le(text)) },
		"CR in gzip": func(text string) string { return zipped(returns(text)) }, "UTF-16 with CR": func(text string) string { return utf16le(returns(text)) },
	} {
		for _, mark := range []string{"", "\ufeff"} {
			file := write(mark + text)
			open := OpenAt(func(offset int64) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file[offset:])), nil })
			for _, given := range []bool{false, true} {
				want := Import{Pool: testPool(t)}
				if given {
					found, err := Survey(open.Open, Limits{}, want)
					if err != nil {
						t.Fatalf("%s %q: %v", name, mark, err)
					}
					if found.Format != nil && !found.Format.Text.Plain() {
						found.Format.TextSize = 1 // the size of another file
					}
					want.Format = found.Format
				}
				seen, err := Survey(open.Open, Limits{}, want)
				if err != nil {
					t.Fatalf("%s %q: %v", name, mark, err)
				}
				if f := want.Format; f != nil && !f.Text.Plain() && f.TextSize != 1 {
					t.Errorf("%s %q: the survey changed the Format that it was given", name, mark)
				}
				opened, err := seen.Format.OpenText(open, 0, Limits{}.LinedBytes())
				if err != nil {
					t.Fatal(err)
				}
				read, err := io.ReadAll(opened)
				if err != nil || int64(len(read)) != seen.Format.Size(int64(len(file))) || seen.Rows != 2 {
					t.Errorf("%s %q: the survey says that the text has %d bytes and %d rows, and it has %d bytes, %v", name, mark, seen.Format.Size(int64(len(file))), seen.Rows, len(read), err)
				}
				if (seen.Format.Text == filetext.Form{}) != (name == "plain" && mark == "") {
					t.Errorf("%s %q is taken for %+v", name, mark, seen.Format.Text)
				}
			}
		}
	}
}
