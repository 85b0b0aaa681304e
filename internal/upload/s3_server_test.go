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
	"sync"
	"testing"
	"time"

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
	if errors.Is(err, scratch.ErrNotBuilt) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
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
