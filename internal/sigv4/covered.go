package sigv4

import (
	"net/http"
	"slices"
	"strings"
)

// actedOn are the headers, besides the host and the time, that say what a call
// means: its operation, its session and its body. A signature covers those
// that the request has. Every other header means nothing to a call, and may be
// added or changed on the way: AWS's SDKs leave out Content-Type and the like,
// and proxies add headers of their own.
var actedOn = []string{"X-Amz-Content-Sha256", tokenName, "X-Amz-Target"}

// ofProxies are the headers that begin like S3's and that a proxy adds on the
// way (Amazon CloudFront Developer Guide, HTTP request headers and CloudFront
// behavior).
var ofProxies = []string{"x-amz-cf-id"}

// isS3s tells the headers that S3 acts on, or may one day.
func isS3s(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "x-amz-") && !slices.Contains(ofProxies, lower)
}

// signs tells which headers of a request the [Signer] signs, besides the host
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

// repeated refuses a request that has one of the headers twice: which of them
// counts would be a guess.
func repeated(r *http.Request, names ...string) *Error {
	for _, name := range names {
		if len(r.Header.Values(name)) > 1 {
			return refuse(Incomplete, "There is more than one %s header.", name)
		}
	}
	return nil
}

// covers refuses a signature that leaves out the host, or one of the headers
// that needed tells among those of the request.
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

// coversCall is covers for a call of the API. dated is the header that has the
// time, "" if the time is elsewhere.
func (s *signed) coversCall(r *http.Request, dated string) *Error {
	return s.covers(r, func(name string) bool {
		return strings.EqualFold(name, dated) || slices.ContainsFunc(actedOn, func(n string) bool { return strings.EqualFold(name, n) })
	})
}
