package audit

import "sync/atomic"

// Statistics are what a recorder has done since it was made, and what it has to do.
type Statistics struct {
	Queued, Capacity int   // events that wait to be stored, and how many may wait
	Stored, Lost     int64 // events that were stored, and that will not be
	Failures         int64 // transactions that failed; each is tried again
}

// counts are the counters of [Statistics].
type counts struct{ stored, lost, failures atomic.Int64 }

// Statistics returns the statistics of now.
func (r *Recorder) Statistics() Statistics {
	return Statistics{
		Queued: len(r.backlog), Capacity: cap(r.backlog),
		Stored: r.counts.stored.Load(), Lost: r.counts.lost.Load(), Failures: r.counts.failures.Load(),
	}
}
