package importfile

import (
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// State is where an upload stands.
type State string

// The states of an upload.
const (
	// Waiting: it was created, and its file may come. A file leads to Reading.
	Waiting State = "Waiting"
	// Reading: its file is looked at, or will be. The end of the look leads to
	// Ready, a file that cannot be read to Failed.
	Reading State = "Reading"
	// Ready: the look is there. Another file, another algorithm or a changed user
	// pool leads to Reading, a job to the upload's end.
	Ready State = "Ready"
	// Failed: the file cannot be read. Another file leads to Reading.
	Failed State = "Failed"
	// Expired: it is being deleted.
	Expired State = "Expired"
)

// Life is how long an upload is kept that no job is made of.
const Life = 24 * time.Hour

// MaxUploads is how many uploads a user pool may have that no job was made of.
const MaxUploads = 100

// MaxTries is how often an upload's file is read that cannot be.
const MaxTries = 5

// Upload is a file that no import job owns.
type Upload struct {
	PoolID string
	ID     string // the one that its job will have
	// Creator is the ARN of who created it: to others, no row of the file is shown.
	Creator string
	// Algorithm is the PasswordHashingAlgorithm by which the rows are read, "" for
	// none.
	Algorithm string
	URL       string // pre-signed, of creation time
	State     State
	Created   time.Time
	File      importjob.Upload // the zero value before it came

	Look *usercsv.Look // of the file; nil before it is Ready
	// PoolModified is when the user pool was changed last before the look.
	PoolModified time.Time
	Message      string // why the file cannot be read; "" unless Failed

	Lease      importjob.Lease
	LeaseUntil time.Time
	// Fresh is the epoch of the lease when the file came: later epochs are tries to
	// read it.
	Fresh int64
}

// Key returns the upload's name, which its job will have.
func (u *Upload) Key() importjob.Key { return importjob.Key{PoolID: u.PoolID, JobID: u.ID} }

// Tries returns how often a node began to read the file.
func (u *Upload) Tries() int64 { return u.Lease.Epoch - u.Fresh }

// Attach notes the file that came, in place of an earlier one: it will be read. It
// returns PreconditionNotMet for an upload that is being deleted.
func (u *Upload) Attach(file importjob.Upload) error {
	if u.State == Expired {
		return userpool.Errorf(userpool.PreconditionNotMet, "Upload %s has expired: create another one.", u.ID)
	}
	u.File = file
	u.read()
	return nil
}

// Refresh sets the algorithm, and has the file read again where what it was read for
// is no longer so: by another algorithm, or for a user pool that was changed since.
// It reports whether anything changed.
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

// read makes the file be read from its beginning. A node that reads it now loses
// its lease.
func (u *Upload) read() {
	u.State, u.Look, u.Message, u.PoolModified = Reading, nil, "", time.Time{}
	u.Lease.Epoch++
	u.Lease.Node, u.LeaseUntil, u.Fresh = "", time.Time{}, u.Lease.Epoch
}

// Finish notes what was seen of the file, for a user pool as it was then.
func (u *Upload) Finish(look *usercsv.Look, modified time.Time) {
	u.State, u.Look, u.PoolModified, u.LeaseUntil = Ready, look, modified, time.Time{}
}

// Fail notes that the file cannot be read.
func (u *Upload) Fail(message string) {
	u.State, u.Message, u.LeaseUntil = Failed, message, time.Time{}
}

// Expire begins the upload's deletion.
func (u *Upload) Expire() {
	u.State, u.Look, u.LeaseUntil = Expired, nil, time.Time{}
	u.Lease.Epoch++ // who reads it lets go
}

// Take gives the file to a job that is made of the upload. It returns
// PreconditionNotMet, and says what to do, for a file that is not read, or that
// cannot be imported. A job that asks for the file to be read in another way than the
// look did gets it all the same: whether it can be imported so shows when the job begins.
func (u *Upload) Take(j *importjob.Job) error {
	refuse := func(format string, args ...any) error {
		return userpool.Errorf(userpool.PreconditionNotMet, "No job can be made of upload "+u.ID+": "+format, args...)
	}
	switch {
	case u.State == Waiting:
		return refuse("its file has not come. Upload the file to the pre-signed URL.")
	case u.State == Reading:
		return refuse("its file is being read. Try again when DescribeUserImportUpload says that it is Ready.")
	case u.State == Failed:
		return refuse("%s", u.Message)
	case u.State != Ready:
		return refuse("it has expired. Create another one.")
	case u.Look.Problem != nil && j.Asked == nil:
		return refuse("%s", u.Look.Problem.Error())
	case u.Algorithm != j.HashAlgorithm:
		return refuse("its file was read for another PasswordHashingAlgorithm. Describe it with that of the job, and wait until it is Ready.")
	}
	j.ID, j.UploadURL, j.Upload = u.ID, u.URL, u.File
	return nil
}
