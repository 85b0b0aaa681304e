package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Signer signs requests to one service in one region.
type Signer struct {
	AccessKey string
	Secret    string
	Region    string
	Service   string
	// SessionToken goes with temporary credentials; it is "" for others.
	SessionToken string
}

// Sign adds a signature to the headers of a request with this body. The signature
// covers the request's host, content type and every x-amz- header. Sign sets
// X-Amz-Date, X-Amz-Security-Token if the signer has a session token, and
// X-Amz-Content-Sha256 for S3, which requires it.
func (s *Signer) Sign(r *http.Request, body []byte, now time.Time) {
	r.Header.Set("X-Amz-Date", now.UTC().Format(timeLayout))
	if s.Service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hash(body))
	}
	if s.SessionToken != "" {
		r.Header.Set(tokenName, s.SessionToken)
	}
	names := []string{"host"}
	for name := range r.Header {
		if signs(strings.ToLower(name)) {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	q := &request{
		method: r.Method, path: r.URL.EscapedPath(), query: r.URL.Query(), headers: names,
		header: func(name string) string {
			if name == "host" {
				return host
			}
			return joined(r.Header.Values(name))
		},
		payload: hash(body), s3: s.Service == "s3",
	}
	scope := s.scope(now)
	r.Header.Set("Authorization", algorithm+" Credential="+s.AccessKey+"/"+scope.String()+
		", SignedHeaders="+strings.Join(names, ";")+", Signature="+q.signature(signingKey(s.Secret, scope), now, scope))
}

// Presign returns the URL with a signature in its query. The signature is valid for
// expires, in whole seconds, from now on. It does not cover the body. headers are the
// headers, besides the host, that the request must have with these values. A session
// token becomes part of the URL.
func (s *Signer) Presign(method string, u *url.URL, headers map[string]string, now time.Time, expires time.Duration) string {
	values := map[string]string{"host": u.Host}
	names := []string{"host"}
	for name, value := range headers {
		lower := strings.ToLower(name)
		values[lower] = joined([]string{value})
		names = append(names, lower)
	}
	slices.Sort(names)
	scope := s.scope(now)
	query := u.Query()
	query.Set("X-Amz-Algorithm", algorithm)
	query.Set("X-Amz-Credential", s.AccessKey+"/"+scope.String())
	query.Set("X-Amz-Date", now.UTC().Format(timeLayout))
	query.Set("X-Amz-Expires", strconv.FormatInt(int64(expires/time.Second), 10))
	query.Set("X-Amz-SignedHeaders", strings.Join(names, ";"))
	if s.SessionToken != "" {
		query.Set(tokenName, s.SessionToken)
	}
	q := &request{
		method: method, path: u.EscapedPath(), query: query, headers: names,
		header:  func(name string) string { return values[name] },
		payload: UnsignedPayload, s3: s.Service == "s3",
	}
	signedURL := *u
	signedURL.RawQuery = q.canonicalQuery() + "&X-Amz-Signature=" + q.signature(signingKey(s.Secret, scope), now, scope)
	return signedURL.String()
}

func (s *Signer) scope(now time.Time) Scope {
	return Scope{Date: now.UTC().Format(dateLayout), Region: s.Region, Service: s.Service}
}
