package server

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/config"
	"poolhouse/internal/sigv4"
)

var root = config.Credentials{AccessKeyID: "AKIAROOTROOTROOTROOT", Secret: "the-secret-of-root-for-this-test"}

// rootInEnvironment is a getenv with root's credentials.
func rootInEnvironment(name string) string {
	return map[string]string{config.EnvRootAccessKeyID: root.AccessKeyID, config.EnvRootSecret: root.Secret}[name]
}

const (
	form  = "application/x-www-form-urlencoded"
	json  = awsjson.ContentType
	pools = "AWSCognitoIdentityProviderService."
)

// opened returns an open server that serves no connections.
func opened(t testing.TB) *Server {
	t.Helper()
	s := listening(t, io.Discard)
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// signedCall is a call that root signs for a service: its target and its body,
// and no other header than the host and the time.
type signedCall struct{ service, target, body string }

// answer returns the server's answer to the call with additional unsigned headers.
func (c signedCall) answer(t *testing.T, s *Server, unsigned http.Header) (status int, text string) {
	t.Helper()
	return c.answerFor(t, s, "us-east-1", unsigned)
}

// answerFor is answer for a call that is signed for a region.
func (c signedCall) answerFor(t *testing.T, s *Server, region string, unsigned http.Header) (status int, text string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(c.body))
	if c.target != "" {
		r.Header.Set("X-Amz-Target", c.target)
	}
	(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: region, Service: c.service}).Sign(r, []byte(c.body), time.Now())
	for name, values := range unsigned {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Code, strings.ReplaceAll(html.UnescapeString(w.Body.String()), w.Header().Get("x-amzn-RequestId"), "")
}

// TestUnsignedHeadersMeanNothing adds unsigned headers to a call of every service, as
// proxies and browsers do. The answer is the same.
func TestUnsignedHeadersMeanNothing(t *testing.T) {
	s := opened(t)
	calls := []struct {
		signedCall
		media, want string
	}{
		{signedCall{"cognito-idp", pools + "ListUserPools", `{"MaxResults":1}`}, json, `"UserPools"`},
		{signedCall{"cognito-idp", "Poolhouse.ListAuditEvents", `{}`}, json, `"Events"`},
		{signedCall{"logs", "Logs_20140328.DescribeLogGroups", `{}`}, json, `"logGroups"`},
		{signedCall{"iam", "", "Action=ListRoles&Version=2010-05-08"}, form, "<ListRolesResult>"},
		{signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}, form, "<GetCallerIdentityResult>"},
	}
	headers := http.Header{
		"Accept": {"application/cbor"}, "Accept-Encoding": {"gzip"}, "Amz-Sdk-Request": {"attempt=1"}, "Aws-Sdk-Retry": {"0/0//"},
		"Cache-Control": {"no-cache"}, "Content-Encoding": {"gzip"}, "Content-Language": {"de"}, "Content-Md5": {"x"}, "Cookie": {"a=b"},
		"Date": {"Mon, 01 Jan 2001 00:00:00 GMT"}, "Expect": {"100-continue"}, "Forwarded": {"for=10.0.0.1;host=evil.example"},
		"If-Match": {"x"}, "Origin": {"https://app.example.com"}, "Range": {"bytes=0-1"}, "Referer": {"https://app.example.com"},
		"Transfer-Encoding": {"gzip"}, "User-Agent": {"x"}, "X-Amz-Cf-Id": {"x"}, "X-Amz-Decoded-Content-Length": {"1"},
		"X-Amz-Expires": {"1"}, "X-Amz-Invocation-Type": {"Event"}, "X-Amz-Trailer": {"x"}, "X-Amz-User-Agent": {"aws-amplify/6"},
		"X-Amzn-Trace-Id": {"Root=1"}, "X-Forwarded-For": {"10.0.0.1"}, "X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"https"},
		"X-Http-Method-Override": {"DELETE"}, "X-Original-Url": {"/healthz"}, "X-Real-Ip": {"10.0.0.1"}, "X-Rewrite-Url": {"/healthz"},
	}
	for _, c := range calls {
		status, plain := c.answer(t, s, http.Header{"Content-Type": {c.media}})
		if status != http.StatusOK || !strings.Contains(plain, c.want) {
			t.Fatalf("%+v: %d %s", c, status, plain)
		}
		for name, values := range headers {
			if _, got := c.answer(t, s, http.Header{"Content-Type": {c.media}, name: values}); got != plain {
				t.Errorf("%s %s with %s is answered %s; without, %s", c.service, c.target, name, got, plain)
			}
		}
	}
}

// TestUnsignedTypeLeadsNowhere changes the type of the body, which need not be signed.
// A signature for one service is never valid for another one, and the body is never
// read in another protocol.
func TestUnsignedTypeLeadsNowhere(t *testing.T) {
	s := opened(t)
	const (
		makeUser = "Action=CreateUser&Version=2010-05-08&UserName=mallory"
		makePool = `{"PoolName":"mallory"}`
		makeLog  = "Logs_20140328.DescribeLogGroups"
	)
	cases := []struct {
		signedCall
		media, want string
	}{
		{signedCall{"cognito-idp", "", makeUser}, form, "correct service: 'iam'"},
		{signedCall{"cognito-idp", pools + "CreateUserPool", makeUser}, form, "correct service: 'iam'"},
		{signedCall{"logs", "", makeUser}, form, "correct service: 'iam'"},
		{signedCall{"sts", "", makeUser}, form, "correct service: 'iam'"},
		{signedCall{"iam", pools + "CreateUserPool", makePool}, json, "correct service: 'cognito-idp'"},
		{signedCall{"logs", pools + "CreateUserPool", makePool}, json, "correct service: 'cognito-idp'"},
		{signedCall{"cognito-idp", makeLog, `{}`}, json, "correct service: 'logs'"},
		{signedCall{"iam", makeLog, `{}`}, form, "The Content-Type must be application/x-amz-json-1.1."},
		{signedCall{"cognito-idp", pools + "CreateUserPool", makePool}, form, "MissingAction"},
		{signedCall{"cognito-idp", pools + "CreateUserPool", makePool}, "application/cbor", "The Content-Type must be application/x-amz-json-1.1."},
		{signedCall{"iam", "", makeUser}, json, "The header X-Amz-Target, which names the operation, is missing."},
	}
	for _, c := range cases {
		status, got := c.answer(t, s, http.Header{"Content-Type": {c.media}})
		if status < 400 || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %d %s", c, status, got)
		}
	}
	// An unsigned target leads to no operation either.
	for _, c := range []signedCall{{"cognito-idp", "", `{}`}, {"logs", "", `{}`}, {"iam", "", makeUser}} {
		for _, target := range []string{pools + "ListUserPools", makeLog} {
			if status, got := c.answer(t, s, http.Header{"Content-Type": {json}, "X-Amz-Target": {target}}); status < 400 {
				t.Errorf("%+v with %s: %d %s", c, target, status, got)
			}
		}
	}
	c := signedCall{"iam", "", makeUser}
	if status, got := c.answer(t, s, http.Header{"Content-Type": {form}, "X-Amz-Target": {"x"}}); status != http.StatusForbidden {
		t.Errorf("a call of IAM with a target that is not signed: %d %s", status, got)
	}
	for _, c := range []struct {
		signedCall
		media string
	}{
		{signedCall{"cognito-idp", pools + "ListUserPools", `{"MaxResults":1}`}, json},
		{signedCall{"iam", "", "Action=ListUsers&Version=2010-05-08"}, form},
	} {
		if _, got := c.answer(t, s, http.Header{"Content-Type": {c.media}}); strings.Contains(got, "mallory") {
			t.Errorf("something was made: %s", got)
		}
	}
}

// TestPagesReachTheUpload: a browser's preflight request for the upload URL reaches the
// receiver of uploads.
func TestPagesReachTheUpload(t *testing.T) {
	s := opened(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, uploadURL(t, s), nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Access-Control-Allow-Methods") != "PUT" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
