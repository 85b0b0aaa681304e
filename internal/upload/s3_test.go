package upload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"poolhouse/internal/importjob"
	"poolhouse/internal/scratch"
)

const account = "000000000000"

var testKey = importjob.Key{PoolID: poolID, JobID: jobID}

// shared is the S3 server of all the tests; each test has a bucket of its own.
var shared struct {
	once   sync.Once
	server *scratch.S3
	dir    string
	err    error
}

func startShared() {
	if shared.dir, shared.err = os.MkdirTemp("", "poolhouse-s3-"); shared.err == nil {
		shared.server, shared.err = scratch.StartS3(context.Background(), shared.dir)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "ending the S3 server:", err)
			code = 1
		}
	}
	if shared.dir != "" {
		if err := os.RemoveAll(shared.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// s3Server returns the server. If it cannot be built, the test is skipped, except in CI.
func s3Server(t *testing.T) *scratch.S3 {
	t.Helper()
	shared.once.Do(startShared)
	err := shared.err
	switch {
	case errors.Is(err, scratch.ErrNotBuilt) && os.Getenv("CI") != "true":
		fmt.Printf("SKIPPED: %s, because versitygw cannot be built here\n", t.Name())
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return shared.server
}

// bucket is a new bucket with its store.
type bucket struct {
	t *testing.T
	*S3
	dir string // where the server stores its objects
}

func newBucket(t *testing.T) *bucket {
	t.Helper()
	server := s3Server(t)
	name := fmt.Sprintf("b%d", time.Now().UnixNano())
	if err := server.CreateBucket(name); err != nil {
		t.Fatal(err)
	}
	return &bucket{t, openS3(t, name+"/imports", server.Endpoint), filepath.Join(shared.dir, "buckets", name)}
}

// openS3 opens a bucket of the server, or of a proxy before it.
func openS3(t *testing.T, bucketAndPrefix, endpoint string) *S3 {
	t.Helper()
	provider := credentials.NewStaticCredentialsProvider("AKID", "secret", "")
	if s := shared.server; s != nil {
		provider = credentials.NewStaticCredentialsProvider(s.AccessKey, s.Secret, "")
	}
	location, err := ParseS3Location("s3://" + bucketAndPrefix + "?endpoint=" + url.QueryEscape(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenS3(t.Context(), location, provider, account)
	if err != nil {
		t.Fatal(err)
	}
	s.pause = time.Millisecond
	return s
}

func (b *bucket) url(key importjob.Key, at time.Time) string {
	b.t.Helper()
	u, err := b.URL(key.PoolID, key.JobID, at)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// upload puts content as the job's file, as a client does, and returns the result of Find.
func (b *bucket) upload(key importjob.Key, content []byte) importjob.Upload {
	b.t.Helper()
	if status, text := send(b.t, http.MethodPut, b.url(key, time.Now()), content, kms); status != http.StatusOK {
		b.t.Fatalf("PUT: %d %s\n%s", status, text, shared.server.Log())
	}
	u, err := b.Find(b.t.Context(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

func send(t *testing.T, method, url string, body []byte, header http.Header) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	response, err := http.DefaultClient.Do(request)
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

func TestS3Names(t *testing.T) {
	s := openS3(t, "people", "http://127.0.0.1:1")
	for _, part := range []string{"", ".", "..", ".a", "a/b", `a\b`, "../a"} {
		_, err := s.URL(part, jobID, time.Now())
		_, errJob := s.URL(poolID, part, time.Now())
		_, errFind := s.Find(t.Context(), importjob.Key{PoolID: poolID, JobID: part})
		errRemove := s.Remove(t.Context(), importjob.Key{PoolID: part, JobID: jobID})
		for _, err := range []error{err, errJob, errFind, errRemove} {
			if err == nil || !strings.Contains(err.Error(), "cannot be part of an object's key") {
				t.Errorf("%q: %v", part, err)
			}
		}
		if _, err := OpenS3(t.Context(), s.location, s.credentials, part); err == nil {
			t.Errorf("the account %q is accepted", part)
		}
	}
}

func TestS3Find(t *testing.T) {
	b := newBucket(t)
	if u, err := b.Find(t.Context(), testKey); u != (importjob.Upload{}) || err != nil {
		t.Errorf("before: %+v, %v", u, err)
	}
	u := b.upload(testKey, []byte("content"))
	want := importjob.Upload{Name: "imports/" + account + "/" + poolID + "/" + jobID, Size: 7, ETag: "9a0364b9e99bb480dd25e1f0284c8555"}
	if u != want {
		t.Errorf("Find = %+v, want %+v", u, want)
	}
	// A missing bucket must not be taken for a missing file.
	unknown, err := OpenS3(t.Context(), b.location, credentials.NewStaticCredentialsProvider("AKID", "secret", ""), account)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*S3{"an unknown key": unknown, "a missing bucket": openS3(t, "missing", shared.server.Endpoint)} {
		if found, err := s.Find(t.Context(), testKey); err == nil {
			t.Errorf("%s: %+v", name, found)
		}
		if _, err := s.Open(t.Context(), u, 0); err == nil || isFileGone(err) {
			t.Errorf("%s: Open: %v", name, err)
		}
		if err := s.Remove(t.Context(), testKey); err == nil {
			t.Errorf("%s: Remove says nothing", name)
		}
	}
}

func TestS3Remove(t *testing.T) {
	b := newBucket(t)
	other := importjob.Key{PoolID: poolID, JobID: jobID + "a"} // has the job's key as a prefix
	neighbour := importjob.Key{PoolID: poolID + "a", JobID: jobID}
	for _, key := range []importjob.Key{testKey, other, neighbour} {
		b.upload(key, []byte("content"))
	}
	exists := func(want bool, keys ...importjob.Key) {
		t.Helper()
		for _, key := range keys {
			if u, err := b.Find(t.Context(), key); err != nil || (u.Size > 0) != want {
				t.Errorf("%v: %+v, %v; want one: %v", key, u, err, want)
			}
		}
	}
	for range 2 { // the second time there is no file
		if err := b.Remove(t.Context(), testKey); err != nil {
			t.Fatal(err)
		}
	}
	exists(false, testKey)
	exists(true, other, neighbour)
	if err := b.Remove(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	exists(false, other)
	exists(true, neighbour)
	left, err := filepath.Glob(filepath.Join(b.dir, "imports", account, poolID, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestS3Check(t *testing.T) {
	b := newBucket(t)
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := openS3(t, "missing", shared.server.Endpoint).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no such bucket") {
		t.Errorf("a bucket that is not there: %v", err)
	}
	if err := openS3(t, "people", "http://127.0.0.1:1").Check(t.Context()); err == nil || !strings.Contains(err.Error(), "it cannot be reached") {
		t.Errorf("no server: %v", err)
	}
	for accessKey, want := range map[string]string{
		shared.server.AccessKey: "the credentials are wrong",
		"AKID":                  "access key", // not AWS's code for it
	} {
		s, err := OpenS3(t.Context(), b.location, credentials.NewStaticCredentialsProvider(accessKey, "secret", ""), account)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wrong credentials: %v, want %s", err, want)
		}
	}
}

// TestS3OtherServers tries answers that versitygw does not give.
func TestS3OtherServers(t *testing.T) {
	describe := func(etag string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead && etag != "" {
				http.NotFound(w, r) // it is uploaded between the HEAD and the GET
				return
			}
			if etag != "" {
				w.Header().Set("ETag", etag)
			}
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, tenDigits) // the client may have disconnected
		}
	}
	found, err := answers(t, describe(`"abc-2"`)).Find(t.Context(), testKey)
	if err != nil || found.Size != 10 || found.ETag != "abc-2" {
		t.Errorf("a file that has just come: %+v, %v", found, err)
	}
	if found, err := answers(t, describe("")).Find(t.Context(), testKey); err == nil || !strings.Contains(err.Error(), "does not tell size and ETag") {
		t.Errorf("a file without an ETag: %+v, %v", found, err)
	}
	missing := answers(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, codeNoSuchKey) })
	if err := missing.Remove(t.Context(), testKey); err != nil {
		t.Errorf("a server that says what was not there: %v", err)
	}
	for code, want := range map[string]string{
		"AccessDenied":                 "do not allow s3:ListBucket",
		"AuthorizationHeaderMalformed": "in another region",
		"Other":                        "it cannot be used",
	} {
		s := answers(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, code) })
		if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", code, err)
		}
		if err := s.Remove(t.Context(), testKey); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: Remove: %v", code, err)
		}
	}
}

func TestS3WithoutCredentials(t *testing.T) {
	none := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("none are set")
	})
	if _, err := OpenS3(t.Context(), S3Location{Bucket: "people", Region: "us-east-1"}, none, account); err == nil ||
		!strings.Contains(err.Error(), "there are no credentials for s3://people?") {
		t.Error(err)
	}
}
