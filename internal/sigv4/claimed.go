package sigv4

import (
	"net/http"
	"regexp"
	"strings"
)

// keyForm matches access key ids. It does not match secrets, which are longer and which a
// client may send in place of the id by mistake.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,32}$`)

// ClaimedKey returns the access key id that a request names, without verifying the
// signature. It returns "" if there is none, or if the text does not have the form of an
// id: it may be a secret.
func ClaimedKey(r *http.Request) string {
	credential := r.URL.Query().Get("X-Amz-Credential")
	if _, rest, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		credential = rest
	}
	key, _, _ := strings.Cut(credential, "/")
	switch {
	case key == "":
		return ""
	case !keyForm.MatchString(key):
		return "(of another form)"
	}
	return key
}
