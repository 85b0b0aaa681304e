package importfile

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Store stores uploads. Every method is one transaction. An upload that does not exist is a
// ResourceNotFound error. Uploads are deleted with their user pool.
type Store interface {
	// CreateUpload adds an upload. It returns LimitExceeded if the pool has limit uploads,
	// and ResourceNotFound if there is no such pool.
	CreateUpload(ctx context.Context, u *Upload, limit int) error
	Upload(ctx context.Context, key importjob.Key) (*Upload, error)
	// UpdateUpload changes an upload by a function, which may run more than once.
	UpdateUpload(ctx context.Context, key importjob.Key, update func(*Upload) error) (*Upload, error)
	// TakeUpload makes a job of an upload and deletes the upload. take copies from the upload
	// what the job needs, and may run more than once. TakeUpload returns LimitExceeded if the
	// pool has had limit jobs.
	TakeUpload(ctx context.Context, key importjob.Key, j *importjob.Job, limit int, take func(*Upload, *importjob.Job) error) error
	// ClaimUpload gives node the oldest upload that is to be read and whose lease expired
	// before now. It raises the epoch and sets the end of the lease. It returns nil if there
	// is none.
	ClaimUpload(ctx context.Context, node string, now, until time.Time) (*Upload, error)
	// UpdateLeasedUpload changes the upload if the lease is still the upload's and it is
	// Reading. Otherwise it returns [importjob.ErrLeaseLost].
	UpdateLeasedUpload(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*Upload) error) (*Upload, error)
	// OverdueUploads returns up to limit uploads that were created before a moment or are
	// Expired. They come in the order of creation, after a place.
	OverdueUploads(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*Upload, error)
	// DeleteUpload deletes an upload that is Expired. It leaves any other as it is.
	DeleteUpload(ctx context.Context, key importjob.Key) error
	// Pool returns a user pool.
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// Place returns the upload's place in the order of creation.
func (u *Upload) Place() importjob.Place { return importjob.Place{Created: u.Created, Key: u.Key()} }
