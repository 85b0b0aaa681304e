package sigv4

import (
	"net/http/httptest"
	"net/url"
	"testing"
)

// TestClaimedKey: ClaimedKey returns only texts that can be access key ids. It returns no
// secret and no text that does harm in a log.
func TestClaimedKey(t *testing.T) {
	const other = "(of another form)"
	for given, want := range map[string]string{
		"AKIAIOSFODNN7EXAMPLE/20261129/us-east-1/iam/aws4_request": "AKIAIOSFODNN7EXAMPLE",
		"test/20261129/us-east-1/iam/aws4_request":                 "test",
		"test":      "test",
		"":          "",
		"/20261129": "",
		"wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab/2026": other, // as long as a secret
		"AKIA\x1b[31m":      other,
		"AKIA\nlevel=ERROR": other,
		"AKIA\u202e":        other,
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+given+", SignedHeaders=host, Signature=0")
		q := httptest.NewRequest("POST", "/?X-Amz-Credential="+url.QueryEscape(given), nil)
		if given == "test" || given == "" || given == "/20261129" { // where the credential ends is not seen
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+given+"/, SignedHeaders=host")
		}
		if got, inQuery := ClaimedKey(r), ClaimedKey(q); got != want || inQuery != want {
			t.Errorf("%q: %q and %q, want %q", given, got, inQuery, want)
		}
	}
	if got := ClaimedKey(httptest.NewRequest("POST", "/", nil)); got != "" {
		t.Errorf("of nothing: %q", got)
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", "Bearer eyJhbGciOi")
	if got := ClaimedKey(r); got != "" {
		t.Errorf("of a token: %q", got)
	}
}
