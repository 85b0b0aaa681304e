package sqlstore

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"
)

// SQLite's log must be copied into the database now and then. Left to SQLite,
// the writer whose commit makes the log too long does so while all others wait.
// Here it is done beside the writers, and only what they wrote meanwhile is copied
// while they wait: then the log begins anew.
//
// What was deleted is in the database until the log is copied, and in the log until it is
// written over. So a while after a write the log is copied whatever its length, and made
// empty.

// checkpointer copies the log when enough was written.
type checkpointer struct {
	db      *sql.DB
	lock    *writerLock
	written atomic.Int64 // about how many pages, since the last time
	wake    chan struct{}
	// erase is how long after a write the log is made empty; dirty tells that there was one.
	erase time.Duration
	dirty atomic.Bool
	stop  context.CancelFunc
	ended chan struct{}
}

// checkpointPages is after how many written pages the log is copied.
const checkpointPages = 25_000

// About how many pages are written for one thing, or things to a page.
const (
	rowsPerPage   = 4  // of an import: some 17 rows share a page, names in large pools hardly any
	pagesPerWrite = 20 // of one user
	pagesPerSlice = 200
)

// newCheckpointer begins to watch what is written.
func newCheckpointer(db *sql.DB, lock *writerLock, erase time.Duration) *checkpointer {
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{db: db, lock: lock, wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{}), erase: erase}
	c.dirty.Store(true) // what an earlier process left
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

// empty makes the log empty if anything was written. Where a reader keeps it from that, the
// next time does.
func (c *checkpointer) empty(ctx context.Context) {
	if c.dirty.Swap(false) && !c.checkpoint(ctx, "TRUNCATE") {
		c.dirty.Store(true)
	}
}

// wrote notes that about so many pages were written.
func (c *checkpointer) wrote(pages int) {
	c.dirty.Store(true)
	if c.written.Add(int64(pages)) < checkpointPages {
		return
	}
	c.written.Store(0)
	select {
	case c.wake <- struct{}{}:
	default: // it is at it
	}
}

// checkpoint copies the log: pass after pass beside the writers, until what
// they wrote meanwhile is little, and that while they wait. What fails here,
// for want of room on the disk say, is tried again; in the end a commit does
// it itself and fails. The last pass is of a mode of SQLite's; done tells that it did
// all that the mode demands.
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

// pass copies what is in the log now and returns how many of its pages have
// been copied in all, and whether readers or writers were in the way.
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
