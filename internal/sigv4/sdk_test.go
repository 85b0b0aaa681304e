package sigv4

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// The tests of this file compare the package with the signer of the AWS SDK for Go.

const sdkCases = 400

var sdkNow = time.Date(2026, 11, 21, 23, 59, 58, 0, time.UTC)

// generator makes requests of many forms, always the same ones.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// text is a short text of characters that are easily encoded wrongly.
func (g generator) text() string {
	var b strings.Builder
	for range g.IntN(6) {
		b.WriteString(g.pick("a", "Z", "0", "9", "-", "_", ".", "~", " ", "+", "/", "=", "&", "%", "?", "#", "*", "'", "(", "!", ":", ",", ";", "é", "日", "😀", "\"", "<", "|"))
	}
	return b.String()
}

func (g generator) path(clean bool) string {
	path := "/"
	for i := range g.IntN(4) {
		if i > 0 {
			path += "/"
		}
		segment := g.text()
		if clean { // the SDK does not normalise, AWS does
			segment = "s" + strings.ReplaceAll(segment, "/", "")
		}
		path += url.PathEscape(segment)
	}
	return path
}

func (g generator) query() string {
	values := url.Values{}
	for range g.IntN(5) {
		// Names that are prefixes of each other show whether names or whole
		// pairs are sorted.
		name := g.pick("a", "a-", "a.", "a0", "A", "aa", "é", "X-Test", "") + g.text()
		values.Add(name, g.text())
	}
	return values.Encode()
}

func (g generator) request(t *testing.T, clean bool) (*http.Request, []byte) {
	t.Helper()
	body := []byte(g.text() + g.text())
	target := "http://" + g.pick("127.0.0.1:9229", "example.com", "pool.example.com:8443") + g.path(clean)
	if q := g.query(); q != "" {
		target += "?" + q
	}
	r, err := http.NewRequestWithContext(t.Context(), g.pick("GET", "POST", "PUT", "DELETE"), target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for range g.IntN(4) {
		value := g.pick("x", "a  b", "  padded ", "a,b", "q=\"1   2\"", "tab\tbed", "")
		r.Header.Add(g.pick("Content-Type", "X-Amz-Target", "X-Amz-Meta-One", "Accept", "X-Other"), value)
	}
	if targets := r.Header["X-Amz-Target"]; len(targets) > 1 {
		r.Header["X-Amz-Target"] = targets[:1] // a call has one operation
	}
	return r, body
}

// sent returns the request as a server reads it from the wire.
func sent(t *testing.T, r *http.Request, body []byte) *http.Request {
	t.Helper()
	r.Body, r.ContentLength = http.NoBody, 0
	if len(body) > 0 {
		r.Body, r.ContentLength = readCloser{bytes.NewReader(body)}, int64(len(body))
	}
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

func describe(r *http.Request) string {
	return fmt.Sprintf("%s %s %v", r.Method, r.URL, r.Header)
}

func TestVerifyAcceptsTheSDKsHeaderSignatures(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	credentials := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	v := &Verifier{Regions: OneRegion("eu-west-1"), Service: "cognito-idp", Keys: OneKey("AKID", "secret")}
	for range sdkCases {
		r, body := g.request(t, true)
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hash(body), "cognito-idp", "eu-west-1", sdkNow); err != nil {
			t.Fatal(err)
		}
		got := sent(t, r, body)
		if _, err := v.Verify(got, body, sdkNow.Add(time.Minute)); err != nil {
			t.Fatalf("%s: %v", describe(got), err)
		}
		if _, err := v.Verify(got, append(body, 'x'), sdkNow); !isKind(err, Mismatch) {
			t.Fatalf("%s: with another body: %v", describe(got), err)
		}
	}
}

func TestSignMatchesTheSDK(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(3, 4))}
	credentials := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	s := Signer{AccessKey: "AKID", Secret: "secret", Region: "eu-west-1", Service: "cognito-idp"}
	for range sdkCases {
		r, body := g.request(t, true)
		// The SDK signs these too, and we need not.
		r.Header.Del("Accept")
		r.Header.Del("X-Other")
		r.ContentLength = 0
		theirs := r.Clone(t.Context())
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, theirs, hash(body), "cognito-idp", "eu-west-1", sdkNow); err != nil {
			t.Fatal(err)
		}
		s.Sign(r, body, sdkNow)
		if got, want := r.Header.Get("Authorization"), theirs.Header.Get("Authorization"); got != want {
			t.Fatalf("%s:\n got %s\nwant %s", describe(r), got, want)
		}
	}
}

func TestVerifyAcceptsTheSDKsQuerySignatures(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(5, 6))}
	credentials := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	v := &Verifier{Regions: OneRegion("eu-west-1"), Service: "cognito-idp", Keys: OneKey("AKID", "secret")}
	for range sdkCases {
		r, body := g.request(t, true)
		r.Header = http.Header{}
		r.ContentLength = 0 // else the SDK signs it, and GET sends none
		query := r.URL.Query()
		query.Set("X-Amz-Expires", "60")
		r.URL.RawQuery = query.Encode()
		signedURL, headers, err := v4.NewSigner().PresignHTTP(context.Background(), credentials, r, hash(body), "cognito-idp", "eu-west-1", sdkNow)
		if err != nil {
			t.Fatal(err)
		}
		got := presignedRequest(t, r.Method, signedURL, headers, body)
		if _, err := v.Verify(got, body, sdkNow.Add(59*time.Second)); err != nil {
			t.Fatalf("%s: %v", describe(got), err)
		}
		if _, err := v.Verify(got, body, sdkNow.Add(60*time.Second)); !isKind(err, Expired) {
			t.Fatalf("%s: after its life: %v", describe(got), err)
		}
	}
}

func presignedRequest(t *testing.T, method, signedURL string, headers http.Header, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, signedURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range headers {
		if name != "Host" {
			r.Header[name] = values
		}
	}
	return sent(t, r, body)
}

// TestPresignMatchesTheSDK compares our pre-signed URL of an S3 upload with the SDK's.
// The verifier accepts both.
func TestPresignMatchesTheSDK(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(7, 8))}
	credentials := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	s := Signer{AccessKey: "AKID", Secret: "secret", Region: "eu-west-1", Service: "s3"}
	v := &Verifier{Regions: OneRegion("eu-west-1"), Service: "s3", Keys: OneKey("AKID", "secret")}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	for range sdkCases {
		path := "/" + strings.ReplaceAll(encode(g.text()+"/"+g.text(), true), "//", "/")
		headers := map[string]string{"x-amz-server-side-encryption": "aws:kms"}
		r, err := http.NewRequestWithContext(t.Context(), "PUT", "https://bucket.example.com:8443"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		u := *r.URL
		r.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		r.URL.RawQuery = "X-Amz-Expires=899"
		theirs, signedHeaders, err := signer.PresignHTTP(context.Background(), credentials, r, UnsignedPayload, "s3", "eu-west-1", sdkNow)
		if err != nil {
			t.Fatal(err)
		}
		ours := s.Presign("PUT", &u, headers, sdkNow, 899*time.Second)
		if got, want := parameters(t, ours), parameters(t, theirs); got != want {
			t.Fatalf("%s:\n got %s\nwant %s", path, got, want)
		}
		for _, signedURL := range []string{ours, theirs} {
			got := presignedRequest(t, "PUT", signedURL, signedHeaders, []byte("any body"))
			if _, err := v.VerifyPresigned(got, sdkNow); err != nil {
				t.Fatalf("%s: %v", signedURL, err)
			}
		}
	}
}

// parameters returns the signature's part of a URL in one order.
func parameters(t *testing.T, signedURL string) string {
	t.Helper()
	u, err := url.Parse(signedURL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Del("x-id") // the SDK's own mark
	return query.Encode()
}
