package upload

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/importjob"
	"poolhouse/internal/platform"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/userpool"
)

// Jobs is the store that receiving a file needs.
type Jobs interface {
	Job(ctx context.Context, key importjob.Key) (*importjob.Job, error)
	UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error)
}

// Uploads attaches files to uploads that no import job owns yet. It returns a ResourceNotFound
// error for an unknown upload; the file is then a job's.
type Uploads interface {
	// MayAttach returns the error that Attach would return now.
	MayAttach(ctx context.Context, key importjob.Key) error
	// Attach attaches a file, and returns the one that it replaces.
	Attach(ctx context.Context, key importjob.Key, u importjob.Upload) (replaced importjob.Upload, err error)
}

// Handler receives uploads: PUT /BUCKET/ACCOUNT/POOL/JOB with a pre-signed query, also from pages
// of any origin. Its answers have S3's form.
type Handler struct {
	Issuer *Issuer
	Disk   *Disk
	Jobs   Jobs
	// Uploads may be nil: then all files are of jobs.
	Uploads Uploads
	// Idle is how long a client may send nothing before the connection is closed.
	Idle time.Duration
	Log  *slog.Logger
	// Address returns the IP address of a request's client, for the log; it may be nil.
	Address func(*http.Request) string
	// Uploaded is called for each received file, with the file that it replaced; that one's name is
	// "" if there is none. from is the request that brought the file. Uploaded may be nil.
	Uploaded func(from *http.Request, key importjob.Key, requestID string, u, replaced importjob.Upload)

	// Observer may be nil.
	Observer Observer

	underway sync.Map // keys of the jobs whose files are being received
}

// The names, in the audit, of an upload and of the reading of its file by an import job.
const (
	Service       = "upload"
	Operation     = "PutUserImportFile"
	ReadOperation = "ReadUserImportFile"
)

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("x-amz-request-id", uuid.NewString())
	allowOrigins(w.Header())
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	body := &idleReader{control: http.NewResponseController(w), src: r.Body, idle: h.Idle, begun: time.Now()}
	key, upload, fail := h.receive(r, r, w.Header().Get("x-amz-request-id"), body)
	h.ended(fail, upload.Size)
	log := h.Log.With("requestId", w.Header().Get("x-amz-request-id"), "pool", key.PoolID, "job", key.JobID)
	if fail != nil {
		// The rest of the body is not read, so the connection must be closed.
		w.Header().Set("Connection", "close")
		fail.write(w)
		if fail.hint != "" {
			log = log.With("hint", fail.hint)
		}
		if fail.unverified {
			log = log.With("address", h.addressOf(r), "accessKeyId", sigv4.ClaimedKey(r))
		}
		log.Info("upload refused", "code", fail.Code, "status", fail.status)
		return
	}
	w.Header().Set("ETag", `"`+upload.ETag+`"`)
	w.Header().Set(encryption, encryptionValue)
	w.WriteHeader(http.StatusOK)
	log.Info("upload received", "bytes", upload.Size)
}

func (h *Handler) addressOf(r *http.Request) string {
	if h.Address == nil {
		return ""
	}
	return h.Address(r)
}

// receive stores the file of the request r with the given body. from is the request that brought
// the file; it may be r itself.
func (h *Handler) receive(r, from *http.Request, requestID string, body io.Reader) (key importjob.Key, u importjob.Upload, fail *s3Error) {
	if r.Method != http.MethodPut {
		return key, u, &s3Error{Code: "MethodNotAllowed", status: http.StatusMethodNotAllowed,
			Message: "The specified method is not allowed against this resource."}
	}
	key, ok := h.key(r.URL.Path)
	if fail := h.verify(r, key); fail != nil {
		fail.unverified = fail.status < http.StatusInternalServerError
		return importjob.Key{}, u, fail
	}
	if !ok {
		return key, u, &s3Error{Code: "NoSuchKey", Message: "The specified key does not exist.", status: http.StatusNotFound}
	}
	if fail := h.refuseEarly(r, key); fail != nil {
		return key, u, fail
	}
	check, fail := newBodyCheck(r)
	if fail != nil {
		return key, u, fail
	}
	if _, other := h.underway.LoadOrStore(key, true); other {
		return key, u, slowDown("Another upload for the import job is under way. Please try again when it has ended.")
	}
	defer h.underway.Delete(key)
	give, err := h.Disk.reserve(r.Context(), r.ContentLength)
	if err != nil {
		return key, u, h.readError(r, err)
	}
	defer give()
	defer h.began()()
	u, err = h.Disk.Receive(key, io.TeeReader(body, check))
	if errors.Is(err, fs.ErrNotExist) { // the removal of the job's files deleted the directory
		if fail := h.jobError(h.mayAttach(context.WithoutCancel(r.Context()), key)); fail != nil {
			return key, u, fail
		}
	}
	if err != nil {
		return key, u, h.readError(r, err)
	}
	if fail := check.fail(); fail != nil {
		return key, u, refused(fail, h.Disk.Discard(u), h.Log)
	}
	return key, u, h.attach(from, requestID, key, u)
}

// key returns the job's key from a URL's path.
func (h *Handler) key(path string) (importjob.Key, bool) {
	prefix := h.Issuer.base.Path + "/" + Bucket + "/" + h.Issuer.account + "/"
	rest, ok := strings.CutPrefix(path, prefix)
	poolID, jobID, both := strings.Cut(rest, "/")
	return importjob.Key{PoolID: poolID, JobID: jobID}, ok && both
}

// refuseEarly refuses what can be refused without the body, so that no client sends a hundred
// megabytes in vain.
func (h *Handler) refuseEarly(r *http.Request, key importjob.Key) *s3Error {
	switch {
	case strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked"):
		return &s3Error{Code: "NotImplemented", status: http.StatusNotImplemented,
			Message: "A header you provided implies functionality that is not implemented: aws-chunked."}
	case r.ContentLength > h.Disk.maxBytes:
		return h.tooLarge()
	}
	return h.jobError(h.mayAttach(r.Context(), key))
}

// mayAttach returns the error of attaching a file now, nil if it would be accepted.
func (h *Handler) mayAttach(ctx context.Context, key importjob.Key) error {
	if h.Uploads != nil {
		if err := h.Uploads.MayAttach(ctx, key); userpool.KindOf(err) != userpool.ResourceNotFound || err == nil {
			return err
		}
	}
	j, err := h.Jobs.Job(ctx, key)
	if err == nil {
		err = j.Attach(importjob.Upload{})
	}
	return err
}

func (h *Handler) tooLarge() *s3Error {
	e := badRequest("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	e.MaxSize = h.Disk.maxBytes
	return e
}

func (h *Handler) readError(r *http.Request, err error) *s3Error {
	switch {
	case errors.Is(err, ErrTooLarge):
		return h.tooLarge()
	case errors.Is(err, ErrNoRoom), platform.IsDiskFull(err):
		h.Log.Error("upload failed", "error", err)
		return slowDown("There is no room for the file now. Please reduce your request rate.")
	case errors.Is(err, io.ErrUnexpectedEOF), r.Context().Err() != nil:
		return badRequest("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
	case isTimeout(err):
		return badRequest("RequestTimeout", "Your socket connection to the server was not read from or written to within the timeout period.")
	}
	if _, ok := errors.AsType[*bodyError](err); ok {
		return badRequest("IncompleteBody", "The request's body could not be read to its end")
	}
	return h.internal(err)
}

func (h *Handler) internal(err error) *s3Error {
	h.Log.Error("upload failed", "error", err)
	return internalError()
}

// attach attaches the file to its job or upload, and removes the file that it replaces.
func (h *Handler) attach(from *http.Request, requestID string, key importjob.Key, u importjob.Upload) *s3Error {
	replaced, err := h.give(context.WithoutCancel(from.Context()), key, u)
	if err != nil {
		return refused(h.jobError(err), h.Disk.Discard(u), h.Log)
	}
	if err := h.Disk.Discard(replaced); err != nil {
		h.Log.Warn("replaced upload not removed", "error", err)
	}
	if h.Uploaded != nil {
		h.Uploaded(from, key, requestID, u, replaced)
	}
	return nil
}

// give attaches the file to the upload or the job with the key.
func (h *Handler) give(ctx context.Context, key importjob.Key, u importjob.Upload) (replaced importjob.Upload, err error) {
	if h.Uploads != nil {
		if replaced, err = h.Uploads.Attach(ctx, key, u); userpool.KindOf(err) != userpool.ResourceNotFound || err == nil {
			return replaced, err
		}
	}
	_, err = h.Jobs.UpdateJob(ctx, key, func(j *importjob.Job) error {
		replaced = j.Upload
		return j.Attach(u)
	})
	return replaced, err
}

// jobError converts a job's error to an answer.
func (h *Handler) jobError(err error) *s3Error {
	switch {
	case err == nil:
		return nil
	case userpool.KindOf(err) == userpool.PreconditionNotMet:
		return denied("The import job no longer takes a file: " + err.Error())
	case userpool.KindOf(err) == userpool.ResourceNotFound:
		return denied("Access Denied")
	}
	return h.internal(err)
}

// refused returns the refusal and logs an additional error.
func refused(fail *s3Error, err error, log *slog.Logger) *s3Error {
	if err != nil {
		log.Warn("refused upload not removed", "error", err)
	}
	return fail
}

// The deadline of an upload: uploadTime, plus one second for each uploadRate bytes received. So the
// largest file has a deadline too.
const (
	uploadTime = time.Minute
	uploadRate = 32 << 10
)

// idleReader closes the connection of a client that sends nothing for a while, or sends too slowly.
type idleReader struct {
	control *http.ResponseController
	src     io.Reader
	idle    time.Duration
	begun   time.Time
	got     int64 // bytes received
}

func (r *idleReader) Read(p []byte) (int, error) {
	by := time.Now().Add(r.idle)
	if all := r.begun.Add(uploadTime + time.Duration(r.got/uploadRate)*time.Second); all.Before(by) {
		by = all
	}
	if err := r.control.SetReadDeadline(by); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := r.src.Read(p)
	r.got += int64(n)
	if err != nil && err != io.EOF {
		err = &bodyError{err}
	}
	return n, err
}

// bodyError means that the client is the reason why a body cannot be read.
type bodyError struct{ error }

func (e *bodyError) Unwrap() error { return e.error }

func isTimeout(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && t.Timeout()
}

// bodyCheck compares a body with the digests in its request.
type bodyCheck struct {
	io.Writer
	fail func() *s3Error
}

func newBodyCheck(r *http.Request) (*bodyCheck, *s3Error) {
	sent := r.Header.Get("Content-Md5")
	if sent == "" {
		return &bodyCheck{io.Discard, func() *s3Error { return nil }}, nil
	}
	want, err := base64.StdEncoding.DecodeString(sent)
	if err != nil || len(want) != md5.Size {
		return nil, badRequest("InvalidDigest", "The Content-MD5 you specified was invalid.")
	}
	sum := md5.New()
	return &bodyCheck{sum, func() *s3Error {
		if hex.EncodeToString(sum.Sum(nil)) != hex.EncodeToString(want) {
			return badRequest("BadDigest", "The Content-MD5 you specified did not match what we received.")
		}
		return nil
	}}, nil
}
