package upload

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"testing/iotest"

	"poolhouse/internal/importjob"
)

// randomBytes returns n bytes in which no two places are alike.
func randomBytes(n int) []byte {
	source := rand.NewChaCha8([32]byte{1})
	content := make([]byte, n)
	_, _ = source.Read(content) // it never fails
	return content
}

// readFrom returns the result of Open and the following reads.
func readFrom(t *testing.T, s *S3, u importjob.Upload, offset int64) ([]byte, error) {
	t.Helper()
	r, err := s.Open(t.Context(), u, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestS3Open(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	for _, size := range []int{0, 1, 99, 100, 101, 200, 1050} {
		content := randomBytes(size)
		u := b.upload(testKey, content)
		for _, offset := range []int{0, 1, 50, 99, 100, 101, 199, 200, 201, size - 1, size} {
			if offset < 0 || offset > size {
				continue
			}
			got, err := readFrom(t, b.S3, u, int64(offset))
			if err != nil || !bytes.Equal(got, content[offset:]) {
				t.Errorf("%d bytes from %d: %d bytes, %v", size, offset, len(got), err)
			}
		}
		for _, offset := range []int64{-1, int64(size) + 1} {
			if _, err := b.Open(t.Context(), u, offset); err == nil || isFileGone(err) {
				t.Errorf("%d bytes from %d: %v", size, offset, err)
			}
		}
	}
}

// TestS3OpenReads checks the reader with iotest.
func TestS3OpenReads(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	content := randomBytes(1050)
	r, err := b.Open(t.Context(), b.upload(testKey, content), 7)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := iotest.TestReader(r, content[7:]); err != nil {
		t.Error(err)
	}
}

// TestS3OpenDefaults reads more than one range of the default size.
func TestS3OpenDefaults(t *testing.T) {
	b := newBucket(t)
	content := randomBytes(20 << 20)
	u := b.upload(testKey, content)
	if got, err := readFrom(t, b.S3, u, 1); err != nil || !bytes.Equal(got, content[1:]) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestS3ReadAfterClose(t *testing.T) {
	s := answers(t, holding(tenDigits))
	r, err := s.Open(t.Context(), digits(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("%d, %v", n, err)
	}
}
