package sigv4

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestHosts: a signature for another host is always refused. The refusal names that host if
// it is one of [Verifier].Hosts. For a wrong signature it names none.
func TestHosts(t *testing.T) {
	for name, c := range map[string]struct {
		hosts  []string
		change func(*http.Request)
		hint   bool
	}{
		"none is tried":     {nil, func(r *http.Request) { r.Host = "poolhouse" }, false},
		"it is tried":       {[]string{"a", "127.0.0.1:9229"}, func(r *http.Request) { r.Host = "poolhouse" }, true},
		"others are tried":  {[]string{"a", "127.0.0.1"}, func(r *http.Request) { r.Host = "poolhouse" }, false},
		"more was changed":  {[]string{"127.0.0.1:9229"}, func(r *http.Request) { r.Host = "poolhouse"; r.Header.Set("X-Amz-Target", "x") }, false},
		"the host is right": {[]string{"a", "127.0.0.1:9229"}, func(r *http.Request) { r.Header.Set("X-Amz-Target", "x") }, false},
		"another signature": {[]string{"127.0.0.1:9229"}, func(r *http.Request) {
			r.Host = "poolhouse"
			r.Header.Set("Authorization", r.Header.Get("Authorization")+"0")
		}, false},
	} {
		v := testVerifier
		v.Hosts = func(*http.Request) []string { return c.hosts }
		r := call(t, testSigner, testNow)
		c.change(r)
		_, err := v.Verify(r, []byte(testBody), testNow)
		refusal, _ := errors.AsType[*Error](err)
		if refusal == nil || refusal.Kind != Mismatch {
			t.Fatalf("%s: %v", name, err)
		}
		if (refusal.Hint != "") != c.hint || c.hint != strings.HasSuffix(refusal.Message, ". "+refusal.Hint) ||
			c.hint && !strings.Contains(refusal.Hint, "valid for the host '127.0.0.1:9229', and the request came with the host 'poolhouse'") {
			t.Errorf("%s: %+v", name, refusal)
		}
		if !c.hint && refusal.Message != mismatch().Message {
			t.Errorf("%s: the message is %q", name, refusal.Message)
		}
	}
}
