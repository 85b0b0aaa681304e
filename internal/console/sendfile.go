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

// Putter stores files that come through the console.
type Putter interface {
	// Put stores what body holds as the file of the upload that has the pre-signed
	// URL, as a PUT to it does. from is the browser's request. An error that has Said()
	// tells people in a sentence why the file is not taken.
	Put(from *http.Request, url string, body io.Reader) error
}

// sendFileAction takes a file in a form, of a browser that has no script or may not
// write to the bucket.
func sendFileAction() action {
	return action{path: "/pools/{pool}/import-jobs/upload", of: "/pools/{pool}/import-jobs/create", act: sendFile, streams: true}
}

// What a form with a file may have beside it, and how long it may take.
const (
	mostFields    = 40 + 2*mostColumns
	mostFieldSize = maxForm / 4
	mostSending   = 4                // forms at once, of all browsers
	sendIdle      = 30 * time.Second // between two pieces
	sendMost      = time.Hour
	sendAnswer    = 5 * time.Minute  // for the answer, from the last piece on
	urlGood       = 10 * time.Minute // a pre-signed URL is not used that is older
	fileField     = "csv"
)

// slowBody is the body of a form with a file: it may take long, as long as it goes on.
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

// bounded bounds what is read of a request: a form has [maxForm] bytes. Of one with a
// file, as much again is read as a file may have: the rest of one that is not taken, or
// the browser would not show why.
func (c *Console) bounded(w http.ResponseWriter, r *http.Request, a action) *http.Request {
	if !a.streams {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		return r
	}
	r = r.WithContext(r.Context()) // net/http goes on with the one that it made
	r.Body = &slowBody{http.MaxBytesReader(w, r.Body, 2*c.MaxFile+maxForm), http.NewResponseController(w), time.Now().Add(sendMost)}
	return r
}

// errForm says that a form with a file is none of ours.
var errForm = errors.New("console: the form cannot be read")

// readFields reads the fields before the file of a form, and returns the file, nil
// where there is none.
func readFields(form *multipart.Reader) (url.Values, *multipart.Part, error) {
	fields, size := url.Values{}, 0
	for range mostFields {
		part, err := form.NextPart()
		if err == io.EOF {
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

// typedBeside returns the fields of a form with a file, and reads the rest of it.
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

// drain reads what is left of a request: a browser shows an answer only when it has
// sent all. What cannot be read is the end of it.
func (v *visit) drain() { _, _ = io.Copy(io.Discard, v.r.Body) }

// sendFile stores a file, part for part as it comes, and goes on at the look at it.
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
			Said() string
		}](err)
		if ok {
			f.wrong(fileField, "The file was not taken: "+strings.TrimSuffix(said.Said(), ".")+".")
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

// notSent shows the form again, or fails.
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

// upload is the call that makes an upload for the file of a form.
func (f *jobForm) upload() *poolhouseapi.CreateUserImportUploadRequest {
	return &poolhouseapi.CreateUserImportUploadRequest{UserPoolId: f.pool, PasswordHashingAlgorithm: poolhouseapi.ImportHashAlgorithmType(f.Algorithm)}
}

// uploadFor returns an upload for a file: the one that the form has, if that still
// waits for its own, else a new one.
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
