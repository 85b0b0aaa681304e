package sigv4

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signedOver returns a request whose signature covers only these headers, in this
// order. Some clients choose the headers themselves.
func signedOver(t *testing.T, wire string, now time.Time, names ...string) *http.Request {
	t.Helper()
	r := arrived(t, wire)
	q := &request{method: r.Method, path: "/", headers: names, header: headerOf(r), payload: hash([]byte(testBody))}
	scope := testSigner.scope(now)
	r.Header.Set("Authorization", algorithm+" Credential=AKID/"+scope.String()+",SignedHeaders="+strings.Join(names, ";")+
		",Signature="+q.signature(signingKey("secret", scope), now, scope))
	return r
}

// TestSignersThatSignLess: the requests of clients that sign few headers are accepted
// as they are, with headers that proxies add, and without those that proxies remove.
func TestSignersThatSignLess(t *testing.T) {
	const post = "POST / HTTP/1.1\nHost: 127.0.0.1:9229\n"
	stamp, date := testNow.Format(timeLayout), testNow.Format(http.TimeFormat)
	cases := []struct {
		name, wire string
		headers    []string
	}{
		{"AWS SDK for JavaScript v2", post + "Content-Type: application/x-amz-json-1.1\nUser-Agent: aws-sdk-nodejs/2\nContent-Length: 0\n" +
			"X-Amz-Target: S.O\nX-Amz-Content-Sha256: " + hash([]byte(testBody)) + "\nX-Amz-Date: " + stamp,
			[]string{"host", "x-amz-content-sha256", "x-amz-date", "x-amz-target"}},
		{"AWS SDK for PHP", post + "Content-Type: application/x-amz-json-1.1\nX-Amz-User-Agent: aws-sdk-php/3\nAws-Sdk-Retry: 0/0//\n" +
			"Aws-Sdk-Invocation-Id: 1\nX-Amz-Target: S.O\nX-Amz-Date: " + stamp, []string{"host", "x-amz-date", "x-amz-target"}},
		{"a form", post + "Content-Type: application/x-www-form-urlencoded\nX-Amz-Date: " + stamp, []string{"host", "x-amz-date"}},
		{"the Date header", post + "Date: " + date, []string{"date", "host"}},
		{"both dates, one of them signed", post + "Date: " + date + "\nX-Amz-Date: " + stamp, []string{"host", "x-amz-date"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := signedOver(t, c.wire, testNow, c.headers...)
			for _, change := range []func(){
				func() {},
				func() { r.Header.Set("X-Amz-Cf-Id", "1"); r.Header.Set("X-Amz-User-Agent", "aws-amplify/6") },
				func() { r.Header.Set("X-Amzn-Trace-Id", "Root=1"); r.Header.Set("X-Forwarded-For", "10.0.0.1") },
				func() { r.Header.Set("Content-Type", "text/plain"); r.Header.Add("Content-Type", "text/html") },
				func() { r.Header.Del("Content-Type"); r.Header.Del("User-Agent") },
			} {
				change()
				if key, err := testVerifier.Verify(r, []byte(testBody), testNow); err != nil || key.AccessKey != "AKID" {
					t.Errorf("Verify = %q, %v of %v", key, err, r.Header)
				}
			}
		})
	}
}

// TestTheTimeIsSigned signs one of the two headers with a time and changes the
// other one.
func TestTheTimeIsSigned(t *testing.T) {
	const post = "POST / HTTP/1.1\nHost: 127.0.0.1:9229\n"
	date, later := testNow.Format(http.TimeFormat), testNow.Add(time.Minute)
	cases := []struct {
		name string
		r    *http.Request
		kind Kind
		text string
	}{
		{"Date unsigned", signedOver(t, post+"Date: "+date, testNow, "host"), Uncovered, "'Date' must be"},
		{"X-Amz-Date added to a signed Date", signedOver(t, post+"Date: "+date+"\nX-Amz-Date: "+testNow.Format(timeLayout), testNow, "date", "host"),
			Uncovered, "'X-Amz-Date' must be"},
		{"X-Amz-Date added with another time", signedOver(t, post+"Date: "+date+"\nX-Amz-Date: "+later.Format(timeLayout), testNow, "date", "host"),
			Uncovered, "'X-Amz-Date' must be"},
		{"two Dates", signedOver(t, post+"Date: "+date+"\nDate: "+date, testNow, "date", "host"), Incomplete, "more than one Date"},
	}
	for _, c := range cases {
		if key, err := testVerifier.Verify(c.r, []byte(testBody), testNow); key.AccessKey != "" || !isKind(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %q, %v", c.name, key, err)
		}
	}
}

// TestQuerySignatureCovers is the two tests above for calls that are signed in the
// query.
func TestQuerySignatureCovers(t *testing.T) {
	set := func(name, value string) func(http.Header) { return func(h http.Header) { h.Set(name, value) } }
	cases := []struct {
		name   string
		change func(http.Header)
		kind   Kind // -1 for none
	}{
		{"as it was signed", func(http.Header) {}, -1},
		{"another type", set("Content-Type", "text/plain"), -1},
		{"no type", func(h http.Header) { h.Del("Content-Type") }, -1},
		{"of a proxy", set("X-Amz-Cf-Id", "x"), -1},
		{"of Amplify", set("X-Amz-User-Agent", "x"), -1},
		{"a time, which is in the query", set("X-Amz-Date", "20200101T000000Z"), -1},
		{"another target", set("X-Amz-Target", "S.Other"), Mismatch},
		{"two targets", func(h http.Header) { h.Add("X-Amz-Target", "S.O") }, Incomplete},
		{"a token", set(tokenName, "x"), Uncovered},
		{"a hash of the body", set("X-Amz-Content-Sha256", hash([]byte(testBody))), Uncovered},
		{"a second signature", set("Authorization", "Bearer x"), Twice},
	}
	for _, c := range cases {
		r := presignedCall(t, map[string]string{"X-Amz-Target": "S.O"})
		c.change(r.Header)
		key, err := testVerifier.Verify(r, []byte(testBody), testNow)
		if c.kind == -1 && (err != nil || key.AccessKey != "AKID") || c.kind != -1 && (key.AccessKey != "" || !isKind(err, c.kind)) {
			t.Errorf("%s: %q, %v", c.name, key, err)
		}
	}
	r := presignedCall(t, nil)
	r.Header.Set("X-Amz-Target", "S.O")
	if _, err := testVerifier.Verify(r, []byte(testBody), testNow); !isKind(err, Uncovered) {
		t.Errorf("a target that was not signed: %v", err)
	}
	r = presignedCall(t, map[string]string{"X-Amz-Content-Sha256": emptyHash})
	if _, err := testVerifier.Verify(r, []byte(testBody), testNow); !isKind(err, WrongPayload) {
		t.Errorf("the signed hash of another body: %v", err)
	}
	r = presignedCall(t, map[string]string{tokenName: "t"})
	if _, err := testVerifier.Verify(r, []byte(testBody), testNow); !isKind(err, Incomplete) {
		t.Errorf("a signed token beside the query: %v", err)
	}
}

// presignedCall returns a call that is signed in its query, over the host and
// these headers.
func presignedCall(t *testing.T, headers map[string]string) *http.Request {
	t.Helper()
	r := arrived(t, "POST / HTTP/1.1\nHost: 127.0.0.1:9229\nContent-Type: application/x-amz-json-1.1")
	names := []string{"host"}
	for name, value := range headers {
		r.Header.Set(name, value)
		names = append(names, strings.ToLower(name))
	}
	scope := testSigner.scope(testNow)
	query := url.Values{
		"X-Amz-Algorithm": {algorithm}, "X-Amz-Credential": {"AKID/" + scope.String()}, "X-Amz-Date": {testNow.Format(timeLayout)},
		"X-Amz-Expires": {"60"}, "X-Amz-SignedHeaders": {strings.Join(names, ";")},
	}
	q := &request{method: "POST", path: "/", query: query, headers: names, header: headerOf(r), payload: hash([]byte(testBody))}
	query.Set("X-Amz-Signature", q.signature(signingKey("secret", scope), testNow, scope))
	r.URL.RawQuery = query.Encode()
	return r
}

// TestUncoveredHeadersAreNamed: a refusal lists all headers that the signature of an
// upload leaves out, as S3 lists them.
func TestUncoveredHeadersAreNamed(t *testing.T) {
	r := presignedUpload(t, func(url.Values) {})
	for _, name := range []string{"X-Amz-Tagging", "X-Amz-Acl", "X-Amz-Cf-Id", "X-Amzn-Trace-Id", "Content-Type"} {
		r.Header.Set(name, "x")
	}
	_, err := uploadVerifier.VerifyPresigned(r, testNow)
	if refusal, ok := err.(*Error); !ok || refusal.Headers != "x-amz-acl, x-amz-tagging" {
		t.Errorf("%#v", err)
	}
}
