package sigv4

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signedAs returns a client's request with these texts. It reports false if HTTP cannot
// carry them.
func signedAs(path, query, name, value string) (*http.Request, bool) {
	u, err := url.Parse("http://pool.example.com" + path)
	if err != nil || u.Host != "pool.example.com" || !isHeader(name, value) || strings.ContainsAny(path, "?#") {
		return nil, false
	}
	if _, err := url.ParseQuery(query); err != nil {
		return nil, false
	}
	u.RawQuery = query
	r := &http.Request{Method: "POST", URL: u, Host: u.Host, Header: http.Header{}}
	r.Header.Set("X-Amz-Meta-"+name, value)
	return r, !queryHas(r, "X-Amz-Algorithm") && !queryHas(r, tokenName)
}

// isHeader reports whether HTTP can bring a header of this name and value.
func isHeader(name, value string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~"
	return name != "" && strings.Trim(name, letters) == "" && !strings.ContainsAny(value, "\r\n\x00")
}

// FuzzSigned: a request that our signer signs is accepted, for any path, query, header
// and body. It is refused after one of them changed.
func FuzzSigned(f *testing.F) {
	f.Add("/", "", "A", "b", "{}")
	f.Add("/a%2Fb/../c", "x=1&y=%20&x=0&z", "Tag", " a  b ", "")
	f.Add("/é/%41", "a=b+c&%7E=~", "N", "\t\xff", "\x00")
	f.Fuzz(func(t *testing.T, path, query, name, value, body string) {
		r, ok := signedAs(path, query, name, value)
		if !ok {
			return
		}
		s := &Signer{AccessKey: "AKID", Secret: testSigner.Secret, Region: "us-east-1", Service: "cognito-idp"}
		s.Sign(r, []byte(body), testNow)
		wants := func(what string, good bool, body string, now time.Time) {
			t.Helper()
			if _, err := testVerifier.Verify(r, []byte(body), now); (err == nil) != good {
				t.Fatalf("%s: %v", what, err)
			}
		}
		wants("as it was signed", true, body, testNow)
		wants("with another body", false, body+" ", testNow)
		wants("too late", false, body, testNow.Add(MaxSkew+time.Second))
		for what, change := range map[string]func(*http.Request){
			"method": func(r *http.Request) { r.Method = "PUT" },
			"host":   func(r *http.Request) { r.Host += "." },
			"path":   func(r *http.Request) { r.URL.Path += "x"; r.URL.RawPath = "" },
			"query":  func(r *http.Request) { r.URL.RawQuery = strings.Trim(r.URL.RawQuery+"&q=q", "&") },
			"header": func(r *http.Request) { r.Header.Set("X-Amz-Meta-"+name, value+"x") },
		} {
			other := r.Clone(t.Context())
			change(other)
			if _, err := testVerifier.Verify(other, []byte(body), testNow); err == nil {
				t.Fatalf("with another %s it verifies still", what)
			}
		}
	})
}

// FuzzPresignedURL: a URL that we sign is accepted until its time is over. It is
// refused after a byte of its query changed.
func FuzzPresignedURL(f *testing.F) {
	f.Add("/bucket/000000000000/us-east-1_a/import-1", "aws:kms", uint16(899), uint16(3))
	f.Add("/b/é%2F ~", "", uint16(1), uint16(400))
	f.Fuzz(func(t *testing.T, path, value string, seconds, place uint16) {
		u := &url.URL{Scheme: "https", Host: "pool.example.com", Path: "/" + path}
		s := &Signer{AccessKey: "AKID", Secret: testSigner.Secret, Region: "us-east-1", Service: "s3"}
		life := time.Duration(seconds%899+1) * time.Second
		text := s.Presign("PUT", u, map[string]string{"x-amz-server-side-encryption": value}, testNow, life)
		signed, err := url.Parse(text)
		if err != nil {
			t.Fatalf("%q is no URL: %v", text, err)
		}
		r := &http.Request{Method: "PUT", URL: signed, Host: signed.Host, Header: http.Header{"X-Amz-Server-Side-Encryption": {value}}}
		if _, err := uploadVerifier.VerifyPresigned(r, testNow.Add(life-time.Second)); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := uploadVerifier.VerifyPresigned(r, testNow.Add(life)); !isKind(err, Expired) {
			t.Fatalf("%s after its time: %v", text, err)
		}
		at := int(place) % len(signed.RawQuery)
		changed := []byte(signed.RawQuery)
		changed[at] ^= 1
		signed.RawQuery = string(changed)
		if _, err := uploadVerifier.VerifyPresigned(r, testNow); err == nil {
			t.Fatalf("%s verifies with another byte at %d: %s", text, at, changed)
		}
	})
}
