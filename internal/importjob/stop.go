package importjob

import (
	"context"
	"errors"
	"sync"
)

// A stop is seen between commits. When it is asked for on the node that
// works, it need not wait for the one that is going on: the commit is
// given up, and the job says what of it took effect.

// stopRequest is how a run hears that a client wants it to stop.
type stopRequest struct {
	mu     sync.Mutex
	asked  bool
	giveUp context.CancelFunc // ends the commit that is going on, nil when there is none
}

// errAsked says that a commit was given up because a client asked for a stop.
var errAsked = errors.New("importjob: a stop was asked for")

// ask makes the run look whether it is to stop, at once.
func (r *run) ask() {
	r.stop.mu.Lock()
	defer r.stop.mu.Unlock()
	r.stop.asked = true
	if r.stop.giveUp != nil {
		r.stop.giveUp()
	}
}

// lookIfAsked returns the job's end if a client asked for it.
func (r *run) lookIfAsked(ctx context.Context) error {
	r.stop.mu.Lock()
	asked := r.stop.asked
	r.stop.asked = false
	r.stop.mu.Unlock()
	if asked {
		if err := r.update(ctx, func(*Job) error { return nil }); err != nil {
			return err
		}
	}
	if r.job.State == Stopping {
		return &ending{state: Stopped, message: MessageStopped}
	}
	return nil
}

// beginCommit returns a context that ends when a client asks for a stop, or
// errAsked when one has.
func (r *run) beginCommit(ctx context.Context) (context.Context, error) {
	r.stop.mu.Lock()
	defer r.stop.mu.Unlock()
	if r.stop.asked {
		return nil, errAsked
	}
	ctx, r.stop.giveUp = context.WithCancel(ctx)
	return ctx, nil
}

func (r *run) endCommit(ctx context.Context, err error) error {
	r.stop.mu.Lock()
	defer r.stop.mu.Unlock()
	r.stop.giveUp()
	r.stop.giveUp = nil
	if err != nil && r.stop.asked && ctx.Err() == nil {
		return errAsked
	}
	return err
}
