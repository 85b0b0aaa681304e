package sigv4

import (
	"net/http"
	"regexp"
	"strings"
)

// keyForm is what an access key id may be. A secret, which is longer, may stand in its place
// by mistake.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,32}$`)

// ClaimedKey returns the access key id that a request says it is signed with, whether or not
// it is: "" if it says none. What has not the form of one is not returned: it may be a secret.
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
