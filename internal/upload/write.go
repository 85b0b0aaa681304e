package upload

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/uuid"

	"poolhouse/internal/importjob"
	"poolhouse/internal/platform"
	"poolhouse/internal/userpool"
)

// counted forwards writes, counts the bytes and computes their digest. It returns [ErrTooLarge] for
// more bytes than allowed.
type counted struct {
	dst        io.Writer
	size, most int64
	sum        hash.Hash
}

func newCounted(dst io.Writer, most int64) *counted {
	return &counted{dst: dst, most: most, sum: sha256.New()}
}

func (c *counted) Write(p []byte) (int, error) {
	if c.size+int64(len(p)) > c.most {
		return 0, ErrTooLarge
	}
	n, err := c.dst.Write(p)
	c.size += int64(n)
	c.sum.Write(p[:n])
	return n, err
}

func (c *counted) digest() string { return hex.EncodeToString(c.sum.Sum(nil)) }

// Write stores what write writes, at most most bytes, as the file of a job. The file is complete
// and durable, or absent. It returns LimitExceeded if the file would be larger or there is no room
// for it, write's own error, or an error of the file system. It reserves room for most bytes until
// the file is stored.
func (d *Disk) Write(ctx context.Context, key importjob.Key, most int64, write func(io.Writer) error) (importjob.Upload, error) {
	give, err := d.reserve(ctx, most)
	if err != nil {
		return importjob.Upload{}, refusal(err, most)
	}
	defer give()
	u, err := d.store(key, most, buffered(ctx, write))
	return u, refusal(err, most)
}

// Write stores what write writes, at most most bytes, as the object of a job. The object is
// complete or absent. Before the upload, it is on disk in a file without a name. It returns
// LimitExceeded if the file would be larger or the disk has no room, write's own error, or an error
// of the bucket.
func (s *S3) Write(ctx context.Context, key importjob.Key, most int64, write func(io.Writer) error) (u importjob.Upload, err error) {
	name, err := s.objectKey(key.PoolID, key.JobID)
	if err != nil {
		return u, err
	}
	file, err := temporaryFile(s.Dir)
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	counted := newCounted(file, most)
	if err := buffered(ctx, write)(counted); err != nil {
		return u, refusal(err, most)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return u, err
	}
	etag, err := s.put(ctx, name, file, counted.size)
	return importjob.Upload{Name: name, Size: counted.size, ETag: etag, SHA256: counted.digest()}, err
}

// put stores an object as clients must, and returns its ETag.
func (s *S3) put(ctx context.Context, name string, body io.ReadSeeker, size int64) (etag string, err error) {
	ctx, cancel := context.WithTimeout(ctx, putLimit)
	defer cancel()
	put, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.location.Bucket, Key: &name, Body: body, ContentLength: &size, ServerSideEncryption: types.ServerSideEncryptionAwsKms,
	})
	if err != nil {
		return "", fmt.Errorf("upload: storing %s: %w", name, err)
	}
	if put.ETag == nil {
		return "", fmt.Errorf("upload: the server does not tell the ETag of %s", name)
	}
	return unquote(*put.ETag), nil
}

// buffered buffers small writes, and ends with ctx.
func buffered(ctx context.Context, write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		const size = 64 << 10
		b := bufio.NewWriterSize(untilDone(ctx, w), size)
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	}
}

// writing is a function that writes.
type writing func(p []byte) (int, error)

func (w writing) Write(p []byte) (int, error) { return w(p) }

// untilDone returns a writer that fails after the context has ended.
func untilDone(ctx context.Context, w io.Writer) io.Writer {
	return writing(func(p []byte) (int, error) {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		return w.Write(p)
	})
}

// refusal returns the API's error for a server's own file that does not fit.
func refusal(err error, most int64) error {
	switch {
	case errors.Is(err, ErrTooLarge):
		return userpool.Errorf(userpool.LimitExceeded, "The file of the import job would have more than %d bytes.", most)
	case errors.Is(err, ErrNoRoom), platform.IsDiskFull(err):
		return userpool.Errorf(userpool.LimitExceeded, "There is no room for the file of the import job now: start the jobs that wait, or try again later.")
	}
	return err
}

// temporaryFile returns a new file without a name. It is removed when it is closed, even by a
// crash. If dir is empty, it is in the system's directory.
func temporaryFile(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	root, err := os.OpenRoot(dir) // on Windows, a file that is opened otherwise cannot be removed while it is open
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name := "upload-" + uuid.NewString()
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := root.Remove(name); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
