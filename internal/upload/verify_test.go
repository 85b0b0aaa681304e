package upload

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestHeadersBesideTheSignature adds headers to a valid upload: those that S3 refuses, with its
// texts, and those that it accepts.
func TestHeadersBesideTheSignature(t *testing.T) {
	f := newFixture(t)
	const (
		notSigned = "<Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>"
		twoAuths  = "<Code>InvalidArgument</Code><Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, " +
			"Signature query string parameter or the Authorization header should be specified</Message><ArgumentName>Authorization</ArgumentName>"
	)
	cases := []struct {
		name   string
		header http.Header
		status int
		text   string
	}{
		{"a bearer token", http.Header{"Authorization": {"Bearer secret-of-the-page"}}, 400, twoAuths},
		{"a second signature", http.Header{"Authorization": {"AWS4-HMAC-SHA256 secret-of-the-page"}}, 400, twoAuths},
		{"a canned ACL", http.Header{"X-Amz-Acl": {"private"}}, 403, notSigned + "x-amz-acl</HeadersNotSigned>"},
		{"a checksum and a key", http.Header{"X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": {"k"}, "X-Amz-Checksum-Crc32": {"AAAAAA=="}}, 403,
			notSigned + "x-amz-checksum-crc32, x-amz-server-side-encryption-aws-kms-key-id</HeadersNotSigned>"},
		{"a session", http.Header{"X-Amz-Security-Token": {"t"}}, 403, notSigned + "x-amz-security-token</HeadersNotSigned>"},
		{"a hash", http.Header{"X-Amz-Content-Sha256": {"UNSIGNED-PAYLOAD"}}, 403, notSigned + "x-amz-content-sha256</HeadersNotSigned>"},
		{"a copy", http.Header{"X-Amz-Copy-Source": {"/other/object"}}, 403, notSigned + "x-amz-copy-source</HeadersNotSigned>"},
		{"both mistakes", http.Header{"Authorization": {"Bearer secret-of-the-page"}, "X-Amz-Acl": {"private"}}, 400, twoAuths},
		{"of CloudFront", http.Header{"X-Amz-Cf-Id": {"x"}, "Via": {"1.1 x"}}, 200, ""},
		{"of other proxies", http.Header{"X-Amzn-Trace-Id": {"Root=1"}, "X-Forwarded-For": {"10.0.0.1"}, "X-Forwarded-Host": {"evil.example"}}, 200, ""},
		{"of browsers", http.Header{"Content-Type": {"text/csv"}, "Origin": {"https://app.example.com"}, "Referer": {"https://app.example.com/"}}, 200, ""},
		{"without a meaning", http.Header{"X-Http-Method-Override": {"DELETE"}, "Content-Encoding": {"gzip"}, "If-None-Match": {"*"}, "Range": {"bytes=0-0"}}, 200, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := f.jobs.job.Upload
			header := kms.Clone()
			for name, values := range c.header {
				header[name] = values
			}
			response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("abc"), header)
			if response.StatusCode != c.status || !strings.Contains(text, c.text) || strings.Contains(text, "secret-of-the-page") {
				t.Errorf("%s %s, want %d %s", response.Status, text, c.status, c.text)
			}
			after := f.jobs.job.Upload
			if taken := after != before; taken != (c.status == 200) || taken && after.ETag != "900150983cd24fb0d6963f7d28e17f72" { // the MD5 of abc
				t.Errorf("the job has %+v, and had %+v", after, before)
			}
		})
	}
}

// TestKeysThatCannotBeAsked: an unexpected error is an error of the server, and the handler
// continues.
func TestKeysThatCannotBeAsked(t *testing.T) {
	f := newFixture(t)
	f.issuer.keys = func(context.Context, string, string) (string, error) {
		return "", errors.New("the database is not there")
	}
	response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("x"), kms)
	if response.StatusCode != 500 || !strings.Contains(text, "<Code>InternalError</Code>") || strings.Contains(text, "database") {
		t.Errorf("%s %s", response.Status, text)
	}
}

// TestChangedHost: a valid URL with another host is refused; the answer and the log say why.
func TestChangedHost(t *testing.T) {
	f := newFixture(t)
	var log bytes.Buffer
	f.handler.Log = slog.New(slog.NewTextHandler(&log, nil))
	put := func(address string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader("x"))
		r.Header = kms.Clone()
		r.Host = "poolhouse:9229"
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		return w
	}
	w := put(f.url(time.Now()))
	const said = "and the request came with the host"
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "<Code>SignatureDoesNotMatch</Code>") || !strings.Contains(w.Body.String(), said) || !strings.Contains(log.String(), said) {
		t.Errorf("%d %s; logged %s", w.Code, w.Body, &log)
	}
	log.Reset()
	w = put(strings.Replace(f.url(time.Now()), jobID, jobID+"x", 1))
	if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "host") || strings.Contains(log.String(), "hint") {
		t.Errorf("a URL that is not good: %d %s; logged %s", w.Code, w.Body, &log)
	}
}
