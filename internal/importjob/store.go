package importjob

import (
	"context"
	"errors"
	"io"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// ErrLeaseLost says that another node has claimed the job, or that the job's checkpoint is
// not where the batch began. Nothing was written.
var ErrLeaseLost = errors.New("importjob: the lease on the job is lost")

// Store is what the engine needs of a store. Every method is one transaction unless it says
// otherwise.
type Store interface {
	// Claim gives node the active job whose lease expired before now, and raises its epoch
	// and sets the end of its lease. Of several jobs it claims the one that has waited
	// longest. It returns nil if there is none. A job that becomes free while Claim looks may
	// be passed over, although it has waited longer.
	Claim(ctx context.Context, node string, now, until time.Time) (*Job, error)
	// Commit takes rows from the batch, in their order and at least one. In one transaction
	// it settles each row by [Tally.Settle], inserts the users, appends the outcomes, adds to
	// the job's causes ([AddCauses]), and moves the job's counts and checkpoint. It does so
	// only if the lease is the job's, the checkpoint is batch.From, and the job is InProgress
	// or Stopping. Otherwise it returns ErrLeaseLost. A call that loses its database
	// connection and then its lease may return ErrLeaseLost although it took effect. The job
	// says what became of the rows.
	//
	// The store decides how many rows it takes: one portion, many of them while no other
	// writer waits for the database, or a part of one when another does. It may settle them
	// in several transactions. Each is as described above and begins where the one before
	// ended. Commit returns the job as it is then, including a stop that was asked for in the
	// meantime. Its checkpoint says how far the job came. Rows that Commit took and did not
	// settle are in the next batch again. A batch without rows is refused. LimitExceeded says
	// that the pool has no room for these users; then none of the rows is settled.
	Commit(ctx context.Context, p *userpool.UserPool, key Key, lease Lease, batch Batch, now time.Time) (*Job, error)
	// IndexUsers adds the entries that Commit left out of the deferred indexes of a pool,
	// because adding them for many users at once is cheaper. Only the speed of lists depends
	// on it. If another IndexUsers of the pool is in progress, it returns at once.
	IndexUsers(ctx context.Context, poolID string) error
	// Unindexed returns pools that have unindexed users and no active job.
	Unindexed(ctx context.Context) (poolIDs []string, err error)
	// KeepRest keeps rows that an ended job did not reach, in the order of the file. It does
	// so only if the job's Rest is from, and sets Rest to end. done says that they are the
	// last. Otherwise it changes nothing and returns [ErrLeaseLost]: another node is keeping
	// them.
	KeepRest(ctx context.Context, key Key, from usercsv.Position, rows []KeptRow, end usercsv.Position, done bool) error
	// ExpireRows deletes the kept rows of jobs that ended before a moment, in many short
	// transactions, and sets [Job].RowsGone.
	ExpireRows(ctx context.Context, endedBefore time.Time) error
	// UpdateLeased changes the job if the lease is still the job's. Otherwise it returns
	// ErrLeaseLost.
	UpdateLeased(ctx context.Context, key Key, lease Lease, update func(*Job) error) (*Job, error)
	// UpdateJob changes a job without a lease; see [Jobs].
	UpdateJob(ctx context.Context, key Key, update func(*Job) error) (*Job, error)
	// Pool returns a user pool.
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	// Overdue returns up to limit jobs that have been Created since before createdBefore.
	// They come in the order of creation, after a place.
	Overdue(ctx context.Context, createdBefore time.Time, after Place, limit int) ([]*Job, error)
	// WithFiles returns up to limit jobs that have ended and still have an upload. They come
	// in the order of creation, after a place.
	WithFiles(ctx context.Context, after Place, limit int) ([]*Job, error)
}

// Place is a place in the order of creation of the jobs of all pools. Jobs of the same moment
// are ordered by key. The zero Place is before all jobs.
type Place struct {
	Created time.Time
	Key     Key
}

// Place returns the job's place.
func (j *Job) Place() Place { return Place{j.Created, j.Key()} }

// Jobs is what the API's operations need of a store of jobs. Every method is one transaction.
// A job that does not exist is a ResourceNotFound error.
type Jobs interface {
	// CreateJob adds a job. It returns LimitExceeded if the pool has had limit jobs, and
	// ResourceNotFound if there is no such pool.
	CreateJob(ctx context.Context, j *Job, limit int) error
	Job(ctx context.Context, key Key) (*Job, error)
	// Causes returns a job and why rows of it were not imported so far, in the order of
	// [SortCauses]. Both are of the same moment: the sums by verdict equal the counts.
	Causes(ctx context.Context, key Key) (*Job, []Cause, error)
	// ListJobs returns up to limit jobs of the pool, newest first. It begins after the job
	// with the creation time and ID of after; the zero After is the first page.
	ListJobs(ctx context.Context, poolID string, after After, limit int) ([]*Job, error)
	// UpdateJob changes a job by a function, which may run more than once. If the job becomes
	// active and another job of the pool is active, it returns PreconditionNotMet, which
	// names the other job.
	UpdateJob(ctx context.Context, key Key, update func(*Job) error) (*Job, error)
	// StartJob is UpdateJob for a change that depends on the job's pool. start gets the pool,
	// which does not change before the job is changed. start must not change the pool. A pool
	// that does not exist is a ResourceNotFound error, which takes precedence over the job's.
	StartJob(ctx context.Context, key Key, start func(*Job, *userpool.UserPool) error) (*Job, error)
	// Outcomes returns segments of a job's outcomes with lines greater than afterLine, in the
	// order of the file. It returns as many whole segments as are needed for limit lines.
	Outcomes(ctx context.Context, key Key, afterLine int64, limit int) ([]Segment, error)
	// OutcomesBefore returns segments with lines less than beforeLine, the last one first. It
	// returns as many whole segments as are needed for limit such lines.
	OutcomesBefore(ctx context.Context, key Key, beforeLine int64, limit int) ([]Segment, error)
}

// Rows is what is needed of a store to read and correct the kept rows of jobs. Every method
// is one transaction. A job that does not exist is a ResourceNotFound error.
type Rows interface {
	// KeptRows returns what is kept of the rows that begin on a line greater than afterLine,
	// in the order of the file. It returns as many whole segments as are needed for limit
	// rows that were not imported, and at most a few megabytes more than one segment.
	// rejected restricts it to segments with such rows. Each Kept is a segment. The result is
	// empty if nothing is kept after the line.
	KeptRows(ctx context.Context, key Key, afterLine int64, limit int, rejected bool) ([]Kept, error)
	// SetCorrections stores corrections in place of earlier ones of the same rows. One
	// without Values and Text deletes the correction of its row. It returns LimitExceeded if
	// the job would have more than [MaxCorrections], or if they would take more than
	// [MaxCorrectionBytes].
	SetCorrections(ctx context.Context, key Key, corrections []Correction) error
	// Corrections returns up to limit corrections of rows on lines greater than afterLine, in
	// their order.
	Corrections(ctx context.Context, key Key, afterLine int64, limit int) ([]Correction, error)
	// CountCorrections returns how many rows of a job have a correction, and how many of
	// these pass.
	CountCorrections(ctx context.Context, key Key) (all, passing int64, err error)
	// Children returns the child jobs of a job in the order of their creation.
	Children(ctx context.Context, key Key) ([]*Job, error)
	// JobUsers returns up to limit users that a job created and that still exist, with
	// numbers greater than afterNo, in their order.
	JobUsers(ctx context.Context, p *userpool.UserPool, key Key, afterNo int64, limit int) ([]NumberedUser, error)
}

// NumberedUser is a user with its number in the pool.
type NumberedUser struct {
	*userpool.User
	No int64
}

// MaxCorrections is the maximum number of corrections of a job.
const MaxCorrections = 100_000

// MaxCorrectionBytes is the maximum size of the corrections of a job, in bytes as a store
// keeps them.
const MaxCorrectionBytes = 32 << 20

// Checker tells what a commit would say of rows now, without inserting a user.
type Checker interface {
	// CheckRows returns for each row what Settle would be called with for its user. It is nil
	// for a user that could be inserted, and for a row that failed before. before has the
	// names that earlier rows of the same file take; CheckRows adds those of these rows.
	CheckRows(ctx context.Context, p *userpool.UserPool, rows []Row, before *Taken) ([]*userpool.Error, error)
}

// After is a place in the list of a pool's jobs.
type After struct {
	Created time.Time
	JobID   string
}

// Files stores the uploaded files.
type Files interface {
	// Open returns the bytes of the upload from offset on. If the file is no longer the one
	// that was uploaded, Open or a later Read returns a [FileGone] error.
	Open(ctx context.Context, u Upload, offset int64) (io.ReadCloser, error)
	// Remove deletes everything that was uploaded for the job. A job without files is no
	// error.
	Remove(ctx context.Context, key Key) error
}

// FileGone is an error that ends a job: its file is not what was uploaded. The text becomes
// the job's CompletionMessage.
type FileGone string

// The ways in which a file can be gone.
const (
	FileMissing   FileGone = "The uploaded file is missing."
	FileChanged   FileGone = "The uploaded file has changed since the job was started."
	FileTruncated FileGone = "The uploaded file is shorter than it was when the job was started."
)

func (e FileGone) Error() string { return string(e) }
