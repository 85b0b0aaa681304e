package importjob

import (
	"time"

	"poolhouse/internal/userpool"
)

// State is where a job stands.
type State string

// The states of a job, who brings it there and what comes next.
const (
	// Created: CreateUserImportJob made it; a file may be uploaded. Start
	// leads to Pending, a day without start to Expired.
	Created State = "Created"
	// Pending: StartUserImportJob was called; no node has begun. A node's
	// claim leads to InProgress, a stop to Stopped.
	Pending State = "Pending"
	// InProgress: a node works on it, or will go on where one stopped. The
	// end of the file leads to Succeeded or Failed, a stop to Stopping, and more
	// failed rows than its error budget to Stopped.
	InProgress State = "InProgress"
	// Stopping: StopUserImportJob was called and a node may still be
	// committing rows. The node's letting go leads to Stopped.
	Stopping State = "Stopping"
	// Stopped, Succeeded, Failed and Expired are ends.
	Stopped   State = "Stopped"
	Succeeded State = "Succeeded"
	Failed    State = "Failed"
	Expired   State = "Expired"
)

// Active reports whether the job holds its pool: one active job a user pool.
func (s State) Active() bool { return s == Pending || s == InProgress || s == Stopping }

// Ended reports whether nothing will change any more.
func (s State) Ended() bool {
	return s == Stopped || s == Succeeded || s == Failed || s == Expired
}

// transitions is the whole table of what may follow what.
var transitions = map[State][]State{
	Created:    {Pending, Expired},
	Pending:    {InProgress, Stopped, Failed},
	InProgress: {Succeeded, Failed, Stopping, Stopped},
	Stopping:   {Stopped},
}

// MayBecome reports whether a job in this state may move to the next.
func (s State) MayBecome(next State) bool {
	for _, t := range transitions[s] {
		if t == next {
			return true
		}
	}
	return false
}

// refuse is the answer to a call that the job's state does not allow.
func (j *Job) refuse(call string) error {
	return userpool.Errorf(userpool.PreconditionNotMet,
		"%s is not possible: job %s is in status %s.", call, j.ID, j.State)
}

// Start moves a created job to Pending. by is the ARN of who wants it. It returns PreconditionNotMet when
// the job is in another state or no file was uploaded.
func (j *Job) Start(by string, now time.Time) error {
	if j.State == Stopped {
		return userpool.Errorf(userpool.PreconditionNotMet,
			"StartUserImportJob is not possible: job %s is in status %s. ResumeUserImportJob makes a job of the rows that it did not reach.", j.ID, j.State)
	}
	if !j.State.MayBecome(Pending) {
		return j.refuse("StartUserImportJob")
	}
	if j.Upload.Name == "" {
		return userpool.Errorf(userpool.PreconditionNotMet, "No csv file was uploaded for %s", j.ID)
	}
	j.State, j.StartedBy, j.Requested, j.Started = Pending, by, now, now
	return nil
}

// Stop asks the job to end, and notes the ARN of who wants it: at once when no node has begun, otherwise when
// the node lets go. It returns PreconditionNotMet in every other state.
func (j *Job) Stop(by string, now time.Time) error {
	switch j.State {
	case Pending:
		j.end(Stopped, MessageStopped, now)
	case InProgress:
		j.State = Stopping
	default:
		return j.refuse("StopUserImportJob")
	}
	j.StoppedBy, j.StopAsked = by, now
	return nil
}

// Attach notes the uploaded file, in place of an earlier one. It returns
// PreconditionNotMet once the job has been started.
func (j *Job) Attach(u Upload) error {
	if j.State != Created {
		return j.refuse("The upload")
	}
	j.Upload = u
	return nil
}

// filesUnknown stands for an upload of which nothing is known but that it may be
// there.
const filesUnknown = "unknown"

// Expire ends a job that was never started. Its files are to be removed: it has
// an upload from then on, if it had none, since one that a bucket took is seen
// only at a start.
func (j *Job) Expire(now time.Time) error {
	if !j.State.MayBecome(Expired) {
		return j.refuse("Expiry")
	}
	if j.Upload.Name == "" {
		j.Upload.Name = filesUnknown
	}
	j.end(Expired, MessageExpired, now)
	return nil
}

// end moves the job to an end and gives its lease up.
func (j *Job) end(s State, message string, now time.Time) {
	j.State, j.Message, j.Completed = s, message, now
	j.LeaseUntil = time.Time{}
}
