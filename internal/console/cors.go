package console

import (
	"fmt"
	"net/http"
	"strings"
)

// origin returns the console's origin as browsers see it: that of the request's URL, or
// that of PublicURL if a proxy terminates TLS. A proxy may have changed the host, so
// PublicURL takes precedence there.
func (v *visit) origin() string {
	switch public := strings.TrimSuffix(v.PublicURL, "/"); {
	case v.caller.Secure && !v.caller.Proxied:
		return "https://" + v.r.Host
	case strings.HasPrefix(public, "https://"):
		return public
	case v.caller.Secure:
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// corsRule returns the CORS configuration that lets pages of an origin upload files to a
// bucket, in the form of S3 (Amazon S3 User Guide, elements of a CORS configuration).
// Browsers add a Content-Type to a file.
func corsRule(origin string) string {
	return fmt.Sprintf(`{
  "CORSRules": [
    {
      "AllowedOrigins": [%q],
      "AllowedMethods": [%q],
      "AllowedHeaders": ["x-amz-server-side-encryption", "content-type"],
      "MaxAgeSeconds": 900
    }
  ]
}`, origin, http.MethodPut)
}
