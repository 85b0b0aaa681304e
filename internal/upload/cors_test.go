package upload

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestBrowserUpload acts like a browser for a page of another origin. It asks whether the page may
// upload, uploads, and lets the page read the answer.
func TestBrowserUpload(t *testing.T) {
	f := newFixture(t)
	url := f.url(time.Now())
	ask := http.Header{
		"Origin": {"https://app.example.com"}, "Access-Control-Request-Method": {"PUT"},
		"Access-Control-Request-Headers": {"content-type,x-amz-server-side-encryption"},
	}
	response, text := f.put("OPTIONS", url, nil, ask)
	header := response.Header
	if response.StatusCode != 200 || text != "" || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Methods") != "PUT" {
		t.Fatalf("%s %q %v", response.Status, text, header)
	}
	allowed := strings.ToLower(header.Get("Access-Control-Allow-Headers"))
	for name := range strings.SplitSeq(ask.Get("Access-Control-Request-Headers"), ",") {
		if !strings.Contains(allowed, name) {
			t.Errorf("the header %s is not among those allowed, %q", name, allowed)
		}
	}
	if len(f.stored()) != 0 || f.jobs.job.Upload.Name != "" {
		t.Error("the question stored something")
	}
	send := kms.Clone()
	send.Set("Content-Type", "text/csv")
	send.Set("Origin", "https://app.example.com")
	response, text = f.put("PUT", url, strings.NewReader("abc"), send)
	if exposed := response.Header.Get("Access-Control-Expose-Headers"); response.StatusCode != 200 || response.Header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.Contains(exposed, "ETag") || !strings.Contains(exposed, "x-amz-request-id") {
		t.Errorf("%s %q %v", response.Status, text, response.Header)
	}
	// The page can also read why an upload is refused.
	send.Set("Authorization", "Bearer x")
	response, text = f.put("PUT", url, strings.NewReader("abc"), send)
	if response.StatusCode != 400 || !strings.Contains(text, "InvalidArgument") || response.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s %q %v", response.Status, text, response.Header)
	}
}

func TestPreflightRefusals(t *testing.T) {
	f := newFixture(t)
	cases := []struct {
		name           string
		origin, method string
		status         int
		code           string
	}{
		{"no origin", "", "PUT", 400, "BadRequest"},
		{"no method", "https://app.example.com", "", 400, "BadRequest"},
		{"another method", "https://app.example.com", "DELETE", 403, "AccessForbidden"},
		{"a read", "https://app.example.com", "GET", 403, "AccessForbidden"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			header := http.Header{}
			if c.origin != "" {
				header.Set("Origin", c.origin)
			}
			if c.method != "" {
				header.Set("Access-Control-Request-Method", c.method)
			}
			response, text := f.put("OPTIONS", f.url(time.Now()), nil, header)
			if response.StatusCode != c.status || !strings.Contains(text, "<Code>"+c.code+"</Code>") || response.Header.Get("Access-Control-Allow-Methods") != "" {
				t.Errorf("%s %s %v", response.Status, text, response.Header)
			}
		})
	}
}
