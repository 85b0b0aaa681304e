package upload

import (
	"errors"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRoom: files that are there and those that are being received may take so
// many bytes together.
func TestRoom(t *testing.T) {
	f := newFixture(t)
	f.disk.Limit(Room{Bytes: 100})
	if response, text := f.put("PUT", f.url(time.Now()), strings.NewReader(strings.Repeat("x", 60)), kms); response.StatusCode != 200 {
		t.Fatal(response.Status, text)
	}
	refused := func(why string) {
		t.Helper()
		response, text := f.put("PUT", f.url(time.Now()), strings.NewReader(strings.Repeat("x", 50)), kms)
		if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "<Code>SlowDown</Code>") || response.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s %s", why, response.Status, text)
		}
		if left := f.stored(); len(left) != 1 || f.jobs.job.Upload.Size != 60 {
			t.Errorf("%s: %v, %+v", why, left, f.jobs.job.Upload)
		}
	}
	refused("more than may be")
	give, err := f.disk.reserve(40)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.disk.reserve(1); !errors.Is(err, ErrNoRoom) {
		t.Errorf("beside what is being received: %v", err)
	}
	give()
	give()
	if _, err := f.disk.reserve(-1); !errors.Is(err, ErrNoRoom) {
		t.Errorf("of unknown size, which may be the largest: %v", err)
	}
	if response, text := f.put("PUT", f.url(time.Now()), strings.NewReader(strings.Repeat("x", 40)), kms); response.StatusCode != 200 {
		t.Errorf("what fits: %s %s", response.Status, text)
	}
	if err := os.WriteFile(filepath.Join(f.dir, incoming, "stuck"), make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if there, err := f.disk.taken(); err != nil || there != 40 {
		t.Errorf("files have %d bytes, %v", there, err)
	}
}

// TestFloor: uploads leave space free, but no more than a part of the file system.
func TestFloor(t *testing.T) {
	f := newFixture(t)
	f.disk.Limit(Room{Free: math.MaxInt64})
	if give, err := f.disk.reserve(10); err == nil { // a twentieth is free where tests run
		give()
	} else if !errors.Is(err, ErrNoRoom) {
		t.Error(err)
	}
	f.disk.Limit(Room{Free: 1})
	if _, err := f.disk.reserve(math.MaxInt64 / 2); !errors.Is(err, ErrNoRoom) {
		t.Errorf("more than the file system has: %v", err)
	}
}
