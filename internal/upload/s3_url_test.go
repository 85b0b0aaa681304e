package upload

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

func TestS3URL(t *testing.T) {
	b := newBucket(t)
	now := time.Now()
	fresh := b.url(testKey, now)
	cases := []struct {
		name, method, url string
		header            http.Header
		status            int
	}{
		{"without the header", "PUT", fresh, http.Header{}, 403},
		{"another value", "PUT", fresh, http.Header{"X-Amz-Server-Side-Encryption": {"AES256"}}, 403},
		{"expired", "PUT", b.url(testKey, now.Add(-Life-time.Second)), kms, 403},
		{"another path", "PUT", strings.Replace(fresh, jobID, jobID+"a", 1), kms, 403},
		{"another pool", "PUT", strings.Replace(fresh, poolID, poolID+"a", 1), kms, 403},
		{"a longer life", "PUT", strings.Replace(fresh, "X-Amz-Expires=899", "X-Amz-Expires=8990", 1), kms, 403},
		{"reading", "GET", fresh, kms, 403},
		{"deleting", "DELETE", fresh, kms, 403},
		{"as it is meant", "PUT", fresh, kms, 200},
		{"again", "PUT", fresh, with("Content-Type", "text/csv"), 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if status, text := send(t, c.method, c.url, []byte("content"), c.header); status != c.status {
				t.Errorf("%d, want %d: %s", status, c.status, text)
			}
			u, err := b.Find(t.Context(), testKey)
			if stored := u.Size > 0; err != nil || stored != (c.status == 200) {
				t.Errorf("then there is %+v, %v", u, err)
			}
		})
	}
}

// TestS3URLForm checks the URL: it equals the SDK's own, including the session token.
func TestS3URLForm(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	token := strings.Repeat("to+ken/=", 60)
	cases := []struct{ location, want, token string }{
		{"s3://people/a/b?region=eu-west-1", "https://people.s3.eu-west-1.amazonaws.com/a/b/", ""},
		{"s3://people", "https://people.s3.us-east-1.amazonaws.com/", token},
		{"s3://peo.ple?region=eu-west-1", "https://s3.eu-west-1.amazonaws.com/peo.ple/", ""},
		{"s3://people?region=cn-north-1&path-style=true", "https://s3.cn-north-1.amazonaws.com.cn/people/", token},
		{"s3://people?endpoint=https://s3.example.com:443", "https://s3.example.com/people/", token},
		{"s3://people?endpoint=https://s3.example.com:9000/storage&region=x", "https://s3.example.com:9000/storage/people/", ""},
		{"s3://people/a?endpoint=https://s3.example.com&path-style=false", "https://people.s3.example.com/a/", token},
	}
	for _, c := range cases {
		location, err := ParseS3Location(c.location)
		if err != nil {
			t.Fatal(err)
		}
		s, err := OpenS3(t.Context(), location, credentials.NewStaticCredentialsProvider("AKID", "secret", c.token), account)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.URL(poolID, jobID, now)
		path := c.want + account + "/" + poolID + "/" + jobID
		if err != nil || !strings.HasPrefix(got, path+"?") {
			t.Errorf("%s: %s, %v; want %s", c.location, got, err, path)
			continue
		}
		if want := presignedBySDK(t, path, location.Region, c.token, now); got != want {
			t.Errorf("%s:\n%s\nthe SDK:\n%s", c.location, got, want)
		}
		if signed := query(t, got).Get("X-Amz-SignedHeaders"); signed != "host;x-amz-server-side-encryption" {
			t.Errorf("%s: signed headers %s", c.location, signed)
		}
	}
}

func query(t *testing.T, raw string) url.Values {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func presignedBySDK(t *testing.T, path, region, token string, now time.Time) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, path+"?X-Amz-Expires=899", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(encryption, encryptionValue)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true; o.DisableHeaderHoisting = true })
	signed, _, err := signer.PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret", SessionToken: token},
		r, "UNSIGNED-PAYLOAD", "s3", region, now)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestS3URLTooLong(t *testing.T) {
	location, err := ParseS3Location("s3://people")
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenS3(t.Context(), location, credentials.NewStaticCredentialsProvider("AKID", "secret", strings.Repeat("t", 2000)), account)
	if err != nil {
		t.Fatal(err)
	}
	if u, err := s.URL(poolID, jobID, time.Now()); u != "" || err == nil || !strings.Contains(err.Error(), "session token (this one has 2000 characters)") {
		t.Errorf("%s, %v", u, err)
	}
}
