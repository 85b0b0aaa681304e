package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// Putter stores files that are uploaded through the console.
type Putter interface {
	// Put stores body as the file of the upload with the pre-signed URL, as a PUT to that
	// URL does. from is the browser's request. An error with a method UserMessage() has a sentence
	// for the user about why the file is refused.
	Put(from *http.Request, url string, body io.Reader) error
}

// sendFileAction accepts a file in a form, for browsers without script, and for those that
// the bucket refuses.
func sendFileAction() action {
	return action{path: "/pools/{pool}/import-jobs/upload", of: "/pools/{pool}/import-jobs/create", act: sendFile, streams: true}
}

// Limits of a form with a file: its other fields, and its duration.
const (
	mostFields    = 40 + 2*mostColumns
	mostFieldSize = maxForm / 4
	mostSending   = 4                // parallel forms of all browsers
	sendIdle      = 30 * time.Second // between two pieces
	sendMost      = time.Hour
	sendAnswer    = 5 * time.Minute  // for the answer, after the last piece
	urlGood       = 10 * time.Minute // older pre-signed URLs are not used
	fileField     = "csv"
)

// slowBody is the body of a form with a file. It may take long, as long as data keeps
// coming.
type slowBody struct {
	io.ReadCloser
	control *http.ResponseController
	until   time.Time
}

// errSlow ends a form that takes too long.
var errSlow = errors.New("console: a form with a file took longer than an hour")

func (b *slowBody) Read(p []byte) (int, error) {
	now := time.Now()
	if now.After(b.until) {
		return 0, errSlow
	}
	for _, set := range []func() error{
		func() error { return b.control.SetReadDeadline(now.Add(sendIdle)) }, func() error { return b.control.SetWriteDeadline(now.Add(sendAnswer)) },
	} {
		if err := set(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return 0, err
		}
	}
	return b.ReadCloser.Read(p)
}

// bounded bounds how much of a request is read: [maxForm] bytes of a form. A form with a
// file may have twice the size of a file: the rest of a refused file must be read,
// otherwise the browser does not show the answer.
func (c *Console) bounded(w http.ResponseWriter, r *http.Request, a action) *http.Request {
	if !a.streams {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		return r
	}
	r = r.WithContext(r.Context()) // net/http continues with its own context
	r.Body = &slowBody{http.MaxBytesReader(w, r.Body, 2*c.MaxFile+maxForm), http.NewResponseController(w), time.Now().Add(sendMost)}
	return r
}

// errForm means that a form with a file is malformed.
var errForm = errors.New("console: the form cannot be read")

// readFields reads the fields before the file, and returns the file, or nil if there is
// none.
func readFields(form *multipart.Reader) (url.Values, *multipart.Part, error) {
	fields, size := url.Values{}, 0
	for range mostFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errForm, err)
		}
		if part.FormName() == fileField {
			return fields, part, nil
		}
		value, err := io.ReadAll(io.LimitReader(part, mostFieldSize+1))
		if err == nil && len(value) > mostFieldSize {
			err = fmt.Errorf("it may have %d bytes", mostFieldSize)
		}
		if size += len(part.FormName()) + len(value); err == nil && size > maxForm {
			err = fmt.Errorf("all fields together may have %d bytes", maxForm)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: the field %q: %w", errForm, clipped(part.FormName()), err)
		}
		fields.Add(part.FormName(), string(value))
	}
	return nil, nil, fmt.Errorf("%w: it has too many fields", errForm)
}

// typedBeside returns the fields of a form with a file, and reads the rest of the form.
func (v *visit) typedBeside() url.Values {
	form, err := v.r.MultipartReader()
	if err != nil {
		return nil
	}
	fields, _, err := readFields(form)
	if err != nil {
		return nil
	}
	v.drain()
	return fields
}

// drain reads the rest of a request: browsers show an answer only after they have sent
// everything. It stops at the first error.
func (v *visit) drain() { _, _ = io.Copy(io.Discard, v.r.Body) }

// sendFile stores a file as it arrives, and redirects to the page about it.
func sendFile(ctx context.Context, v *visit) (*page, error) {
	defer v.drain()
	select {
	case v.sending <- struct{}{}:
		defer func() { <-v.sending }()
	default:
		return v.failure(http.StatusServiceUnavailable, ""), nil
	}
	form, err := v.r.MultipartReader()
	if err != nil {
		return v.failure(http.StatusBadRequest, ""), nil
	}
	fields, csv, err := readFields(form)
	if err == nil && !isText(fields) {
		err = errText
	}
	if err != nil {
		return v.unreadable(err), nil
	}
	v.r.Form, v.r.PostForm = fields, fields
	f := v.readJobForm()
	if csv != nil {
		f.File = clip(strings.ToValidUTF8(csv.FileName(), ""), longestFile)
	}
	if csv == nil || f.File == "" {
		f.wrong(fileField, "Choose a CSV file.")
		return v.notSent(ctx, f, must(ctx, v, poolhouseapi.CreateUserImportUpload, f.upload()))
	}
	u, err := v.uploadFor(ctx, f)
	if err != nil {
		return v.notSent(ctx, f, f.refused(err))
	}
	if err := v.Files.Put(v.r, u.PreSignedUrl, csv); err != nil {
		said, ok := errors.AsType[interface {
			error
			UserMessage() string
		}](err)
		if ok {
			f.wrong(fileField, "The file was not taken: "+strings.TrimSuffix(said.UserMessage(), ".")+".")
			err = nil
		}
		return v.notSent(ctx, f, err)
	}
	f.UploadID = u.UploadId
	if v.r.Header.Get("Accept") == scriptAccepts {
		return &page{file: &file{Name: "upload.txt", Media: scriptAccepts, Body: []byte(f.UploadID)}}, nil
	}
	return v.toAddress(ctx, f)
}

// notSent shows the form again, or returns the error.
func (v *visit) notSent(ctx context.Context, f *jobForm, err error) (*page, error) {
	if err != nil {
		return nil, err
	}
	f.File = ""
	if v.r.Header.Get("Accept") == scriptAccepts {
		return &page{status: http.StatusUnprocessableEntity, file: &file{Name: "refused.txt", Media: scriptAccepts, Body: []byte(f.problems[0].Text)}}, nil
	}
	return v.jobCreatePage(ctx, f, http.StatusUnprocessableEntity)
}

// upload returns the call that creates an upload for the form's file.
func (f *jobForm) upload() *poolhouseapi.CreateUserImportUploadRequest {
	return &poolhouseapi.CreateUserImportUploadRequest{UserPoolId: f.pool, PasswordHashingAlgorithm: poolhouseapi.ImportHashAlgorithmType(f.Algorithm)}
}

// uploadFor returns an upload for a file: the form's upload if it still has no file, else a
// new one.
func (v *visit) uploadFor(ctx context.Context, f *jobForm) (*poolhouseapi.UserImportUploadType, error) {
	in := f.upload()
	if f.UploadID != "" {
		if err := must(ctx, v, poolhouseapi.CreateUserImportUpload, in); err != nil {
			return nil, err
		}
		u, err := v.uploadOf(ctx, f)
		if err != nil {
			return nil, err
		}
		if u != nil && u.IsWaiting() && u.PreSignedUrl != "" && v.Now().Sub(u.CreationDate.Time) < urlGood {
			return u.UserImportUploadType, nil
		}
	}
	out, err := do(ctx, v, poolhouseapi.CreateUserImportUpload, in)
	if err != nil {
		return nil, err
	}
	return out.UserImportUpload, nil
}
