package importfile

import (
	"context"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// sweepPage is how many uploads are read at a time.
const sweepPage = 100

// sweepUntil deletes at each interval the uploads that no job was made of in time, until ctx
// ends.
func (r *Reader) sweepUntil(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Sweep)
	defer tick.Stop()
	for {
		if err := guard.Run(func() error { return r.sweep(ctx) }); err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("could not delete overdue uploads; will retry", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-r.tidy:
		case <-tick.C:
		}
	}
}

// sweep tries once to delete each overdue upload. One that cannot be deleted does not hold up
// those behind it.
func (r *Reader) sweep(ctx context.Context) error {
	var failed error
	for after := (importjob.Place{}); ctx.Err() == nil; {
		page, err := r.store.OverdueUploads(ctx, time.Now().Add(-Life), after, sweepPage)
		if err != nil {
			return err
		}
		for _, u := range page {
			after = u.Place()
			if err := r.remove(ctx, u); err != nil {
				failed = err
			}
		}
		if len(page) < sweepPage {
			break
		}
	}
	return failed
}

// remove deletes an upload with its file. It marks the upload as Expired first, so that no
// job is made of it while its file is removed.
func (r *Reader) remove(ctx context.Context, u *Upload) error {
	if u.State != Expired {
		_, err := r.store.UpdateUpload(ctx, u.Key(), func(u *Upload) error { u.Expire(); return nil })
		if err != nil {
			return ignoreGone(err)
		}
	}
	if err := r.files.Remove(ctx, u.Key()); err != nil {
		return err
	}
	return ignoreGone(r.store.DeleteUpload(ctx, u.Key()))
}

// ignoreGone returns nil for the error of an upload that does not exist any more. A job was
// made of it, or its pool was deleted.
func ignoreGone(err error) error {
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return nil
	}
	return err
}
