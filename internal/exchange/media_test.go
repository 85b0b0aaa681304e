package exchange

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIsOf(t *testing.T) {
	const media = "application/x-test"
	for field, want := range map[string]bool{
		media: true, media + "; charset=utf-8": true, " Application/X-Test ": true, media + ";": true, media + " ;a=b": true,
		"": false, "application/x-tes": false, media + "2": false, "text/plain": false, media + "; charset": false, media + " x": false,
		"a; b=" + media: false, media + "/x": false, media + "; a=1; a=2": false, "application/x-te\u017ft": false,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("Content-Type", field)
		if got := HasMediaType(r, media); got != want {
			t.Errorf("%q: %t", field, got)
		}
		if is, _, err := mime.ParseMediaType(field); (err == nil && is == media) != want {
			t.Errorf("%q is %q, %v", field, is, err)
		}
	}
}
