package access

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/sigv4"
)

// TestUnsignedHeadersAndConditions: of the unsigned headers, policies see only the user agent.
// A client may send any agent (IAM User Guide, aws:UserAgent).
func TestUnsignedHeadersAndConditions(t *testing.T) {
	f := newFixture(t)
	seen := func(name, value string) map[string][]string { // what policies see of a call with this header
		r := httptest.NewRequestWithContext(t.Context(), "POST", "http://pool.example.com/", strings.NewReader(testBody))
		(&sigv4.Signer{AccessKey: f.key.ID, Secret: f.secret, Region: region, Service: "cognito-idp"}).Sign(r, []byte(testBody), testNow)
		r.Header.Set("User-Agent", "test/1")
		r.Header.Set(name, value)
		return (&inquiry{f.authorizer(), f.verifiedOf(t, r, "cognito-idp")}).requestContext("cognito-idp:ListUsers", poolARN)
	}
	plain := seen("X-None", "")
	for _, name := range []string{
		"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via", "True-Client-Ip", "Cloudfront-Viewer-Address", "X-Forwarded-Proto", "X-Forwarded-Host",
		"X-Amz-Region", "X-Amz-Source-Arn", "X-Amz-Source-Account", "X-Amz-User-Agent", "Referer", "Date", "Content-Type",
	} {
		for _, value := range []string{"198.51.100.1", "https", "eu-west-2", "Sat, 21 Nov 2020 12:00:00 GMT"} {
			if diff := cmp.Diff(plain, seen(name, value)); diff != "" {
				t.Errorf("%s: %s changes what policies see (-without +with):\n%s", name, value, diff)
			}
		}
	}
	with := seen("User-Agent", "other/2")
	if with["aws:UserAgent"][0] != "other/2" {
		t.Errorf("the agent is %s", with["aws:UserAgent"])
	}
	with["aws:UserAgent"] = plain["aws:UserAgent"]
	if diff := cmp.Diff(plain, with); diff != "" {
		t.Errorf("the agent changes more (-without +with):\n%s", diff)
	}
}
