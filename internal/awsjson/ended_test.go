package awsjson

import (
	"net/http"
	"slices"
	"testing"
)

// TestEnded: the end of every call is reported, with the caller if it was known by
// then. Preflight requests are not reported.
func TestEnded(t *testing.T) {
	h := newHarness(t)
	call := func(change func(*http.Request)) {
		r := h.request(t, `{`+pool+`}`)
		change(r)
		h.send(t, r)
	}
	call(func(*http.Request) {})
	call(func(r *http.Request) { r.Header.Del("Authorization") })
	call(func(r *http.Request) { r.Header.Del("X-Amz-Target") })
	call(func(r *http.Request) { r.Header.Set("X-Amz-Target", "Service.Missing") })
	call(func(r *http.Request) { r.Method = http.MethodOptions })
	h.Close() // waits for the last call
	want := []string{
		"service Get  200 arn:aws:iam::123456789012:root",
		"service Get MissingAuthenticationTokenException 400 ",
		"  UnknownOperationException 400 ",
		"service Missing UnknownOperationException 400 arn:aws:iam::123456789012:root",
	}
	if !slices.Equal(h.ended, want) {
		t.Errorf("told of %q, want %q", h.ended, want)
	}
}
