package logforward

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// ErrLost says that another node has claimed the job since, or that it was
// deleted with its pool. Nothing was written.
var ErrLost = errors.New("logforward: the claim on the job is lost")

// Claim is the right of one node to forward the events of one job.
type Claim struct {
	Key  importjob.Key
	Node string
	Progress
}

// Progress is how far a job's events were forwarded.
type Progress struct {
	Next     int64 // the place of the next event
	Lines    int64 // events before it that told of a line of the file
	Rejected int64 // events before it that the destination did not take
}

// Store is what a Forwarder needs kept. Every method is one transaction, save
// where it says otherwise.
type Store interface {
	resultlog.Stored
	// Job returns a ResourceNotFound error when there is no such job, and
	// Pool when there is no such pool.
	Job(ctx context.Context, key importjob.Key) (*importjob.Job, error)
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	// ClaimForward gives node the job that was started first of those that
	// have something to forward and whose claim has run out at now, and sets
	// the claim's end. It returns nil when there is none. What a job has to
	// forward is its start, new outcomes, or its end. It may look and write in two
	// transactions.
	ClaimForward(ctx context.Context, node string, now, until time.Time) (*Claim, error)
	// NoteForward writes down the claim's progress and until when nobody else
	// may claim the job; the zero time gives the claim up. It returns ErrLost
	// when the claim is another node's.
	NoteForward(ctx context.Context, c Claim, until time.Time) error
	// EndForward writes down the claim's progress and that the job, which has
	// ended, has nothing more to forward. It returns ErrLost when the claim is
	// another node's.
	EndForward(ctx context.Context, c Claim) error
}
