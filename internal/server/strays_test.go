package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestUploadOfDeletedPool: an upload is refused with 403 if its pool is deleted during the upload
// or before it. After a restart of the server nothing is left of these uploads.
func TestUploadOfDeletedPool(t *testing.T) {
	var log bytes.Buffer
	s := listening(t, &log)
	cfg := s.cfg
	url := uploadURL(t, s)
	stop := runUntil(t, s)
	put := func(body io.Reader) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if status := put(strings.NewReader("first")); status != 200 {
		t.Fatalf("a good upload: %d", status)
	}
	body, in := io.Pipe()
	held := make(chan int, 1)
	go func() { held <- put(body) }()
	if _, err := in.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the upload to begin", func() bool { return count(t, filepath.Join(cfg.Data, "uploads", "incoming")) == 1 })
	if err := s.store.DeletePool(t.Context(), "us-east-1_AbCdEfGhI", func(*userpool.UserPool, bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-held; status != 403 {
		t.Errorf("an upload whose pool was deleted meanwhile: %d", status)
	}
	if status := put(strings.NewReader("late")); status != 403 {
		t.Errorf("an upload whose pool is gone: %d", status)
	}
	stop()
	// A file that an upload leaves if it arrives after the deletion has looked for files.
	stray := filepath.Join(cfg.Data, "uploads", "us-east-1_AbCdEfGhI", "import-0123456789", "left")
	if err := errors.Join(os.MkdirAll(filepath.Dir(stray), 0o700), os.WriteFile(stray, []byte("zoe@example.com"), 0o600)); err != nil {
		t.Fatal(err)
	}
	again := mustOpen(t, cfg)
	stop = runUntil(t, again)
	eventually(t, "the removal of what was left", func() bool { return count(t, filepath.Join(cfg.Data, "uploads")) == 1 }) // incoming
	stop()
}

// TestUploadsOfLivePoolsStay: the start of a server removes no uploads of existing pools.
func TestUploadsOfLivePoolsStay(t *testing.T) {
	s := listening(t, io.Discard)
	_ = uploadURL(t, s)
	key := importjob.Key{PoolID: "us-east-1_AbCdEfGhI", JobID: "import-0123456789"}
	if _, err := s.disk.Receive(key, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.files.RemoveStrays(t.Context(), s.poolExists); err != nil {
		t.Fatal(err)
	}
	if n := count(t, filepath.Join(s.cfg.Data, "uploads", key.PoolID, key.JobID)); n != 1 {
		t.Errorf("%d files are left", n)
	}
	end(t, s)
}

// count returns the number of entries of a directory, 0 if it does not exist.
func count(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return len(entries)
}
