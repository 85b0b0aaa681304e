package importjob

import (
	"context"
	"errors"
	"sync"
)

// A run notices a stop between commits. If the stop is asked for on the node that works on
// the job, that node cancels the commit in progress, and the job says what took effect.

// stopRequest tells a run that a client has asked it to stop.
type stopRequest struct {
	mu     sync.Mutex
	asked  bool
	giveUp context.CancelFunc // cancels the commit in progress; nil if there is none
}

// errStopAsked says that a commit was cancelled because a client asked for a stop.
var errStopAsked = errors.New("importjob: a stop was asked for")

// askStop makes the run look for a stop at once.
func (r *run) askStop() {
	r.stop.mu.Lock()
	defer r.stop.mu.Unlock()
	r.stop.asked = true
	if r.stop.giveUp != nil {
		r.stop.giveUp()
	}
}

// checkStop returns an *ending if a client has stopped the job.
func (r *run) checkStop(ctx context.Context) error {
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

// beginCommit returns a context that ends when a client asks for a stop, or errStopAsked if
// one has already.
func (r *run) beginCommit(ctx context.Context) (context.Context, error) {
	r.stop.mu.Lock()
	defer r.stop.mu.Unlock()
	if r.stop.asked {
		return nil, errStopAsked
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
		return errStopAsked
	}
	return err
}
