package importfile

import (
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// State is the state of an upload.
type State string

// The states of an upload.
const (
	// Waiting: it was created, and its file may be uploaded. A file leads to Reading.
	Waiting State = "Waiting"
	// Reading: its file is being surveyed, or will be. The end of the survey leads to Ready,
	// a file that cannot be read to Failed.
	Reading State = "Reading"
	// Ready: the survey is done. Another file, another algorithm or a changed user pool leads
	// to Reading. A job made of it ends the upload.
	Ready State = "Ready"
	// Failed: the file cannot be read. Another file leads to Reading.
	Failed State = "Failed"
	// Expired: the upload is being deleted.
	Expired State = "Expired"
)

// Life is how long an upload is kept if no job is made of it.
const Life = 24 * time.Hour

// MaxUploads is the maximum number of uploads of a user pool.
const MaxUploads = 100

// MaxTries is how often the reading of a file is tried.
const MaxTries = 5

// Upload is an import file that no import job owns.
type Upload struct {
	PoolID string
	ID     string // the ID that its job will have
	// Creator is the ARN of the creator. No row of the file is shown to any other principal.
	Creator string
	// Algorithm is the PasswordHashingAlgorithm for reading the rows, "" for none.
	Algorithm string
	URL       string // pre-signed at the creation
	State     State
	Created   time.Time
	File      importjob.Upload // the zero value before a file arrives

	Report *usercsv.Report // the result of the survey; nil before Ready
	// PoolModified is the date of the last change of the user pool before the survey.
	PoolModified time.Time
	Message      string // why the file cannot be read; "" unless Failed

	Lease      importjob.Lease
	LeaseUntil time.Time
	// Fresh is the epoch of the lease when the file arrived. Later epochs are tries to read
	// it.
	Fresh int64
}

// Key returns the upload's key, which its job will have.
func (u *Upload) Key() importjob.Key { return importjob.Key{PoolID: u.PoolID, JobID: u.ID} }

// Tries returns how often a node began to read the file.
func (u *Upload) Tries() int64 { return u.Lease.Epoch - u.Fresh }

// Attach records the file that arrived, in place of an earlier one, and has it read. It
// returns PreconditionNotMet for an upload that is being deleted.
func (u *Upload) Attach(file importjob.Upload) error {
	if u.State == Expired {
		return userpool.Errorf(userpool.PreconditionNotMet, "Upload %s has expired: create another one.", u.ID)
	}
	u.File = file
	u.read()
	return nil
}

// Refresh sets the algorithm. It has the file read again if the file was read with another
// algorithm, or before the last change of the user pool. It reports whether anything changed.
func (u *Upload) Refresh(algorithm string, modified time.Time) bool {
	other := u.Algorithm != algorithm
	switch u.State {
	case Waiting, Failed:
		u.Algorithm = algorithm
		return other
	case Expired:
		return false
	case Ready:
		other = other || !u.PoolModified.Equal(modified)
	}
	if other {
		u.Algorithm = algorithm
		u.read()
	}
	return other
}

// read has the file read from its beginning. A node that is reading it loses its lease.
func (u *Upload) read() {
	u.State, u.Report, u.Message, u.PoolModified = Reading, nil, "", time.Time{}
	u.Lease.Epoch++
	u.Lease.Node, u.LeaseUntil, u.Fresh = "", time.Time{}, u.Lease.Epoch
}

// Finish stores the result of the survey and the version of the user pool that it applies to.
func (u *Upload) Finish(look *usercsv.Report, modified time.Time) {
	u.State, u.Report, u.PoolModified, u.LeaseUntil = Ready, look, modified, time.Time{}
}

// Fail records that the file cannot be read.
func (u *Upload) Fail(message string) {
	u.State, u.Message, u.LeaseUntil = Failed, message, time.Time{}
}

// Expire begins the deletion of the upload.
func (u *Upload) Expire() {
	u.State, u.Report, u.LeaseUntil = Expired, nil, time.Time{}
	u.Lease.Epoch++ // a node that is reading it loses its lease
}

// Take gives the file to a job that is made of the upload. If the file is not read, or cannot
// be imported, it returns PreconditionNotMet, and the message says what to do. A job that
// asks for another reading gets the file in any case. Whether it can be imported that way is
// found out when the job begins.
func (u *Upload) Take(j *importjob.Job) error {
	refuse := func(format string, args ...any) error {
		return userpool.Errorf(userpool.PreconditionNotMet, "No job can be made of upload "+u.ID+": "+format, args...)
	}
	switch {
	case u.State == Waiting:
		return refuse("its file has not arrived. Upload the file to the pre-signed URL.")
	case u.State == Reading:
		return refuse("its file is being read. Try again when DescribeUserImportUpload says that it is Ready.")
	case u.State == Failed:
		return refuse("%s", u.Message)
	case u.State != Ready:
		return refuse("it has expired. Create another one.")
	case u.Report.Problem != nil && j.Asked == nil:
		return refuse("%s", u.Report.Problem.Error())
	case u.Algorithm != j.HashAlgorithm:
		return refuse("its file was read for another PasswordHashingAlgorithm. Describe it with that of the job, and wait until it is Ready.")
	}
	j.ID, j.UploadURL, j.Upload = u.ID, u.URL, u.File
	return nil
}
