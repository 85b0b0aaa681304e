package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestSignersThatSignLess sends calls of every service as clients that sign few headers
// make them, and as they arrive behind a proxy. The AWS SDK for Go, an independent
// implementation, signs the headers that a client signs; the others are added afterwards.
func TestSignersThatSignLess(t *testing.T) {
	together(t)
	n := sharedNode(t)
	const (
		form = "application/x-www-form-urlencoded"
		json = "application/x-amz-json-1.1"
	)
	calls := []struct{ service, target, media, body, want string }{
		{"cognito-idp", "AWSCognitoIdentityProviderService.ListUserPools", json, `{"MaxResults":1}`, `"UserPools"`},
		{"logs", "Logs_20140328.DescribeLogGroups", json, `{}`, `"logGroups"`},
		{"iam", "", form, "Action=ListRoles&Version=2010-05-08", "<ListRolesResult>"},
		{"sts", "", form, "Action=GetCallerIdentity&Version=2011-06-15", ":root</Arn>"},
	}
	clients := []struct {
		name             string
		signed, unsigned map[string]string
	}{
		// Aws\Signature\SignatureV4 of the AWS SDK for PHP 3 does not sign Content-Type and
		// User-Agent, nor, in newer versions, its own headers.
		{"PHP", map[string]string{"Aws-Sdk-Invocation-Id": "1c2d", "Aws-Sdk-Retry": "0/0//", "X-Amz-User-Agent": "aws-sdk-php/3.100.0"},
			map[string]string{"User-Agent": "aws-sdk-php/3.100.0", "Cache-Control": "no-cache"}},
		{"newer PHP", nil, map[string]string{"Aws-Sdk-Invocation-Id": "1c2d", "Aws-Sdk-Retry": "0/0//", "User-Agent": "aws-sdk-php/3.300.0",
			"X-Amz-User-Agent": "aws-sdk-php/3.300.0"}},
		// aws4fetch does not sign Content-Type and Content-Length.
		{"aws4fetch", nil, map[string]string{"User-Agent": "Cloudflare-Workers"}},
		{"Amplify", nil, map[string]string{"X-Amz-User-Agent": "aws-amplify/6.0.0", "Origin": "https://app.example.com"}},
		{"behind CloudFront", map[string]string{"X-Amz-User-Agent": "aws-sdk-js/3"}, map[string]string{"X-Amz-Cf-Id": "Kx==", "Via": "1.1 x.cloudfront.net",
			"X-Forwarded-For": "198.51.100.1", "X-Amzn-Trace-Id": "Root=1-1"}},
	}
	for _, client := range clients {
		t.Run(client.name, func(t *testing.T) {
			for _, c := range calls {
				unsigned := map[string]string{"Content-Type": c.media}
				for name, value := range client.unsigned {
					unsigned[name] = value
				}
				signed := map[string]string{}
				for name, value := range client.signed {
					signed[name] = value
				}
				if c.target != "" {
					signed["X-Amz-Target"] = c.target
				}
				status, text := n.call(t, c.service, c.body, signed, unsigned)
				if status != http.StatusOK || !strings.Contains(text, c.want) {
					t.Errorf("%s: %d %s", c.service, status, text)
				}
			}
		})
	}
	t.Run("the operation added afterwards", func(t *testing.T) {
		unsigned := map[string]string{"Content-Type": json, "X-Amz-Target": calls[0].target}
		status, text := n.call(t, "cognito-idp", calls[0].body, nil, unsigned)
		if status != http.StatusBadRequest || !strings.Contains(text, "'X-Amz-Target' must be a 'SignedHeader'") {
			t.Errorf("%d %s", status, text)
		}
	})
}

// call sends a call whose signature covers the host, the time and the signed headers.
func (n *node) call(t *testing.T, service, body string, signed, unsigned map[string]string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+"/", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range signed {
		r.Header.Set(name, value)
	}
	length := r.ContentLength
	r.ContentLength = 0 // otherwise the signer would sign it
	sum := sha256.Sum256([]byte(body))
	key := aws.Credentials{AccessKeyID: n.getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: n.getenv("AWS_SECRET_ACCESS_KEY")}
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, hex.EncodeToString(sum[:]), service, n.getenv("AWS_REGION"), time.Now()); err != nil {
		t.Fatal(err)
	}
	r.ContentLength = length
	for name, value := range unsigned {
		if _, list, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders="); strings.Contains(";"+list, ";"+strings.ToLower(name)) {
			t.Fatalf("%s is signed", name)
		}
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}
