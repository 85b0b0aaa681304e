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

// Refusal says that a place for files does not take one.
type Refusal struct {
	Code    string // S3's word for it, "" where there is none
	Message string // a sentence for people
}

func (r *Refusal) Error() string { return "upload: refused: " + r.Code + ": " + r.Message }

// Said returns the sentence for people.
func (r *Refusal) Said() string { return r.Message }

// newPut returns the request by which a client uploads to a pre-signed URL.
func newPut(ctx context.Context, to string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, to, body)
	if err == nil {
		r.Header.Set(encryption, encryptionValue)
	}
	return r, err
}

// Put stores what body holds as the file to which a pre-signed URL belongs, in the
// way of a request to that URL. from is the request by which it came, whose address and
// user agent are on record. How long body may bring nothing is its own to say. A
// [*Refusal] says why a file is not taken; any other error is body's or ours.
func (h *Handler) Put(from *http.Request, to string, body io.Reader) error {
	r, err := newPut(from.Context(), to, nil)
	if err != nil {
		return err
	}
	watched := &watchedReader{src: body}
	key, u, fail := h.receive(r, from, uuid.NewString(), watched)
	if watched.err != nil {
		return fmt.Errorf("upload: the file broke off: %w", watched.err)
	}
	if fail != nil {
		h.Log.Info("upload refused", "pool", key.PoolID, "job", key.JobID, "code", fail.Code, "status", fail.status)
		return refusalFrom(fail.Code, fail.Message, fail.status)
	}
	h.Log.Info("upload received", "pool", key.PoolID, "job", key.JobID, "bytes", u.Size)
	return nil
}

// watchedReader remembers the error that ended it.
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

// refusalFrom returns the error of an answer in S3's form.
func refusalFrom(code, message string, status int) error {
	if status >= http.StatusInternalServerError && code != codeSlowDown || message == "" {
		return fmt.Errorf("upload: the file was not stored: %d %s %s", status, code, message)
	}
	return &Refusal{code, message}
}

// Relay puts files into a bucket for browsers that may not do that themselves. A PUT
// says how long its body is, which a form does not: a file is on disk in between.
type Relay struct {
	// Dir is a directory for files on their way. Nothing is left there, also after a
	// crash.
	Dir      string
	MaxBytes int64 // of a file
}

// putLimit is how long a bucket may take over a file.
const putLimit = 10 * time.Minute

// Put stores what body holds as the object to which a pre-signed URL belongs. Errors
// are as those of [Handler.Put].
func (l *Relay) Put(from *http.Request, to string, body io.Reader) (err error) {
	file, err := temporaryFile(l.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size, err := io.Copy(file, io.LimitReader(body, l.MaxBytes+1))
	if err != nil {
		return fmt.Errorf("upload: the file broke off: %w", err)
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
		return fmt.Errorf("upload: the bucket did not take a file: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	const longest = 64 << 10
	var said s3Error
	text, _ := io.ReadAll(io.LimitReader(answer.Body, longest)) // what is missing is no XML
	if xml.Unmarshal(text, &said) != nil {
		said = s3Error{}
	}
	return refusalFrom(said.Code, said.Message, answer.StatusCode)
}
