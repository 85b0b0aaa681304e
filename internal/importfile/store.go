package importfile

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Store keeps uploads. Every method is one transaction. An upload that is not there
// is a ResourceNotFound error. Uploads go with their user pool.
type Store interface {
	// CreateUpload adds an upload. It returns LimitExceeded when the pool has limit
	// uploads, and ResourceNotFound when there is no such pool.
	CreateUpload(ctx context.Context, u *Upload, limit int) error
	Upload(ctx context.Context, key importjob.Key) (*Upload, error)
	// UpdateUpload changes an upload by a function, which may run more than once.
	UpdateUpload(ctx context.Context, key importjob.Key, update func(*Upload) error) (*Upload, error)
	// TakeUpload makes a job of an upload, which is no more then: take gives the job
	// what it needs of the upload, and may run more than once. It returns
	// LimitExceeded when the pool has had limit jobs.
	TakeUpload(ctx context.Context, key importjob.Key, j *importjob.Job, limit int, take func(*Upload, *importjob.Job) error) error
	// ClaimUpload gives node the upload that is to be read and was created first, of
	// those whose lease has run out at now, raises its epoch and sets the lease's
	// end. It returns nil when there is none.
	ClaimUpload(ctx context.Context, node string, now, until time.Time) (*Upload, error)
	// UpdateLeasedUpload changes the upload if the lease is still the upload's and it
	// is Reading, else it returns [importjob.ErrLeaseLost].
	UpdateLeasedUpload(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*Upload) error) (*Upload, error)
	// OverdueUploads returns up to limit uploads, in the order of their creation after
	// a place, that were created before a moment or are Expired.
	OverdueUploads(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*Upload, error)
	// DeleteUpload deletes an upload that is Expired. One that is not there, or is not
	// Expired, stays as it is.
	DeleteUpload(ctx context.Context, key importjob.Key) error
	// Pool returns a user pool.
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// Place returns the upload's place in the order of creation.
func (u *Upload) Place() importjob.Place { return importjob.Place{Created: u.Created, Key: u.Key()} }
