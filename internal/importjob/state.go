package importjob

import (
	"time"

	"poolhouse/internal/userpool"
)

// State is the state of a job.
type State string

// The states of a job, what leads to them and what comes next.
const (
	// Created: CreateUserImportJob made it; a file may be uploaded. A start leads to Pending,
	// a day without a start to Expired.
	Created State = "Created"
	// Pending: StartUserImportJob was called; no node has begun. A node's claim leads to
	// InProgress, a stop to Stopped.
	Pending State = "Pending"
	// InProgress: a node works on it, or another node will go on. The end of the file leads
	// to Succeeded or Failed, a stop to Stopping, and an exceeded error budget to Stopped.
	InProgress State = "InProgress"
	// Stopping: StopUserImportJob was called, and a node may still be committing rows. When
	// the node lets go of the job, it is Stopped.
	Stopping State = "Stopping"
	// Stopped, Succeeded, Failed and Expired are final.
	Stopped   State = "Stopped"
	Succeeded State = "Succeeded"
	Failed    State = "Failed"
	Expired   State = "Expired"
)

// Active reports whether the job is active. A user pool has at most one active job.
func (s State) Active() bool { return s == Pending || s == InProgress || s == Stopping }

// Ended reports whether the state is final.
func (s State) Ended() bool {
	return s == Stopped || s == Succeeded || s == Failed || s == Expired
}

// transitions has all permitted transitions.
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

// refuse returns the error for a call that the job's state does not allow.
func (j *Job) refuse(call string) error {
	return userpool.Errorf(userpool.PreconditionNotMet,
		"%s is not possible: job %s is in status %s.", call, j.ID, j.State)
}

// Start moves a created job to Pending. by is the ARN of the caller. It returns
// PreconditionNotMet if the job is in another state or no file was uploaded.
func (j *Job) Start(by string, now time.Time) error {
	if j.State == Stopped {
		return userpool.Errorf(userpool.PreconditionNotMet,
			"StartUserImportJob is not possible: job %s is in status %s. ResumeUserImportJob creates a job for the rows that it did not reach.", j.ID, j.State)
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

// Stop asks the job to end and records the ARN of the caller. The job ends at once if no node
// has begun, and otherwise when the node lets go of it. It returns PreconditionNotMet in
// every other state.
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

// Attach records the uploaded file in place of an earlier one. It returns PreconditionNotMet
// once the job has been started.
func (j *Job) Attach(u Upload) error {
	if j.State != Created {
		return j.refuse("The upload")
	}
	j.Upload = u
	return nil
}

// filesUnknown is the name of an upload that may exist without the server's knowledge.
const filesUnknown = "unknown"

// Expire ends a job that was never started. Its files are to be removed. If it has no upload,
// it gets one, because an upload to a bucket is seen only at a start.
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

// end moves the job to a final state and gives up its lease.
func (j *Job) end(s State, message string, now time.Time) {
	j.State, j.Message, j.Completed = s, message, now
	j.LeaseUntil = time.Time{}
}
