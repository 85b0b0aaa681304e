package logforward

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// ErrLost says that another node has claimed the job since, or that the job was deleted with
// its pool. Nothing was written.
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
	Lines    int64 // earlier events about a line of the file
	Rejected int64 // earlier events that the destination rejected
}

// Store is what a Forwarder needs of a store. Every method is one transaction unless it says
// otherwise.
type Store interface {
	resultlog.Stored
	// Job returns a ResourceNotFound error if there is no such job, and so does Pool if there
	// is no such pool.
	Job(ctx context.Context, key importjob.Key) (*importjob.Job, error)
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	// ClaimForward gives node a job that has something to forward and whose claim expired
	// before now, and sets the end of the claim. Of several jobs it takes the one that was
	// started first. It returns nil if there is none. The start of a job, new outcomes and
	// its end are forwarded. It may use two transactions, one to look and one to write.
	ClaimForward(ctx context.Context, node string, now, until time.Time) (*Claim, error)
	// NoteForward stores the claim's progress, and until when no other node may claim the
	// job. The zero time gives up the claim. It returns ErrLost if another node has the
	// claim.
	NoteForward(ctx context.Context, c Claim, until time.Time) error
	// EndForward stores the claim's progress, and that the job, which has ended, has nothing
	// more to forward. It returns ErrLost if another node has the claim.
	EndForward(ctx context.Context, c Claim) error
}
