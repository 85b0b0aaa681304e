package sigv4

import (
	"net/http"
	"slices"
	"strings"
)

// actedOn are the headers, besides the host and the time, that change what a call
// does: its operation, its session and its body. A signature must cover those that
// the request has. A call ignores all other headers, which proxies may add or
// change. AWS's SDKs do not sign Content-Type and some others.
var actedOn = []string{"X-Amz-Content-Sha256", tokenName, "X-Amz-Target"}

// ofProxies are headers that begin like S3's, but that a proxy adds (Amazon
// CloudFront Developer Guide, HTTP request headers and CloudFront behavior).
var ofProxies = []string{"x-amz-cf-id"}

// isS3s reports whether S3 acts on a header, or may do so in the future.
func isS3s(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "x-amz-") && !slices.Contains(ofProxies, lower)
}

// signs reports whether the [Signer] signs a header, besides the host
// (IAM User Guide, "Create a canonical request").
func signs(lowerName string) bool {
	return lowerName == "content-type" || strings.HasPrefix(lowerName, "x-amz-")
}

// dateHeader returns the name of the header that dates a request that is signed
// in its header.
func dateHeader(r *http.Request) string {
	if r.Header.Get("X-Amz-Date") != "" {
		return "X-Amz-Date"
	}
	return "Date"
}

// repeated refuses a request that has one of the headers twice: it is not clear
// which one counts.
func repeated(r *http.Request, names ...string) *Error {
	for _, name := range names {
		if len(r.Header.Values(name)) > 1 {
			return refuse(Incomplete, "There is more than one %s header.", name)
		}
	}
	return nil
}

// covers refuses a signature that leaves out the host, or a header of the request
// for which needed returns true.
func (s *signed) covers(r *http.Request, needed func(name string) bool) *Error {
	var left []string
	for name := range r.Header {
		if needed(name) && !strings.EqualFold(name, "host") && !slices.Contains(s.headers, strings.ToLower(name)) {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	if !slices.Contains(s.headers, "host") {
		left = slices.Insert(left, 0, "Host")
	}
	if left == nil {
		return nil
	}
	return unsigned(left)
}

// coversCall is covers for a call of the API. dated is the header with the time, or
// "" if the time is in the query.
func (s *signed) coversCall(r *http.Request, dated string) *Error {
	return s.covers(r, func(name string) bool {
		return strings.EqualFold(name, dated) || slices.ContainsFunc(actedOn, func(n string) bool { return strings.EqualFold(name, n) })
	})
}
