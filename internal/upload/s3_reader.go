package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"poolhouse/internal/importjob"
)

// rangeTries is the number of consecutive GETs without a byte after which reading fails.
const rangeTries = 5

// Open returns the bytes of an upload from offset on; the end of ctx ends the reading too. The file
// is read in ranges that are held in memory, so that no connection stays open while the reader is
// busy. Each range is requested by the ETag, so that all are of one file. After a broken
// connection, reading continues at the exact byte.
//
// If the file is not the uploaded one, the error is an [importjob.FileGone]. Open reports a missing
// file; other changes are reported by Open or a later Read.
func (s *S3) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	switch {
	case u.Name == "":
		return nil, importjob.FileMissing
	case offset < 0 || offset > u.Size:
		return nil, fmt.Errorf("upload: a file of %d bytes has no offset %d", u.Size, offset)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r := &s3Reader{s3: s, ctx: ctx, cancel: cancel, upload: u, next: offset}
	var err error
	switch {
	case u.Size == 0:
		err = r.retry(r.getEmpty)
	case offset < u.Size:
		err = r.fill()
	}
	if err != nil {
		cancel(err)
		return nil, err
	}
	return r, nil
}

// s3Reader reads one upload.
type s3Reader struct {
	s3     *S3
	ctx    context.Context // ends with Open's context, and when the reader is closed
	cancel context.CancelCauseFunc
	upload importjob.Upload

	data []byte // the bytes in memory; the capacity is that of a range
	read int    // how much of data has been read
	next int64  // offset in the file after data
	err  error  // the error that ended the reading
}

// Close ends the reading, including a Read that waits for the server.
func (r *s3Reader) Close() error {
	r.cancel(os.ErrClosed)
	return nil
}

// Read implements [io.Reader].
func (r *s3Reader) Read(p []byte) (int, error) {
	if r.err == nil && r.ctx.Err() != nil {
		r.err = context.Cause(r.ctx)
	}
	if r.err == nil && r.read == len(r.data) && r.next < r.upload.Size && len(p) > 0 {
		r.err = r.fill()
	}
	switch {
	case r.err != nil:
		return 0, r.err
	case r.read == len(r.data) && r.next == r.upload.Size:
		return 0, io.EOF
	}
	n := copy(p, r.data[r.read:])
	r.read += n
	return n, nil
}

// fill reads the whole next range into memory.
func (r *s3Reader) fill() error {
	if r.data == nil {
		r.data = make([]byte, 0, min(r.s3.rangeBytes, r.upload.Size-r.next))
	}
	r.data, r.read = r.data[:0], 0
	return r.retry(r.getRest)
}

// retry calls get until it succeeds, fails permanently, or has brought nothing for too often in a
// row.
func (r *s3Reader) retry(get getFunc) error {
	pause := r.s3.pause
	for failures := 0; ; {
		before := r.next
		err := r.guarded(get)
		switch {
		case err == nil:
			return nil
		case r.ctx.Err() != nil:
			return context.Cause(r.ctx)
		case lasting(err):
			return err
		case r.next > before:
			failures, pause = 0, r.s3.pause
		}
		if failures++; failures == rangeTries {
			return fmt.Errorf("upload: reading %s broke off at byte %d, for %d times in a row: %w", r.upload.Name, r.next, rangeTries, err)
		}
		select {
		case <-r.ctx.Done():
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// getFunc gets data from the server and calls alive whenever a part of it has arrived.
type getFunc func(ctx context.Context, alive func()) error

// errSilent means that the server sent nothing for too long.
var errSilent = errors.New("upload: the S3 server sends nothing")

// guarded calls get with a context that ends when nothing arrives for a while.
func (r *s3Reader) guarded(get getFunc) error {
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	watch := time.AfterFunc(r.s3.idle, func() { cancel(errSilent) })
	defer watch.Stop()
	err := get(ctx, func() { watch.Reset(r.s3.idle) })
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}
