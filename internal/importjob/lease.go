package importjob

import (
	"context"
	"errors"
	"time"
)

// renewUntil keeps the lease while ctx lasts. It cancels the work with
// ErrLeaseLost when the lease has gone to another node, or when it could not
// be renewed in time: going on would be harmless, since the store refuses
// what an old epoch writes, but of no use.
func (r *run) renewUntil(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(r.cfg.Lease / 3)
	defer tick.Stop()
	deadline := time.Now().Add(r.cfg.Lease)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		until := time.Now().Add(r.cfg.Lease)
		_, err := r.store.UpdateLeased(ctx, r.key, r.lease, func(j *Job) error {
			if j.State.Ended() {
				return errEnded
			}
			j.LeaseUntil = until
			return nil
		})
		switch {
		case err == nil:
			deadline = until
		case errors.Is(err, errEnded):
			return
		case errors.Is(err, ErrLeaseLost) || time.Now().After(deadline):
			cancel(ErrLeaseLost)
			return
		case ctx.Err() == nil:
			r.log.Warn("the lease could not be renewed", "error", err)
		}
	}
}
