package importjob

import (
	"context"
	"errors"
	"io"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// ErrLeaseLost says that another node has claimed the job, or that its
// checkpoint is not the one the batch began from. Nothing was written.
var ErrLeaseLost = errors.New("importjob: the lease on the job is lost")

// Store is what the engine needs kept. Every method is one transaction, save
// where it says otherwise.
type Store interface {
	// Claim gives node the active job that has waited longest of those whose
	// lease has run out at now, raises its epoch and sets the lease's end.
	// It returns nil when there is none. A job that becomes free while Claim
	// is looking may be passed over, although it has waited longer.
	Claim(ctx context.Context, node string, now, until time.Time) (*Job, error)
	// Commit takes rows from the batch, in their order and at least one, settles a
	// verdict for each by [Tally.Settle], inserts the users, appends the outcomes,
	// adds to the job's causes ([AddCauses]), and moves the job's counts and checkpoint,
	// all in one transaction and only if
	// the lease is the job's and its checkpoint is batch.From and it is InProgress or
	// Stopping; otherwise it returns ErrLeaseLost. A call that loses its database in
	// the middle, and then its lease, may say so too although it took effect: what
	// became of the rows, the job says.
	//
	// How many rows it takes is the store's affair: one portion, many of them while
	// no other writer waits for the database, or the first rows of one when another
	// does. It may settle them in several transactions, each of which is as above and
	// begins where the one before ended. It returns the job as it is then, a stop that was asked for
	// meanwhile included: its checkpoint says how far it came. Rows that it
	// took and did not settle are in the next batch again. A batch without rows is
	// refused. LimitExceeded says that the pool cannot get as many users; nothing of
	// the rows is settled then.
	Commit(ctx context.Context, p *userpool.UserPool, key Key, lease Lease, batch Batch, now time.Time) (*Job, error)
	// IndexUsers brings the deferred indexes of a pool's users up to date: those that
	// Commit did not add to, because it is cheaper done for many users at once. It
	// changes nothing that is to be seen but how long lists take. Where another
	// IndexUsers of the pool is going on, it returns at once.
	IndexUsers(ctx context.Context, poolID string) error
	// Unindexed returns pools that have deferred indexes and no active job.
	Unindexed(ctx context.Context) (poolIDs []string, err error)
	// KeepRest keeps rows that an ended job did not reach, in the order of the file, if
	// its Rest is from: then Rest is end. done says that they are the last. Otherwise it
	// changes nothing and returns [ErrLeaseLost]: another node is at it.
	KeepRest(ctx context.Context, key Key, from usercsv.Position, rows []KeptRow, end usercsv.Position, done bool) error
	// ExpireRows deletes what is kept of the rows of jobs that ended before a moment, in
	// many short transactions, and notes that it is gone.
	ExpireRows(ctx context.Context, endedBefore time.Time) error
	// UpdateLeased changes the job if the lease is still the job's, else it
	// returns ErrLeaseLost.
	UpdateLeased(ctx context.Context, key Key, lease Lease, update func(*Job) error) (*Job, error)
	// UpdateJob changes a job that is not leased; see [Jobs].
	UpdateJob(ctx context.Context, key Key, update func(*Job) error) (*Job, error)
	// Pool returns a user pool.
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	// Overdue returns up to limit jobs, after a place in the order of their
	// creation, that are in state Created since before createdBefore.
	Overdue(ctx context.Context, createdBefore time.Time, after Place, limit int) ([]*Job, error)
	// WithFiles returns up to limit jobs, after a place in the order of their
	// creation, that have ended and still have an upload.
	WithFiles(ctx context.Context, after Place, limit int) ([]*Job, error)
}

// Place is a place in the order in which the jobs of all pools were created,
// which for jobs of the same moment is that of their keys. The zero Place comes
// before all jobs.
type Place struct {
	Created time.Time
	Key     Key
}

// Place returns the job's place.
func (j *Job) Place() Place { return Place{j.Created, j.Key()} }

// Jobs is what the API's operations need kept about jobs. Every method is one
// transaction; a job that is not there is a ResourceNotFound error.
type Jobs interface {
	// CreateJob adds a job. It returns LimitExceeded when the pool has had
	// limit jobs, and ResourceNotFound when there is no such pool.
	CreateJob(ctx context.Context, j *Job, limit int) error
	Job(ctx context.Context, key Key) (*Job, error)
	// Causes returns a job, and why rows of it were not imported so far, in the order
	// of [SortCauses]. Both are of the same moment: the sums by verdict are the counts.
	Causes(ctx context.Context, key Key) (*Job, []Cause, error)
	// ListJobs returns up to limit jobs of the pool, newest first, after the
	// one with the creation time and id of after (zero for the first page).
	ListJobs(ctx context.Context, poolID string, after After, limit int) ([]*Job, error)
	// UpdateJob changes a job by a function, which may run more than once. A
	// job that becomes active while another of the same pool is so is
	// refused with PreconditionNotMet, naming the other.
	UpdateJob(ctx context.Context, key Key, update func(*Job) error) (*Job, error)
	// StartJob is UpdateJob for a change that the job's pool must allow: start
	// is given the pool, which does not change until the job is changed. It
	// must not change the pool. A pool that is not there is a ResourceNotFound
	// error that comes before the job's.
	StartJob(ctx context.Context, key Key, start func(*Job, *userpool.UserPool) error) (*Job, error)
	// Outcomes returns the segments of a job's outcomes that hold lines
	// greater than afterLine, in the order of the file, as many whole
	// segments as it takes to hold limit lines.
	Outcomes(ctx context.Context, key Key, afterLine int64, limit int) ([]Segment, error)
	// OutcomesBefore returns the segments that hold lines less than
	// beforeLine, the last one first, as many whole segments as it takes to
	// hold limit such lines.
	OutcomesBefore(ctx context.Context, key Key, beforeLine int64, limit int) ([]Segment, error)
}

// Rows is what is kept of the rows of jobs, for those who read and correct them. Every
// method is one transaction; a job that is not there is a ResourceNotFound error.
type Rows interface {
	// KeptRows returns what is kept of the rows that begin on a line greater than
	// afterLine, in the order of the file: as many whole segments as it takes to hold
	// limit rows that were not imported, and never more than a few megabytes beyond
	// one. rejected narrows it to segments that have such rows. Each Kept is a segment;
	// there are none where nothing is kept beyond the line.
	KeptRows(ctx context.Context, key Key, afterLine int64, limit int, rejected bool) ([]Kept, error)
	// SetCorrections keeps corrections in place of those that the rows have. One without
	// Values and Text deletes the row's. It returns LimitExceeded where the job would
	// have more than [MaxCorrections], or they would have more than [MaxCorrectionBytes].
	SetCorrections(ctx context.Context, key Key, corrections []Correction) error
	// Corrections returns up to limit corrections of rows on lines greater than afterLine,
	// in their order.
	Corrections(ctx context.Context, key Key, afterLine int64, limit int) ([]Correction, error)
	// CountCorrections returns how many rows of a job have a correction, and how many of
	// these passed.
	CountCorrections(ctx context.Context, key Key) (all, passing int64, err error)
	// Children returns the jobs whose parent a job is, in the order of their creation.
	Children(ctx context.Context, key Key) ([]*Job, error)
	// JobUsers returns up to limit users whom a job made and who are still there, with
	// numbers greater than afterNo, in their order.
	JobUsers(ctx context.Context, p *userpool.UserPool, key Key, afterNo int64, limit int) ([]NumberedUser, error)
}

// NumberedUser is a user with its number in the pool.
type NumberedUser struct {
	*userpool.User
	No int64
}

// MaxCorrections is how many rows of a job may have a correction.
const MaxCorrections = 100_000

// MaxCorrectionBytes is how many bytes the corrections of a job may have, as a store keeps
// them.
const MaxCorrectionBytes = 32 << 20

// Checker tells what a commit would say of rows now, without adding a user.
type Checker interface {
	// CheckRows returns for each row what Settle would be given for its user, nil for one
	// that could be added and for a row that failed before. before holds what the rows
	// before took, of the same file and pool; CheckRows adds what these take.
	CheckRows(ctx context.Context, p *userpool.UserPool, rows []Row, before *Taken) ([]*userpool.Error, error)
}

// After is a place in the list of a pool's jobs.
type After struct {
	Created time.Time
	JobID   string
}

// Files is where uploaded CSV files are.
type Files interface {
	// Open returns the bytes of the upload from offset on. When the file is
	// no longer the one that was uploaded, Open or a later Read returns an
	// error that is a [FileGone].
	Open(ctx context.Context, u Upload, offset int64) (io.ReadCloser, error)
	// Remove deletes everything that was uploaded for the job. A job without
	// files is no error.
	Remove(ctx context.Context, key Key) error
}

// FileGone is an error that ends a job for good: its file is not what was
// uploaded. The text becomes the job's CompletionMessage.
type FileGone string

// What can have become of a file.
const (
	FileMissing   FileGone = "The uploaded file is missing."
	FileChanged   FileGone = "The uploaded file has changed since the job was started."
	FileTruncated FileGone = "The uploaded file is shorter than it was when the job was started."
)

func (e FileGone) Error() string { return string(e) }
