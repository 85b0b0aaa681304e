package upload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// writer is the common interface of both kinds of stores.
type writer interface {
	Write(ctx context.Context, key importjob.Key, most int64, write func(io.Writer) error) (importjob.Upload, error)
	Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error)
}

// pieces returns a function that writes a text in small pieces, and then returns an error.
func pieces(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		for piece := range strings.SplitSeq(text, " ") {
			if _, err := io.WriteString(w, piece+" "); err != nil {
				return err
			}
		}
		return err
	}
}

// testWrite checks that a file is complete or absent.
func testWrite(t *testing.T, files writer, isThere func() bool) {
	t.Helper()
	text := strings.Repeat("a few words ", 20_000)
	broken := errors.New("broken")
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		most int64
		err  error // the error at the end of writing
		is   func(error) bool
	}{
		"too large": {t.Context(), int64(len(text)), nil, func(err error) bool { return userpool.KindOf(err) == userpool.LimitExceeded }},
		"an error":  {t.Context(), 1 << 20, broken, func(err error) bool { return errors.Is(err, broken) }},
		"ended":     {done, 1 << 20, nil, func(err error) bool { return errors.Is(err, context.Canceled) }},
	} {
		if _, err := files.Write(c.ctx, testKey, c.most, pieces(text, c.err)); !c.is(err) || isThere() {
			t.Errorf("%s: %v, and a file is there: %t", name, err, isThere())
		}
	}
	want := text + " "
	u, err := files.Write(t.Context(), testKey, int64(len(want)), pieces(text, nil))
	if err != nil {
		t.Fatal(err)
	}
	file, err := files.Open(t.Context(), u, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := io.ReadAll(file)
	digest := sha256.Sum256([]byte(want))
	if err != nil || string(got) != want || u.Size != int64(len(want)) || u.SHA256 != hex.EncodeToString(digest[:]) || u.ETag == "" {
		t.Errorf("%+v has %d bytes, %v", u, len(got), err)
	}
}

// TestDiskWrite: the server's own file is on disk completely or not at all.
func TestDiskWrite(t *testing.T) {
	f := newFixture(t)
	testWrite(t, f.disk, func() bool {
		there := false
		err := fs.WalkDir(f.disk.root.FS(), ".", func(_ string, d fs.DirEntry, err error) error {
			there = there || err == nil && !d.IsDir()
			return err
		})
		return there || err != nil
	})
}

// TestBucketWrite: the same in a bucket; Find returns the file like one that a client uploaded.
func TestBucketWrite(t *testing.T) {
	b := newBucket(t)
	b.Dir = t.TempDir()
	find := func() importjob.Upload {
		u, err := b.Find(t.Context(), testKey)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	testWrite(t, b, func() bool { return find().Name != "" })
	u, err := b.Write(t.Context(), testKey, 100, pieces("another file", nil))
	if err != nil {
		t.Fatal(err)
	}
	if found := find(); found.ETag != u.ETag || found.Size != u.Size || found.Name != u.Name {
		t.Errorf("%+v is found, %+v was written", found, u)
	}
}

// TestDiskWriteNeedsRoom: a file of the server has no more right to room than others, and reserves
// as much as it may need.
func TestDiskWriteNeedsRoom(t *testing.T) {
	f := newFixture(t)
	f.disk.Limit(Room{Bytes: 1000, Waiting: func(context.Context) (int64, error) { return 300, nil }})
	if _, err := f.disk.Write(t.Context(), testKey, 701, pieces("a", nil)); userpool.KindOf(err) != userpool.LimitExceeded {
		t.Errorf("without room: %v", err)
	}
	_, err := f.disk.Write(t.Context(), testKey, 700, func(io.Writer) error {
		if _, err := f.disk.reserve(t.Context(), 1); !errors.Is(err, ErrNoRoom) {
			t.Errorf("beside another file: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if f.disk.room.reserved != 0 {
		t.Errorf("%d bytes are still taken", f.disk.room.reserved)
	}
}
