package sqlstore

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"
)

// SQLite's log must be copied into the database regularly. SQLite itself would do so in the commit
// that makes the log too long, while all writers wait. The checkpointer copies it beside the
// writers. Writers wait only while it copies what they wrote meanwhile; then the log starts over.
//
// Deleted data remains in the database until the log is copied, and in the log until it is
// overwritten. So a while after a write, the log is copied and emptied, no matter how short it is.

// checkpointer copies the log after enough writes.
type checkpointer struct {
	db      *sql.DB
	lock    *writerLock
	written atomic.Int64 // approximate number of pages since the last checkpoint
	wake    chan struct{}
	// erase is the time from a write until the log is emptied; dirty is set by a write.
	erase time.Duration
	dirty atomic.Bool
	stop  context.CancelFunc
	ended chan struct{}
}

// checkpointPages is the number of written pages after which the log is copied.
const checkpointPages = 25_000

// Approximate numbers of pages for one thing, or of things for one page.
const (
	rowsPerPage   = 4  // of an import: about 17 rows share a page, but names in large pools have a page each
	pagesPerWrite = 20 // of one user
	pagesPerSlice = 200
)

// newCheckpointer returns a checkpointer that is running.
func newCheckpointer(db *sql.DB, lock *writerLock, erase time.Duration) *checkpointer {
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{db: db, lock: lock, wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{}), erase: erase}
	c.dirty.Store(true) // an earlier process may have left a log
	go c.watch(ctx)
	return c
}

// watch copies the log until ctx ends.
func (c *checkpointer) watch(ctx context.Context) {
	defer close(c.ended)
	tick := time.NewTicker(c.erase)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
			c.checkpoint(ctx, "PASSIVE")
		case <-tick.C:
			c.empty(ctx)
		}
	}
}

// empty empties the log if there was a write. If a reader prevents that, the next call tries again.
func (c *checkpointer) empty(ctx context.Context) {
	if c.dirty.Swap(false) && !c.checkpoint(ctx, "TRUNCATE") {
		c.dirty.Store(true)
	}
}

// wrote adds to the approximate number of written pages.
func (c *checkpointer) wrote(pages int) {
	c.dirty.Store(true)
	if c.written.Add(int64(pages)) < checkpointPages {
		return
	}
	c.written.Store(0)
	select {
	case c.wake <- struct{}{}:
	default: // it is running already
	}
}

// checkpoint copies the log. It makes passes beside the writers until they have written little
// meanwhile, and a last pass while they wait. After an error, such as a full disk, a later call
// tries again; in the end, a commit copies the log itself and reports the error. The last pass uses
// the given mode of SQLite. done reports whether it did all that the mode requires.
func (c *checkpointer) checkpoint(ctx context.Context, mode string) (done bool) {
	const passes, little = 10, 500
	before := 0
	for range passes {
		_, copied, err := c.pass(ctx, "PASSIVE")
		if err != nil {
			return false
		}
		if copied-before < little {
			break
		}
		before = copied
	}
	if err := c.lock.take(ctx, false); err != nil {
		return false
	}
	defer c.lock.release()
	busy, _, err := c.pass(ctx, mode)
	return err == nil && !busy
}

// pass copies the current log. It returns the total number of copied pages, and whether readers or
// writers got in the way.
func (c *checkpointer) pass(ctx context.Context, mode string) (busy bool, copied int, err error) {
	var pages int
	err = c.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &copied)
	return busy, copied, err
}

func (c *checkpointer) close() error {
	c.stop()
	<-c.ended
	return c.db.Close()
}
