package usercsv

import (
	"io"
	"strings"
	"testing"
)

// TestEscapedCommas: files whose every row has a comma written as Cognito's guide says are
// read so, also where the value after it and an empty last one could be taken for others.
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
