package importjob

import (
	"context"
	"errors"
	"time"
)

// renewUntil renews the lease, which expires at deadline, until ctx ends. If another node has
// the lease, or the lease could not be renewed in time, it cancels the work with
// ErrLeaseLost. The latter happens when the store cannot be reached. Going on would do no
// harm, because the store refuses writes under an old epoch, but it would be useless.
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
			r.log.Debug("lease renewed", "until", until)
		case errors.Is(err, errEnded):
			return
		case errors.Is(err, ErrLeaseLost) || !time.Now().Before(deadline):
			cancel(ErrLeaseLost)
			return
		case ctx.Err() == nil:
			r.log.Warn("import job lease not renewed; will retry", "error", err)
		}
	}
}

// renew extends the lease to until. It gives up at the deadline, because a store that is cut
// off may never answer.
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
