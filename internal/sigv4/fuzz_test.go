package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzAuthorization gives the parser any header. It must not panic, it must refuse a
// request without a signature, and a signature that it accepts must be complete.
func FuzzAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20261121T120000Z")
	f.Add("AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=", "20261121T120000Z")
	f.Add("AWS4-HMAC-SHA256 ,,=,", "")
	f.Add("AWS4-HMAC-SHA256", "Sat, 21 Nov 2026 12:00:00 GMT")
	f.Add("Bearer x", "x")
	f.Fuzz(func(t *testing.T, field, stamp string) {
		r := &http.Request{Method: "POST", URL: &url.URL{Path: "/"}, Host: "h", Header: http.Header{
			"Authorization": {field}, "X-Amz-Date": {stamp},
		}}
		if key, err := testVerifier.Verify(r, nil, testNow); err == nil {
			t.Fatalf("%q at %q passes as %q", field, stamp, key)
		}
		s, refusal := fromHeader(r)
		if (s == nil) == (refusal == nil) {
			t.Fatalf("fromHeader = %v, %v", s, refusal)
		}
		if refusal == nil && (s.accessKey == "" || s.signature == "" || !slices.IsSorted(s.headers) || strings.ContainsAny(s.accessKey, "/,")) {
			t.Fatalf("%q parses as %+v", field, s)
		}
	})
}

// FuzzPresigned gives the verifier any query.
func FuzzPresigned(f *testing.F) {
	f.Add("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261121%2Fus-east-1%2Fs3%2Faws4_request&" +
		"X-Amz-Date=20261121T120000Z&X-Amz-Expires=899&X-Amz-SignedHeaders=host&X-Amz-Signature=00")
	f.Add("X-Amz-Signature=&;&%zz")
	f.Fuzz(func(t *testing.T, query string) {
		r := &http.Request{Method: "PUT", URL: &url.URL{Path: "/b/k", RawQuery: query}, Host: "h", Header: http.Header{}}
		if key, err := uploadVerifier.VerifyPresigned(r, testNow); err == nil {
			t.Fatalf("%q passes as %q", query, key)
		}
	})
}
