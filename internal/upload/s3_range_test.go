package upload

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestS3Ranges checks the requested ranges. A server that sends more than requested, or is
// sometimes busy, does not change the result.
func TestS3Ranges(t *testing.T) {
	var asked []string
	s := answers(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Range")+" "+r.Header.Get("If-Match"))
		switch len(asked) {
		case 1, 3:
			refuse(w, 503, "SlowDown")
		case 2:
			first, _, _ := strings.Cut(r.Header.Get("Range"), "-")
			r.Header.Set("Range", first+"-9") // more than requested
			ranged(w, r, tenDigits)
		default:
			ranged(w, r, tenDigits)
		}
	})
	got, err := readFrom(t, s, digits(), 1)
	if string(got) != tenDigits[1:] || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	match := ` "` + digits().ETag + `"`
	want := []string{"bytes=1-4" + match, "bytes=1-4" + match, "bytes=5-8" + match, "bytes=5-8" + match, "bytes=9-9" + match}
	if !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}
