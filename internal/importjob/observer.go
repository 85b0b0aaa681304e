package importjob

import "time"

// Observer is told what an engine does. Its methods are called from many goroutines and return
// at once.
type Observer interface {
	// JobClaimed is told of a claim. The engine works on the job from then on.
	JobClaimed()
	// LeaseLost is told of a job that the engine let go because its lease was lost.
	LeaseLost()
	// JobHandedOver is told of a job that the engine handed over.
	JobHandedOver()
	// JobEnded is told of a job that the engine ended, or that a stop ended before a node began
	// it, and how.
	JobEnded(State)
	// RowsSettled is told how many rows got each verdict.
	RowsSettled(Counts)
	// CommitEnded is told how long a commit took. failed says that it settled nothing, as far
	// as the engine knows.
	CommitEnded(took time.Duration, failed bool)
}

// unobserved is the Observer of an engine that is given none.
type unobserved struct{}

func (unobserved) JobClaimed()                     {}
func (unobserved) LeaseLost()                      {}
func (unobserved) JobHandedOver()                  {}
func (unobserved) JobEnded(State)                  {}
func (unobserved) RowsSettled(Counts)              {}
func (unobserved) CommitEnded(time.Duration, bool) {}

// Running returns how many jobs the engine works on. It holds their leases.
func (e *Engine) Running() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.runs)
}

// noteJob notes the job as the store returned it, and tells the observer of rows that were settled
// since it was read last.
func (r *run) noteJob(j *Job) {
	before := r.job.Counts
	r.job = j
	settled := Counts{Imported: j.Counts.Imported - before.Imported, Skipped: j.Counts.Skipped - before.Skipped, Failed: j.Counts.Failed - before.Failed}
	if settled.Sum() > 0 {
		r.cfg.Observer.RowsSettled(settled)
	}
}
