package resultlog

import (
	"errors"
	"testing"
)

// FuzzToken: a page token is a place or ErrToken. A place is a line, or a number of events of
// the head, and never before the first.
func FuzzToken(f *testing.F) {
	for _, token := range []string{"", ":0", ":2", ":-1", "1", "zz", "-1", "0", "+5", "1y2p0ij32e8e8"} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		head, line, err := parseToken(token)
		switch {
		case err != nil && !errors.Is(err, ErrToken):
			t.Errorf("%q: %v", token, err)
		case err == nil && (head < 0 || line < 0 || head > 0 && line > 0):
			t.Errorf("%q is %d events of the head and line %d", token, head, line)
		case err == nil && token != "" && head == 0 && line == 0 && token[0] != headToken[0]:
			t.Errorf("%q is the beginning", token)
		}
	})
}
