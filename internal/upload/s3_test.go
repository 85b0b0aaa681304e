package upload

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"poolhouse/internal/importjob"
)

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
	missing := answers(t, refusing(http.StatusNotFound, codeNoSuchKey))
	if err := missing.Remove(t.Context(), testKey); err != nil {
		t.Errorf("a server that says what was not there: %v", err)
	}
	for code, want := range map[string]string{
		"AccessDenied":                 "do not allow s3:ListBucket",
		"AuthorizationHeaderMalformed": "in another region",
		"Other":                        "it cannot be used",
	} {
		s := answers(t, refusing(http.StatusForbidden, code))
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
