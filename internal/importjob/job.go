package importjob

import (
	"cmp"
	"time"

	"poolhouse/internal/usercsv"
)

// Job is a user import job.
type Job struct {
	PoolID string
	ID     string // import-XXXXXXXXXX
	Name   string
	// RoleARN is the CloudWatchLogsRoleArn of the request.
	RoleARN string
	// HashAlgorithm is the PasswordHashingAlgorithm of the request. It is "" if the file has
	// no password hashes.
	HashAlgorithm string
	// UploadURL is the pre-signed URL from the creation of the job. It is never renewed.
	UploadURL string

	// Creator, StartedBy and StoppedBy are the ARNs of the principals that created the job,
	// started it and stopped it. They are "" until that happens.
	Creator, StartedBy, StoppedBy string

	State     State
	Created   time.Time
	Requested time.Time // when StartUserImportJob was called
	Started   time.Time // when a node began; until then the same as Requested
	StopAsked time.Time // when StopUserImportJob was called
	Completed time.Time
	Message   string // the CompletionMessage, at most 128 characters
	Detail    string // why the job failed, in full; "" if Message says all
	Warning   string // a warning about the role for the job's log, or ""

	// ParentID is the job that the rows of this one come from, "" for none. Relation says why
	// it has them.
	ParentID string
	Relation Relation
	Budget   Budget
	// Asked is what the creator demanded of the reading of the file, or nil.
	Asked *usercsv.Asked
	// Header has the columns of the file as they are read, in the form of
	// [usercsv.FormatRow]. Settings has what the rows are judged by, in the form of
	// [Settings.String]. Both are "" until the job begins. If a job was stopped before it
	// began, its Header is stored when its rows are kept.
	Header   string
	Settings string
	// Format is how the file is written. It is nil for Cognito's own format, and until the
	// job begins. A child has the format of its parent's values from its creation on.
	Format *usercsv.Format
	// Rest is the end of the last kept row that the ended job did not reach, or zero before
	// there is one. RestKept says that all these rows are kept. If a file was removed without
	// RestKept, rows were lost; [Job.NotReached] says how many were not reached.
	Rest     usercsv.Position
	RestKept bool
	// RowsGone says that the kept rows have expired and were deleted.
	RowsGone bool

	Upload     Upload
	TotalRows  int64 // rows of the file, counted when the job begins
	Counts     Counts
	Checkpoint usercsv.Position
	Lease      Lease
	LeaseUntil time.Time
}

// Key identifies a job.
type Key struct{ PoolID, JobID string }

// Key returns the job's key.
func (j *Job) Key() Key { return Key{j.PoolID, j.ID} }

// Lease is the right of one node to work on one job. Epoch is a fencing number: it grows with
// every claim, and a node with a smaller one can write nothing.
type Lease struct {
	Node  string
	Epoch int64
}

// Upload is the file that was uploaded for a job. Without a Name there is no file. When the
// file of an ended job is removed, the other fields stay.
type Upload struct {
	Name string // its name in the file store
	Size int64  // in bytes
	ETag string // unquoted
	// SHA256 is the file's digest in hexadecimal. A file in a bucket did not pass through
	// this server: its digest is "" until its job begins.
	SHA256 string
}

// differs returns how the upload that was read differs from the one that was stored, or nil.
func (u Upload) differs(read Upload) error {
	switch {
	case read.Size != u.Size:
		return sizeMismatch(read.Size, u.Size)
	case u.SHA256 != "" && read.SHA256 != u.SHA256:
		return FileChanged
	}
	return nil
}

// removed returns the upload without its file.
func (u Upload) removed() Upload {
	u.Name = ""
	return u
}

// Counts has the number of rows by verdict. The sum is the number of settled rows.
type Counts struct {
	Imported, Skipped, Failed int64
}

// Sum returns the number of settled rows.
func (c Counts) Sum() int64 { return c.Imported + c.Skipped + c.Failed }

// Explanation returns the full text of why and how the job ended.
func (j *Job) Explanation() string { return cmp.Or(j.Detail, j.Message) }

// The completion messages of the real service (aws-cli examples, list-user-import-jobs).
const (
	MessageSucceeded = "Import Job Completed Successfully."
	MessageTooMany   = "Too many users have failed or been skipped during the import."
	MessageStopped   = "The Import Job was stopped by the developer."
	MessageExpired   = "The user import job has expired."
	MessageDamaged   = "The record of the job's progress does not fit the uploaded file."
	MessagePoolFull  = "The user pool cannot get more users."
)

// MaxJobs is the maximum number of import jobs of a user pool. Jobs are never deleted
// ("Quotas in Amazon Cognito").
const MaxJobs = 1000
