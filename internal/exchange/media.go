package exchange

import (
	"mime"
	"net/http"
	"strings"
)

// HasMediaType reports whether a request's body has a media type, which is given in lower case.
// Parameters such as charset are ignored.
func HasMediaType(r *http.Request, media string) bool {
	field := r.Header.Get("Content-Type")
	if field == media {
		return true
	}
	if !strings.Contains(strings.ToLower(field), media) {
		return false
	}
	is, _, err := mime.ParseMediaType(field)
	return err == nil && is == media
}
