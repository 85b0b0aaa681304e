package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/sigv4"
)

// TestUnsignedRequestsAreRefused calls an operation without a signature, with
// a wrong one, and with one from an hour ago.
func TestUnsignedRequestsAreRefused(t *testing.T) {
	together(t)
	n := sharedNode(t)
	id, secret := n.getenv("AWS_ACCESS_KEY_ID"), n.getenv("AWS_SECRET_ACCESS_KEY")
	good := sigv4.Signer{AccessKey: id, Secret: secret, Region: "us-east-1", Service: "cognito-idp"}
	signed := func(s sigv4.Signer, at time.Time) func(*http.Request, []byte) {
		return func(r *http.Request, body []byte) { s.Sign(r, body, at) }
	}
	now := time.Now()
	tests := []struct {
		name, want string
		sign       func(*http.Request, []byte)
	}{
		{"signed", "", signed(good, now)},
		{"not signed", "MissingAuthenticationTokenException", func(*http.Request, []byte) {}},
		{"another secret", "InvalidSignatureException", signed(sigv4.Signer{AccessKey: id, Secret: secret + "x", Region: "us-east-1", Service: "cognito-idp"}, now)},
		{"another key", "UnrecognizedClientException", signed(sigv4.Signer{AccessKey: "AKIAIOSFODNN7EXAMPLE", Secret: secret, Region: "us-east-1", Service: "cognito-idp"}, now)},
		{"another region", "InvalidSignatureException", signed(sigv4.Signer{AccessKey: id, Secret: secret, Region: "eu-west-1", Service: "cognito-idp"}, now)},
		{"another service", "InvalidSignatureException", signed(sigv4.Signer{AccessKey: id, Secret: secret, Region: "us-east-1", Service: "s3"}, now)},
		{"for a call of logs", "InvalidSignatureException", func(r *http.Request, body []byte) {
			r.Header.Set("X-Amz-Target", "Logs_20140328.DescribeLogGroups")
			good.Sign(r, body, now)
		}},
		{"replayed an hour later", "InvalidSignatureException", signed(good, now.Add(-time.Hour))},
		{"an hour early", "InvalidSignatureException", signed(good, now.Add(time.Hour))},
		{"another body", "InvalidSignatureException", func(r *http.Request, body []byte) { good.Sign(r, []byte(`{"MaxResults":2}`), now) }},
		{"another operation", "InvalidSignatureException", func(r *http.Request, body []byte) {
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DescribeUserPool")
			good.Sign(r, body, now)
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
		}},
		{"a session that nobody has", "UnrecognizedClientException", func(r *http.Request, body []byte) {
			r.Header.Set("X-Amz-Security-Token", "x")
			good.Sign(r, body, now)
		}},
		{"no signature in the header", "IncompleteSignatureException", func(r *http.Request, _ []byte) {
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+id)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := []byte(`{"MaxResults":1}`)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url, strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-amz-json-1.1")
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
			tt.sign(r, body)
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			data, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Type    string `json:"__type"`
				Message string `json:"message"`
			}
			if err := json.Unmarshal(data, &got); err != nil || got.Type != tt.want {
				t.Errorf("got %s %s, want %s", response.Status, data, tt.want)
			}
			if tt.want != "" && (response.StatusCode != 400 || response.Header.Get("x-amzn-ErrorType") != tt.want+":" ||
				response.Header.Get("x-amzn-ErrorMessage") != got.Message || response.Header.Get("x-amzn-RequestId") == "") {
				t.Errorf("the headers of the refusal: %s %v", response.Status, response.Header)
			}
		})
	}
}
