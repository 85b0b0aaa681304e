package scratch

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func start(t *testing.T) *S3 {
	t.Helper()
	s, err := StartS3(t.Context(), t.TempDir())
	if errors.Is(err, ErrNotBuilt) {
		Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestS3(t *testing.T) {
	s := start(t)
	other := start(t)
	if s.Endpoint == other.Endpoint || s.AccessKey == other.AccessKey || s.Secret == other.Secret {
		t.Errorf("two servers share something: %+v, %+v", s, other)
	}
	if err := errors.Join(other.Close(), other.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if err := s.CreateBucket("people"); err != nil {
		t.Error(err)
	}
	if err := s.CreateBucket("people"); err == nil {
		t.Error("a bucket was made twice")
	}
	response, err := http.Get(s.Endpoint + "/people")
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("without a signature: %s, %v", response.Status, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(s.Endpoint, "http://")
	if c, err := net.Dial("tcp", address); err == nil {
		t.Errorf("after Close somebody answers at %s", c.RemoteAddr())
	}
}

func TestS3WithoutItsProgram(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("PATH", t.TempDir()) // no go command
	if s, err := StartS3(t.Context(), t.TempDir()); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestS3ThatCannotStart(t *testing.T) {
	s := start(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := StartS3(t.Context(), file); err == nil {
		t.Errorf("in a file for a directory: %+v", s)
	}
	// The error of a server that ends at once contains the reason.
	ended := &S3{Region: "us-east-1", buckets: file, logPath: filepath.Join(t.TempDir(), "log")}
	program, err := s3Program(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := ended.start(t.Context(), program, t.TempDir()); err == nil || !strings.Contains(err.Error(), "it has ended\n") || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("its directory is a file: %v", err)
	}
}
