package console

import (
	"fmt"
	"net/http"
	"strings"
)

// origin returns the console's own origin, as the browser has it: of the address that
// it asked for, or of the public URL, where what stands before the server ends TLS. A
// proxy may have changed the host, so that the public URL goes first there.
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

// corsRule returns the CORS configuration of a bucket that lets pages of an origin
// upload files, as S3 takes it (Amazon S3 User Guide, elements of a CORS
// configuration). A browser adds the media type to a file.
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
