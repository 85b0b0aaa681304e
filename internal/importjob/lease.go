package importjob

import (
	"context"
	"errors"
	"time"
)

// renewUntil keeps the lease, which ends at the deadline, while ctx lasts. It cancels the work with
// ErrLeaseLost when the lease has gone to another node, or when it could not
// be renewed in time, as when the store is out of reach: going on would be
// harmless, since the store refuses what an old epoch writes, but of no use.
func (r *run) renewUntil(ctx context.Context, deadline time.Time, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(r.cfg.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		until := time.Now().Add(r.cfg.Lease)
		err := r.renew(ctx, deadline, until)
		switch {
		case err == nil:
			deadline = until
		case errors.Is(err, errEnded):
			return
		case errors.Is(err, ErrLeaseLost) || !time.Now().Before(deadline):
			cancel(ErrLeaseLost)
			return
		case ctx.Err() == nil:
			r.log.Warn("the lease could not be renewed", "error", err)
		}
	}
}

// renew tries to keep the lease until then. It gives up at the deadline: a
// store that is cut off may never answer.
func (r *run) renew(ctx context.Context, deadline, until time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	_, err := r.store.UpdateLeased(ctx, r.key, r.lease, func(j *Job) error {
		if j.State.Ended() {
			return errEnded
		}
		j.LeaseUntil = until
		return nil
	})
	return err
}
