package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeLayout = "20060102T150405Z"

	// UnsignedPayload stands for the body's hash where the body is not part
	// of the signature: in pre-signed uploads.
	UnsignedPayload = "UNSIGNED-PAYLOAD"
)

// Scope is what a signature is good for.
type Scope struct {
	Date    string // YYYYMMDD
	Region  string
	Service string
}

func (s Scope) String() string { return s.Date + "/" + s.Region + "/" + s.Service + "/aws4_request" }

// request is what of a request goes into its signature.
type request struct {
	method  string
	path    string // as on the wire
	query   url.Values
	headers []string // names, lower case, sorted
	header  func(name string) string
	payload string // the body's hash in hex, or UnsignedPayload
	s3      bool   // S3 encodes the path once, everybody else twice
}

// signature computes the signature of the request in hex.
func (r *request) signature(secret string, at time.Time, scope Scope) string {
	hashed := sha256.Sum256([]byte(r.canonical()))
	text := strings.Join([]string{algorithm, at.UTC().Format(timeLayout), scope.String(), hex.EncodeToString(hashed[:])}, "\n")
	return hex.EncodeToString(sum(signingKey(secret, scope), text))
}

func signingKey(secret string, s Scope) []byte {
	key := sum([]byte("AWS4"+secret), s.Date)
	return sum(sum(sum(key, s.Region), s.Service), "aws4_request")
}

func sum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// canonical returns the canonical request.
func (r *request) canonical() string {
	var b strings.Builder
	b.WriteString(r.method + "\n" + r.canonicalPath() + "\n" + r.canonicalQuery() + "\n")
	for _, name := range r.headers {
		b.WriteString(name + ":" + trimAll(r.header(name)) + "\n")
	}
	b.WriteString("\n" + strings.Join(r.headers, ";") + "\n" + r.payload)
	return b.String()
}

func (r *request) canonicalPath() string {
	path := r.path
	if path == "" {
		return "/"
	}
	if decoded, err := url.PathUnescape(path); r.s3 && err == nil {
		path = decoded
	}
	return encode(path, true)
}

// canonicalQuery returns the query sorted by name and then value, without
// the signature itself.
func (r *request) canonicalQuery() string {
	var pairs []string
	for name, values := range r.query {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, v := range values {
			pairs = append(pairs, encode(name, false)+"="+encode(v, false))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// encode is the URI encoding of the signature: everything but unreserved
// characters becomes %XX.
func encode(s string, keepSlash bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '-', c == '.', c == '_', c == '~', c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// trimAll trims a header's value and makes runs of spaces one.
func trimAll(v string) string {
	return strings.Join(strings.FieldsFunc(v, func(r rune) bool { return r == ' ' }), " ")
}

// headerOf returns how the headers of a request that arrived at a server read
// in its signature: several values joined by commas, the host from its own
// field.
func headerOf(r *http.Request) func(string) string {
	return func(name string) string {
		switch name {
		case "host":
			return r.Host
		case "content-length":
			if r.ContentLength >= 0 && len(r.Header.Values(name)) == 0 {
				return itoa(r.ContentLength)
			}
		}
		return strings.Join(r.Header.Values(name), ",")
	}
}
