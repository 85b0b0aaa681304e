package upload

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"poolhouse/internal/importjob"
)

func TestS3FilesThatAreGone(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	file := filepath.Join(b.dir, "imports", account, poolID, jobID)
	removed := func() error { return b.Remove(t.Context(), testKey) }
	cases := []struct {
		name   string
		size   int
		change func() error
		want   importjob.FileGone
	}{
		{"removed", 1000, removed, importjob.FileMissing},
		{"an empty one removed", 0, removed, importjob.FileMissing},
		{"overwritten", 1000, func() error { b.upload(testKey, randomBytes(1001)[1:]); return nil }, importjob.FileChanged},
		{"overwritten by less", 1000, func() error { b.upload(testKey, randomBytes(10)); return nil }, importjob.FileChanged},
		{"an empty one overwritten", 0, func() error { b.upload(testKey, randomBytes(1)); return nil }, importjob.FileChanged},
		// As on a server that lost a part of its disk: the ETag is unchanged.
		{"cut short", 1000, func() error { return os.Truncate(file, 150) }, importjob.FileTruncated},
		{"cut to nothing", 1000, func() error { return os.Truncate(file, 0) }, importjob.FileTruncated},
		{"made longer", 1000, func() error { return os.Truncate(file, 1001) }, importjob.FileChanged},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := randomBytes(c.size)
			u := b.upload(testKey, content)
			reader, err := b.Open(t.Context(), u, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			if err := c.change(); err != nil {
				t.Fatal(err)
			}
			// The bytes in memory are still of the old file; then the change is detected.
			if got, err := io.ReadAll(reader); c.size > 0 && (!errors.Is(err, c.want) || !bytes.Equal(got, content[:100])) {
				t.Errorf("a reader from before: %d bytes, %v", len(got), err)
			}
			for _, offset := range []int64{0, 100, 900} {
				if offset > u.Size {
					continue
				}
				if r, err := b.Open(t.Context(), u, offset); !errors.Is(err, c.want) {
					t.Errorf("from %d: %v, %v", offset, r, err)
				}
			}
		})
	}
	if _, err := b.Open(t.Context(), importjob.Upload{}, 0); !errors.Is(err, importjob.FileMissing) {
		t.Errorf("no upload: %v", err)
	}
}
