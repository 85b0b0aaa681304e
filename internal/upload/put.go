package upload

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// Refusal means that a file is not accepted.
type Refusal struct {
	Code    string // S3's error code, "" if there is none
	Message string // a sentence for users
}

func (r *Refusal) Error() string { return "upload: refused: " + r.Code + ": " + r.Message }

// UserMessage returns the sentence for users.
func (r *Refusal) UserMessage() string { return r.Message }

// newPut returns the request of a client that uploads to a pre-signed URL.
func newPut(ctx context.Context, to string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, to, body)
	if err == nil {
		r.Header.Set(encryption, encryptionValue)
	}
	return r, err
}

// Put stores body as the file of a pre-signed URL, like a request to that URL. from is the request
// that brought the file; its address and user agent are recorded. body itself must limit how long
// it may be silent. A [*Refusal] says why a file is not accepted; any other error is body's or the
// server's.
func (h *Handler) Put(from *http.Request, to string, body io.Reader) error {
	r, err := newPut(from.Context(), to, nil)
	if err != nil {
		return err
	}
	watched := &watchedReader{src: body}
	key, u, fail := h.receive(r, from, uuid.NewString(), watched)
	h.ended(fail, u.Size)
	if watched.err != nil {
		return fmt.Errorf("upload: the file is incomplete: %w", watched.err)
	}
	if fail != nil {
		h.Log.Info("upload refused", "pool", key.PoolID, "job", key.JobID, "code", fail.Code, "status", fail.status)
		return refusalFrom(fail.Code, fail.Message, fail.status)
	}
	h.Log.Info("upload received", "pool", key.PoolID, "job", key.JobID, "bytes", u.Size)
	return nil
}

// watchedReader stores the error that ended it.
type watchedReader struct {
	src io.Reader
	err error
}

func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// refusalFrom converts an answer in S3's form to an error.
func refusalFrom(code, message string, status int) error {
	if status >= http.StatusInternalServerError && code != codeSlowDown || message == "" {
		return fmt.Errorf("upload: the file was not stored: %d %s %s", status, code, message)
	}
	return &Refusal{code, message}
}

// Relay uploads files to a bucket for browsers that may not do so themselves. A PUT needs the
// body's length, which a form does not give; so the file is on disk in between.
type Relay struct {
	// Dir is a directory for temporary files. They are removed even after a crash.
	Dir      string
	MaxBytes int64 // of a file
}

// putLimit bounds the time of an upload to a bucket.
const putLimit = 10 * time.Minute

// Put stores body as the object of a pre-signed URL. Its errors are like those of [Handler.Put].
func (l *Relay) Put(from *http.Request, to string, body io.Reader) (err error) {
	file, err := temporaryFile(l.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size, err := io.Copy(file, io.LimitReader(body, l.MaxBytes+1))
	if err != nil {
		return fmt.Errorf("upload: the file is incomplete: %w", err)
	}
	if size > l.MaxBytes {
		return &Refusal{"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"}
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return putFile(from.Context(), to, file, size)
}

// putFile uploads a file to a pre-signed URL.
func putFile(ctx context.Context, to string, file io.Reader, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, putLimit)
	defer cancel()
	r, err := newPut(ctx, to, io.NopCloser(file))
	if err != nil {
		return err
	}
	r.ContentLength = size
	if size == 0 {
		r.Body = http.NoBody
	}
	answer, err := httpClient().Do(r)
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the URL, which is a secret
	}
	if err != nil {
		return fmt.Errorf("upload: the bucket did not accept a file: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	const longest = 64 << 10
	var said s3Error
	text, _ := io.ReadAll(io.LimitReader(answer.Body, longest)) // if it is not XML, its fields stay empty
	if xml.Unmarshal(text, &said) != nil {
		said = s3Error{}
	}
	return refusalFrom(said.Code, said.Message, answer.StatusCode)
}
