package sigv4

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

func isKind(err error, kind Kind) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && refusal.Kind == kind
}

const testBody = `{"UserPoolId":"us-east-1_a"}`

var (
	testNow      = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	testSigner   = Signer{AccessKey: "AKID", Secret: "secret", Region: "us-east-1", Service: "cognito-idp"}
	testVerifier = Verifier{Regions: OneRegion("us-east-1"), Service: "cognito-idp", Keys: OneKey("AKID", "secret")}
)

// call returns a call of the API as a server has it, signed by s.
func call(t testing.TB, s Signer, now time.Time) *http.Request {
	t.Helper()
	r := arrived(t, "POST / HTTP/1.1\nHost: 127.0.0.1:9229\nContent-Type: application/x-amz-json-1.1\nX-Amz-Target: Service.Operation")
	s.Sign(r, []byte(testBody), now)
	return r
}

func TestVerifyRefusals(t *testing.T) {
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	replace := func(old, with string) func(*http.Request) {
		return func(r *http.Request) {
			field := r.Header.Get("Authorization")
			if !strings.Contains(field, old) {
				panic(field + " has no " + old)
			}
			r.Header.Set("Authorization", strings.Replace(field, old, with, 1))
		}
	}
	cases := []struct {
		name    string
		change  func(*http.Request)
		kind    Kind
		message string // a part of it
	}{
		{"no header", func(r *http.Request) { r.Header.Del("Authorization") }, Missing, "Missing Authentication Token"},
		{"a bearer token", set("Authorization", "Bearer abc"), Missing, "Missing Authentication Token"},
		{"another algorithm", replace("SHA256", "SHA512"), Incomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now)."},
		{"no parts", set("Authorization", "AWS4-HMAC-SHA256"), Incomplete,
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
				"Authorization header requires 'SignedHeaders' parameter."},
		{"no time", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, Incomplete,
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."},
		{"a part twice", replace("Signature=", "Credential=x, Signature="), Incomplete, "'Credential' is in the Authorization header twice."},
		{"a part without value", replace("Signature=", "Signature, x="), Incomplete, "'Signature' not a valid key=value pair (missing equal-sign)"},
		{"two headers", func(r *http.Request) { r.Header.Add("Authorization", "x") }, Incomplete, "more than one Authorization header"},
		{"two dates", func(r *http.Request) { r.Header.Add("X-Amz-Date", "x") }, Incomplete, "more than one X-Amz-Date header"},
		{"a date of another form", set("X-Amz-Date", "2026-11-21"), Incomplete, "Date must be in ISO-8601 'basic format'. Got '2026-11-21'."},
		{"four parts of a credential", replace("/aws4_request", ""), Incomplete, "Credential must have exactly 5 slash-delimited elements"},
		{"unsorted headers", replace("content-type;host", "host;content-type"), Incomplete, "sorted"},
		{"a header twice", replace("host;", "host;host;"), Incomplete, "each once"},
		{"an upper-case header", replace("host;", "Host;"), Incomplete, "lower case"},
		{"the host unsigned", replace("host;", ""), Uncovered, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"the target unsigned", replace(";x-amz-target", ""), Uncovered, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
		{"the date unsigned", replace(";x-amz-date", ""), Uncovered, "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization."},
		{"a hash of the body added", set("X-Amz-Content-Sha256", hash([]byte(testBody))), Uncovered, "'X-Amz-Content-Sha256' must be"},
		{"a token added", set(tokenName, "t"), Uncovered, "'X-Amz-Security-Token' must be"},
		{"two targets", func(r *http.Request) { r.Header.Add("X-Amz-Target", "x") }, Incomplete, "more than one X-Amz-Target header"},
		{"another type, which is signed", set("Content-Type", "text/plain"), Mismatch, "The request signature we calculated does not match"},
		{"a signed header taken away", func(r *http.Request) { r.Header.Del("Content-Type") }, Mismatch, "The request signature we calculated does not match"},
		{"another region", replace("/us-east-1/", "/eu-west-1/"), WrongScope, "Credential should be scoped to a valid region, not 'eu-west-1': this server's region is 'us-east-1'."},
		{"another service", replace("/cognito-idp/", "/iam/"), WrongScope, "Credential should be scoped to correct service: 'cognito-idp'."},
		{"another terminator", replace("/aws4_request", "/aws5_request"), WrongScope, "valid terminator: 'aws4_request', not 'aws5_request'."},
		{"another day", replace("/20261121/", "/20261120/"), WrongScope,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T120000Z'."},
		{"everything of another scope", replace("/20261121/us-east-1/cognito-idp/aws4_request", "/a/b/c/d"), WrongScope,
			"not 'b': this server's region is 'us-east-1'. Credential should be scoped to correct service: 'cognito-idp'. Credential should be scoped with a valid terminator"},
		{"an unknown key", replace("AKID/", "AKIE/"), UnknownKey, "The security token included in the request is invalid."},
		{"another target", set("X-Amz-Target", "Service.Another"), Mismatch, "The request signature we calculated does not match"},
		{"another host", func(r *http.Request) { r.Host = "evil.example" }, Mismatch, "The request signature we calculated does not match"},
		{"another method", func(r *http.Request) { r.Method = "PUT" }, Mismatch, "The request signature we calculated does not match"},
		{"another query", func(r *http.Request) { r.URL.RawQuery = "a=1" }, Mismatch, "The request signature we calculated does not match"},
		{"a query that cannot be parsed", func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, Incomplete, "The query string is malformed."},
		{"a semicolon that would be dropped", func(r *http.Request) { r.URL.RawQuery = "a=1;b=2" }, Incomplete, "The query string is malformed."},
		{"another signature", replace("Signature=", "Signature=0"), Mismatch, "The request signature we calculated does not match"},
		{"the hash of another body", set("X-Amz-Content-Sha256", emptyHash), WrongPayload, "does not match what was computed"},
		{"an unsigned body", set("X-Amz-Content-Sha256", UnsignedPayload), WrongPayload, "does not match what was computed"},
		{"header and query", func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, Twice, "Found both"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := call(t, testSigner, testNow)
			c.change(r)
			key, err := testVerifier.Verify(r, []byte(testBody), testNow)
			if key.AccessKey != "" || !isKind(err, c.kind) || !strings.Contains(err.Error(), c.message) {
				t.Errorf("Verify = %q, %v; want kind %d: %s", key, err, c.kind, c.message)
			}
		})
	}
}

func TestSkew(t *testing.T) {
	cases := []struct {
		late    time.Duration // of the server, after the signature
		message string        // "" when it is accepted
	}{
		{0, ""},
		{MaxSkew, ""},
		{-MaxSkew, ""},
		{MaxSkew + time.Second, "Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T120501Z - 5 min.)"},
		{-MaxSkew - time.Second, "Signature not yet current: 20261121T120000Z is now later than 20261121T115959Z (20261121T115459Z + 5 min.)"},
	}
	for _, c := range cases {
		_, err := testVerifier.Verify(call(t, testSigner, testNow), []byte(testBody), testNow.Add(c.late))
		switch {
		case c.message == "" && err != nil:
			t.Errorf("%v late: %v", c.late, err)
		case c.message != "" && (!isKind(err, Skewed) || err.Error() != c.message):
			t.Errorf("%v late: %v, want %s", c.late, err, c.message)
		}
	}
}

// TestSessionTokens signs with a session's credentials and alters the token.
func TestSessionTokens(t *testing.T) {
	broken := errors.New("the database is not there")
	sessions := Verifier{Regions: OneRegion("us-east-1"), Service: "cognito-idp", Keys: func(_ context.Context, id, token string) (string, error) {
		switch id + " " + token {
		case "ASID good":
			return "secret", nil
		case "ASID old":
			return "", ErrExpiredToken
		case "ASID broken":
			return "", broken
		}
		return "", ErrBadToken
	}}
	untouched := func(*http.Request) {}
	cases := []struct {
		name, key, token string
		change           func(*http.Request)
		want             Kind // -1 for none
	}{
		{"the session's", "ASID", "good", untouched, -1},
		{"expired", "ASID", "old", untouched, ExpiredToken},
		{"another session's", "ASID", "other", untouched, BadToken},
		{"none", "ASID", "", untouched, BadToken},
		{"of another key", "ASIE", "good", untouched, BadToken},
		{"taken away", "ASID", "good", func(r *http.Request) { r.Header.Del(tokenName) }, BadToken},
		{"exchanged", "ASID", "good", func(r *http.Request) { r.Header.Set(tokenName, "other") }, BadToken},
		{"exchanged for one that is as good", "ASID", "old", func(r *http.Request) { r.Header.Set(tokenName, "good") }, Mismatch},
		{"added", "ASID", "", func(r *http.Request) { r.Header.Set(tokenName, "good") }, Uncovered},
		{"twice", "ASID", "good", func(r *http.Request) { r.Header.Add(tokenName, "good") }, Incomplete},
		{"in the query too", "ASID", "good", func(r *http.Request) { r.URL.RawQuery = tokenName + "=good" }, Incomplete},
	}
	for _, c := range cases {
		r := arrived(t, "POST / HTTP/1.1\nHost: 127.0.0.1:9229")
		s := testSigner
		s.AccessKey, s.SessionToken = c.key, c.token
		s.Sign(r, nil, testNow)
		c.change(r)
		key, err := sessions.Verify(r, nil, testNow)
		if c.want == -1 && (err != nil || key.AccessKey != "ASID") || c.want != -1 && !isKind(err, c.want) {
			t.Errorf("%s: %q, %v", c.name, key, err)
		}
	}
	r := arrived(t, "POST / HTTP/1.1\nHost: 127.0.0.1:9229\n"+tokenName+": broken")
	(&Signer{AccessKey: "ASID", Secret: "secret", Region: "us-east-1", Service: "cognito-idp"}).Sign(r, nil, testNow)
	if _, err := sessions.Verify(r, nil, testNow); !errors.Is(err, broken) {
		t.Errorf("a question that cannot be answered: %v", err)
	}
}

// TestTokenOfALongTermKey: a token with a key that has no session is refused.
func TestTokenOfALongTermKey(t *testing.T) {
	r := arrived(t, "POST / HTTP/1.1\nHost: 127.0.0.1:9229\nX-Amz-Security-Token: token")
	testSigner.Sign(r, nil, testNow)
	if _, err := testVerifier.Verify(r, nil, testNow); !isKind(err, BadToken) {
		t.Errorf("a session token: %v", err)
	}
}

// TestPresignedTokens is TestSessionTokens for signatures in the query.
func TestPresignedTokens(t *testing.T) {
	sessions := uploadVerifier
	sessions.Keys = func(_ context.Context, id, token string) (string, error) {
		if token != "to+ken/=" {
			return "", ErrBadToken
		}
		return "secret", nil
	}
	signer := uploadSigner
	signer.SessionToken = "to+ken/="
	u := &url.URL{Scheme: "http", Host: "127.0.0.1:9229", Path: "/bucket/x"}
	signedURL, err := url.Parse(signer.Presign("PUT", u, nil, testNow, time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	verify := func(change func(url.Values), header string) error {
		query := signedURL.Query()
		change(query)
		r := arrived(t, "PUT "+signedURL.Path+"?"+query.Encode()+" HTTP/1.1\nHost: 127.0.0.1:9229"+header)
		_, err := sessions.VerifyPresigned(r, testNow)
		return err
	}
	if err := verify(func(url.Values) {}, ""); err != nil {
		t.Errorf("as it was signed: %v", err)
	}
	for _, c := range []struct {
		name   string
		change func(url.Values)
		header string
		want   Kind
	}{
		{"taken away", func(q url.Values) { q.Del(tokenName) }, "", BadToken},
		{"exchanged", func(q url.Values) { q.Set(tokenName, "x") }, "", BadToken},
		{"twice", func(q url.Values) { q.Add(tokenName, "x") }, "", Incomplete},
		{"in a header too", func(url.Values) {}, "\n" + tokenName + ": to+ken/=", Uncovered},
	} {
		if err := verify(c.change, c.header); !isKind(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

var (
	uploadSigner   = Signer{AccessKey: "AKID", Secret: "secret", Region: "us-east-1", Service: "s3"}
	uploadVerifier = Verifier{Regions: OneRegion("us-east-1"), Service: "s3", Keys: OneKey("AKID", "secret")}
)

// presignedUpload returns a PUT to a pre-signed URL as a server has it.
func presignedUpload(t testing.TB, change func(url.Values)) *http.Request {
	t.Helper()
	u := &url.URL{Scheme: "http", Host: "127.0.0.1:9229", Path: "/bucket/000000000000/us-east-1_a/import-b"}
	signedURL, err := url.Parse(uploadSigner.Presign("PUT", u, map[string]string{"X-Amz-Server-Side-Encryption": "aws:kms"}, testNow, 899*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	query := signedURL.Query()
	change(query)
	return arrived(t, "PUT "+signedURL.Path+"?"+query.Encode()+" HTTP/1.1\nHost: 127.0.0.1:9229\nx-amz-server-side-encryption: aws:kms\nContent-Type: text/csv")
}

func TestVerifyPresignedRefusals(t *testing.T) {
	same := func(url.Values) {}
	set := func(name, value string) func(url.Values) {
		return func(q url.Values) { q.Set(name, value) }
	}
	untouched := func(*http.Request) {}
	cases := []struct {
		name   string
		query  func(url.Values)
		change func(*http.Request)
		late   time.Duration
		kind   Kind
	}{
		{"no signature", func(q url.Values) {
			for name := range q {
				q.Del(name)
			}
		}, untouched, 0, Missing},
		{"no value of the signature", func(q url.Values) { q.Del("X-Amz-Signature") }, untouched, 0, Incomplete},
		{"a second signature", same, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 0, Twice},
		{"no expiry", func(q url.Values) { q.Del("X-Amz-Expires") }, untouched, 0, Incomplete},
		{"two credentials", func(q url.Values) { q.Add("X-Amz-Credential", "x") }, untouched, 0, Incomplete},
		{"another algorithm", set("X-Amz-Algorithm", "AWS4-HMAC-SHA1"), untouched, 0, Incomplete},
		{"an expiry in words", set("X-Amz-Expires", "soon"), untouched, 0, Incomplete},
		{"an expiry of nothing", set("X-Amz-Expires", "0"), untouched, 0, Incomplete},
		{"an expiry of more than a week", set("X-Amz-Expires", "604801"), untouched, 0, Incomplete},
		{"a longer expiry", set("X-Amz-Expires", "604800"), untouched, 0, Mismatch},
		{"a later date", set("X-Amz-Date", "20261121T130000Z"), untouched, time.Hour, Mismatch},
		{"a bad date", set("X-Amz-Date", "today"), untouched, 0, Incomplete},
		{"a bad credential", set("X-Amz-Credential", "a/b"), untouched, 0, Incomplete},
		{"another key", set("X-Amz-Credential", "AKIE/20261121/us-east-1/s3/aws4_request"), untouched, 0, UnknownKey},
		{"another region", set("X-Amz-Credential", "AKID/20261121/us-east-2/s3/aws4_request"), untouched, 0, WrongScope},
		{"another parameter", set("x-id", "PutObject"), untouched, 0, Mismatch},
		{"a session token", set("X-Amz-Security-Token", "t"), untouched, 0, BadToken},
		{"without the signed header", same, func(r *http.Request) { r.Header.Del("X-Amz-Server-Side-Encryption") }, 0, Mismatch},
		{"another value of the signed header", same, func(r *http.Request) { r.Header.Set("X-Amz-Server-Side-Encryption", "AES256") }, 0, Mismatch},
		{"an unsigned header of S3's", same, func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read") }, 0, Uncovered},
		{"the host unsigned", set("X-Amz-SignedHeaders", "x-amz-server-side-encryption"), untouched, 0, Uncovered},
		{"another path", same, func(r *http.Request) { r.URL.Path += "c" }, 0, Mismatch},
		{"another method", same, func(r *http.Request) { r.Method = "GET" }, 0, Mismatch},
		{"after its life", same, untouched, 899 * time.Second, Expired},
		{"before its life", same, untouched, -MaxSkew - time.Second, NotYetValid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := presignedUpload(t, c.query)
			c.change(r)
			if key, err := uploadVerifier.VerifyPresigned(r, testNow.Add(c.late)); key.AccessKey != "" || !isKind(err, c.kind) {
				t.Errorf("VerifyPresigned = %q, %v; want kind %d", key, err, c.kind)
			}
		})
	}
}

func TestVerifyPresigned(t *testing.T) {
	for _, late := range []time.Duration{-MaxSkew, 0, 898 * time.Second} {
		r := presignedUpload(t, func(url.Values) {})
		r.Header.Set("X-Amz-Cf-Id", "x") // of a proxy on the way
		if key, err := uploadVerifier.VerifyPresigned(r, testNow.Add(late)); err != nil || key.AccessKey != "AKID" {
			t.Errorf("%v after it was made: %q, %v", late, key, err)
		}
	}
}

// TestUnsignedPayloadIsForUploadsOnly: a pre-signed URL without a signed body calls no
// operation.
func TestUnsignedPayloadIsForUploadsOnly(t *testing.T) {
	u := &url.URL{Scheme: "http", Host: "127.0.0.1:9229", Path: "/"}
	signedURL, err := url.Parse(testSigner.Presign("POST", u, nil, testNow, time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	r := arrived(t, "POST "+signedURL.RequestURI()+" HTTP/1.1\nHost: 127.0.0.1:9229")
	if _, err := testVerifier.Verify(r, []byte(testBody), testNow); !isKind(err, Mismatch) {
		t.Errorf("Verify: %v", err)
	}
}

// querySigned returns a call that the AWS SDK signed in its query at testNow. Its
// X-Amz-Expires is "" for none.
func querySigned(t *testing.T, expires string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:9229/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if expires != "" {
		r.URL.RawQuery = "X-Amz-Expires=" + expires
	}
	key := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	signedURL, headers, err := v4.NewSigner().PresignHTTP(t.Context(), key, r, hash([]byte(testBody)), testVerifier.Service, "us-east-1", testNow)
	if err != nil {
		t.Fatal(err)
	}
	return presignedRequest(t, http.MethodPost, signedURL, headers, []byte(testBody))
}

// TestLifeOfACallInAQuery: a call that is signed in its query is accepted for at most
// 15 minutes, or for the shorter time that it names. The client's clock may be
// [MaxSkew] ahead.
func TestLifeOfACallInAQuery(t *testing.T) {
	const never = Kind(-1)
	for _, c := range []struct {
		expires string
		late    time.Duration // of the server's clock, after the time of the signature
		want    Kind
	}{
		{"", 0, never}, {"", MaxCallLife - time.Second, never}, {"", MaxCallLife, Expired},
		{"1", time.Second - 1, never}, {"1", time.Second, Expired},
		{"60", 59 * time.Second, never}, {"60", time.Minute, Expired},
		{"900", MaxCallLife - 1, never}, {"900", MaxCallLife, Expired},
		{"901", MaxCallLife - 1, never}, {"901", MaxCallLife, Expired},
		{"3600", MaxCallLife - 1, never}, {"3600", MaxCallLife, Expired}, {"3600", 30 * time.Minute, Expired},
		{"604800", MaxCallLife - 1, never}, {"604800", MaxCallLife, Expired}, {"604800", 24 * time.Hour, Expired},
		{"604801", 0, Incomplete}, {"0", 0, Incomplete}, {"-1", 0, Incomplete}, {"soon", 0, Incomplete}, {"60&X-Amz-Expires=60", 0, Incomplete},
		{"", -MaxSkew, never}, {"", -MaxSkew - 1, NotYetValid}, {"604800", -MaxSkew, never}, {"604800", -MaxSkew - 1, NotYetValid},
		{"", -24 * time.Hour, NotYetValid},
	} {
		_, err := testVerifier.Verify(querySigned(t, c.expires), []byte(testBody), testNow.Add(c.late))
		if c.want == never && err != nil || c.want != never && !isKind(err, c.want) {
			t.Errorf("X-Amz-Expires=%s, %v after its time: %v", c.expires, c.late, err)
		}
	}
}

// TestLifeOfAnUpload: a pre-signed URL must name its life, and is valid for that time.
func TestLifeOfAnUpload(t *testing.T) {
	u := &url.URL{Scheme: "http", Host: "127.0.0.1:9229", Path: "/bucket/x"}
	signed := uploadSigner.Presign("PUT", u, nil, testNow, MaxExpires)
	verify := func(late time.Duration) error {
		r := presignedRequest(t, "PUT", signed, nil, []byte("any body"))
		_, err := uploadVerifier.VerifyPresigned(r, testNow.Add(late))
		return err
	}
	if err := verify(MaxExpires - 1); err != nil {
		t.Errorf("before its end: %v", err)
	}
	if err := verify(MaxExpires); !isKind(err, Expired) {
		t.Errorf("at its end: %v", err)
	}
}

// east is the Regions of the tests: those that begin with us-east.
type east struct{}

func (east) Serves(region string) bool { return strings.HasPrefix(region, "us-east-") }
func (east) Described() string         { return "regions are east" }

// TestRegionOfTheSignature: the signature, in the header or in the query, decides for
// which of several regions a request is. A changed region makes the signature wrong.
func TestRegionOfTheSignature(t *testing.T) {
	v := testVerifier
	v.Regions = east{}
	for region, served := range map[string]bool{"us-east-1": true, "us-east-2": true, "us-west-2": false, "": false} {
		s := testSigner
		s.Region = region
		got, err := v.Verify(call(t, s, testNow), []byte(testBody), testNow)
		if served && (err != nil || got != Signature{"AKID", region}) {
			t.Errorf("%q: %+v, %v", region, got, err)
		}
		if !served && (!isKind(err, WrongScope) || !strings.Contains(err.Error(), "not '"+region+"': this server's regions are east.")) {
			t.Errorf("%q: %+v, %v", region, got, err)
		}
	}
	r := call(t, testSigner, testNow)
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/us-east-1/", "/us-east-2/", 1))
	if _, err := v.Verify(r, []byte(testBody), testNow); !isKind(err, Mismatch) {
		t.Errorf("another region than was signed for: %v", err)
	}
	uploads := uploadVerifier
	uploads.Regions = east{}
	if got, err := uploads.VerifyPresigned(presignedUpload(t, func(url.Values) {}), testNow); err != nil || got.Region != "us-east-1" {
		t.Errorf("in a query: %+v, %v", got, err)
	}
	moved := presignedUpload(t, func(q url.Values) {
		q.Set("X-Amz-Credential", strings.Replace(q.Get("X-Amz-Credential"), "us-east-1", "us-east-2", 1))
	})
	if _, err := uploads.VerifyPresigned(moved, testNow); !isKind(err, Mismatch) {
		t.Errorf("another region than was signed for, in a query: %v", err)
	}
}
