package upload

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRoom: the files of jobs that were not started and those being received keep to the limit
// together.
func TestRoom(t *testing.T) {
	f := newFixture(t)
	broken := error(nil)
	waiting := func(context.Context) (int64, error) { return f.jobs.job.Upload.Size, broken }
	f.disk.Limit(Room{Bytes: 100, Waiting: waiting})
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
	give, err := f.disk.reserve(t.Context(), 40)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.disk.reserve(t.Context(), 1); !errors.Is(err, ErrNoRoom) {
		t.Errorf("beside what is being received: %v", err)
	}
	give()
	give()
	if _, err := f.disk.reserve(t.Context(), -1); !errors.Is(err, ErrNoRoom) {
		t.Errorf("of unknown size, which may be the largest: %v", err)
	}
	broken = errors.New("no database")
	if _, err := f.disk.reserve(t.Context(), 1); !errors.Is(err, broken) {
		t.Errorf("where it is not known what waits: %v", err)
	}
	broken = nil
	if response, text := f.put("PUT", f.url(time.Now()), strings.NewReader(strings.Repeat("x", 40)), kms); response.StatusCode != 200 {
		t.Errorf("what fits: %s %s", response.Status, text)
	}
}

// TestFloor: uploads leave the configured space free, but no more than a twentieth of the file
// system, to the byte. Files that are being received count as stored.
func TestFloor(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct{ kept, size, free, fits int64 }{
		"the default on a large disk": {gib, 100 * gib, 3 * gib, 2 * gib},
		"the default on a small disk": {gib, 10 * gib, 3 * gib, 3*gib - gib/2},
		"less than is kept":           {gib, 100 * gib, gib - 1, -1},
		"just what is kept":           {gib, 100 * gib, gib, 0},
		"a full disk":                 {gib, 100 * gib, 0, -1},
		"nothing is kept on any disk": {0, gib, 0, 1 << 60},
		"a disk of twenty bytes":      {gib, 20, 20, 19},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.disk.Limit(Room{Free: c.kept})
			f.disk.room.space = func() (free, size int64, err error) { return c.free, c.size, nil }
			if _, err := f.disk.reserve(t.Context(), c.fits+1); !errors.Is(err, ErrNoRoom) && c.kept > 0 {
				t.Errorf("%d bytes: %v", c.fits+1, err)
			}
			if c.fits < 0 {
				return
			}
			give, err := f.disk.reserve(t.Context(), c.fits)
			if err != nil {
				t.Fatalf("%d bytes: %v", c.fits, err)
			}
			if _, err := f.disk.reserve(t.Context(), 1); !errors.Is(err, ErrNoRoom) && c.kept > 0 {
				t.Errorf("beside what is being received: %v", err)
			}
			give()
			if _, err := f.disk.reserve(t.Context(), c.fits); err != nil {
				t.Errorf("when that was received: %v", err)
			}
		})
	}
	broken := newFixture(t)
	broken.disk.Limit(Room{Free: 1})
	broken.disk.room.space = spaceOf("/nowhere/at/all")
	if _, err := broken.disk.reserve(t.Context(), 1); err == nil || errors.Is(err, ErrNoRoom) {
		t.Errorf("where the free space is not known: %v", err)
	}
	if free, size, err := spaceOf(t.TempDir())(); err != nil || free < 0 || size <= 0 || free > size {
		t.Errorf("of a directory: %d of %d bytes, %v", free, size, err)
	}
}
