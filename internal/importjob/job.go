package importjob

import (
	"cmp"
	"time"

	"poolhouse/internal/usercsv"
)

// Job is one user import job.
type Job struct {
	PoolID string
	ID     string // import-XXXXXXXXXX
	Name   string
	// RoleARN is the CloudWatchLogsRoleArn of the request.
	RoleARN string
	// HashAlgorithm is the PasswordHashingAlgorithm of the request, "" when
	// the file holds no password hashes.
	HashAlgorithm string
	// UploadURL is the pre-signed URL of creation time; it is never renewed.
	UploadURL string

	// Creator, StartedBy and StoppedBy are the ARNs of those who created the job,
	// started it and asked for its stop; "" where that did not happen.
	Creator, StartedBy, StoppedBy string

	State     State
	Created   time.Time
	Requested time.Time // when StartUserImportJob was called
	Started   time.Time // the same, until a node begins: then that moment
	StopAsked time.Time // when StopUserImportJob was called
	Completed time.Time
	Message   string // the CompletionMessage, at most 128 characters
	Detail    string // the whole text of why it failed, "" where Message says all
	Warning   string // what the job's log says of its role, "" for nothing

	// ParentID is the job whose rows this one tries again or goes on with, "" for none,
	// and Relation which of both.
	ParentID string
	Relation Relation
	Budget   Budget
	// Asked is what the creator said about how the file is to be read, nil for nothing.
	Asked *usercsv.Asked
	// Header is the columns of the file as they are read, as [usercsv.FormatRow] writes it, and Settings what its
	// rows are judged by, as [Settings.String] does. Both are "" until the job begins. Of
	// one that was stopped before, the header is noted when its rows are kept.
	Header   string
	Settings string
	// Format is how the file is written, nil for Cognito's own and until the job begins. Of a
	// child it is what is known of the values, from its creation on.
	Format *usercsv.Format
	// Rest is the end of the last row that is kept of those that an ended job did not
	// reach; the zero value before there is one. RestKept says that all of them are: of a
	// job whose file was removed without it, rows are lost, as [Job.NotReached] tells.
	Rest     usercsv.Position
	RestKept bool
	// RowsGone says that what was kept of the job's rows was deleted because its time
	// was over.
	RowsGone bool

	Upload     Upload
	TotalRows  int64 // user rows of the file, counted when the job begins
	Counts     Counts
	Checkpoint usercsv.Position
	Lease      Lease
	LeaseUntil time.Time
}

// Key names a job.
type Key struct{ PoolID, JobID string }

// Key returns the job's name.
func (j *Job) Key() Key { return Key{j.PoolID, j.ID} }

// Lease is the right of one node to work on one job. Epoch is the fencing
// number: it grows with every claim, and a node that holds a smaller one can
// write nothing.
type Lease struct {
	Node  string
	Epoch int64
}

// Upload is the file that was uploaded for a job; one without a name is none. When
// the file of an ended job is removed, the rest stays.
type Upload struct {
	Name string // what the file store calls it
	Size int64  // bytes
	ETag string // unquoted
	// SHA256 is the file's digest in hexadecimal. It is "" where it is not known: of a
	// file in a bucket, which did not come through this server, until its job begins.
	SHA256 string
}

// differs returns what became of an upload in whose place another one was read, nil
// where it is the same.
func (u Upload) differs(read Upload) error {
	switch {
	case read.Size != u.Size:
		return changed(read.Size, u.Size)
	case u.SHA256 != "" && read.SHA256 != u.SHA256:
		return FileChanged
	}
	return nil
}

// removed is what stays of an upload whose file is removed.
func (u Upload) removed() Upload {
	u.Name = ""
	return u
}

// Counts are the verdicts so far. Their sum is the number of rows settled.
type Counts struct {
	Imported, Skipped, Failed int64
}

// Sum returns the number of rows that have a verdict.
func (c Counts) Sum() int64 { return c.Imported + c.Skipped + c.Failed }

// Explanation returns the whole text of how the job ended.
func (j *Job) Explanation() string { return cmp.Or(j.Detail, j.Message) }

// The completion messages of the real service (aws-cli examples,
// list-user-import-jobs).
const (
	MessageSucceeded = "Import Job Completed Successfully."
	MessageTooMany   = "Too many users have failed or been skipped during the import."
	MessageStopped   = "The Import Job was stopped by the developer."
	MessageExpired   = "The user import job has expired."
	MessageDamaged   = "The record of the job's progress does not fit the uploaded file."
	MessagePoolFull  = "The user pool cannot get more users."
)

// MaxJobs is how many import jobs a user pool may have in its life: jobs are
// never deleted ("Quotas in Amazon Cognito").
const MaxJobs = 1000
