package usercsv

import (
	"io"
	"strings"
	"testing"
)

// TestEscapedCommas: a file is read as Cognito's guide says if every row has an escaped
// comma. The value after it, and an empty last value, do not change that.
func TestEscapedCommas(t *testing.T) {
	const header = "cognito:username,email,email_verified,address,gender\n"
	for _, text := range []string{
		header + "a,a@example.com,true,Main St 5\\, Springfield,\n",
		header + "a,a@example.com,true,Main St 5\\, Springfield,\nb,b@example.com,true,Elm St 7\\, Shelbyville,\n",
		header + "a,a@example.com,true,Main St 5\\, Springfield,f\nb,b@example.com,true,Elm St 7\\, Shelbyville,\n",
	} {
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		if s, err := Survey(open, Limits{}, Import{Pool: testPool(t)}); err != nil || s.Format != nil {
			t.Errorf("%q is read as %s, %v", text, s.Format, err)
		}
	}
}
