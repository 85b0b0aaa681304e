package sigv4

import (
	"cmp"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// request holds the parts of an HTTP request that its signature covers.
type request struct {
	method  string
	path    string // as on the wire
	query   url.Values
	headers []string // names, lower case, sorted
	header  func(name string) string
	payload string // the body's hash in hex, or UnsignedPayload
	s3      bool   // see canonicalPath
}

// canonical returns the canonical request.
func (r *request) canonical() string {
	lines := []string{r.method, r.canonicalPath(), r.canonicalQuery()}
	for _, name := range r.headers {
		lines = append(lines, name+":"+r.header(name))
	}
	lines = append(lines, "", strings.Join(r.headers, ";"), r.payload)
	return strings.Join(lines, "\n")
}

// canonicalPath removes empty and dot segments from the path and encodes it again.
// For S3, where every path is a different key, it keeps all segments and encodes the
// decoded path once.
func (r *request) canonicalPath() string {
	if r.s3 {
		if plain, err := url.PathUnescape(r.path); err == nil {
			return cmp.Or(encode(plain, true), "/")
		}
	}
	clean := path.Clean("/" + r.path)
	if strings.HasSuffix(r.path, "/") && clean != "/" {
		clean += "/"
	}
	return encode(clean, true)
}

// canonicalQuery returns the query sorted by name and then value, without the
// signature itself. The order is that of the encoded names: "a" comes before
// "a-", though "a=" does not come before "a-=".
func (r *request) canonicalQuery() string {
	type pair struct{ name, value string }
	var pairs []pair
	for name, values := range r.query {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, v := range values {
			pairs = append(pairs, pair{encode(name, false), encode(v, false)})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = p.name + "=" + p.value
	}
	return strings.Join(parts, "&")
}

// encode encodes a text for the signature: every character becomes %XX, except
// the unreserved ones.
func encode(s string, keepSlash bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
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

// joined returns the values of a header as the signature has them: trimmed, with
// one space in place of several, and joined by commas.
func joined(values []string) string {
	if len(values) == 1 && !strings.Contains(values[0], "  ") {
		return strings.TrimSpace(values[0])
	}
	trimmed := make([]string, len(values))
	for i, v := range values {
		words := strings.FieldsFunc(strings.TrimSpace(v), func(r rune) bool { return r == ' ' })
		trimmed[i] = strings.Join(words, " ")
	}
	return strings.Join(trimmed, ",")
}

// headerOf returns a function from the name of a header to its value in the
// signature, for a request at a server. net/http keeps the host, and sometimes the
// length, in fields of their own.
func headerOf(r *http.Request) func(string) string {
	return func(name string) string {
		switch {
		case name == "host":
			return joined([]string{r.Host})
		case name == "content-length" && r.ContentLength >= 0 && len(r.Header.Values(name)) == 0:
			return strconv.FormatInt(r.ContentLength, 10)
		}
		return joined(r.Header.Values(name))
	}
}
