package importfile

import (
	"context"

	"poolhouse/internal/importjob"
)

// Arrivals attaches uploaded files to their uploads.
type Arrivals struct {
	Store  Store
	Reader *Reader
}

// MayAttach returns the error that Attach would return now: ResourceNotFound if there is no
// such upload.
func (a Arrivals) MayAttach(ctx context.Context, key importjob.Key) error {
	u, err := a.Store.Upload(ctx, key)
	if err != nil {
		return err
	}
	return u.Attach(importjob.Upload{})
}

// Attach attaches a file to the upload, starts its survey, and returns the file that it
// replaces.
func (a Arrivals) Attach(ctx context.Context, key importjob.Key, file importjob.Upload) (replaced importjob.Upload, err error) {
	_, err = a.Store.UpdateUpload(ctx, key, func(u *Upload) error {
		replaced = u.File
		return u.Attach(file)
	})
	if err == nil {
		a.Reader.Wake()
	}
	return replaced, err
}
