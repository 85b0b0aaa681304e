package sqlstore

import (
	"context"
	"database/sql"
	"sync/atomic"
)

// SQLite's log must be copied into the database now and then. Left to SQLite,
// the writer whose commit makes the log too long does so while all others wait.
// Here it is done beside the writers, and only what they wrote meanwhile is copied
// while they wait: then the log begins anew.

// checkpointer copies the log when enough was written.
type checkpointer struct {
	db      *sql.DB
	lock    *writerLock
	written atomic.Int64 // about how many pages, since the last time
	wake    chan struct{}
	stop    context.CancelFunc
	ended   chan struct{}
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
func newCheckpointer(db *sql.DB, lock *writerLock) *checkpointer {
	ctx, stop := context.WithCancel(context.Background())
	c := &checkpointer{db: db, lock: lock, wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-c.wake:
				c.checkpoint(ctx)
			}
		}
	}()
	return c
}

// wrote notes that about so many pages were written.
func (c *checkpointer) wrote(pages int) {
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
// it itself and fails.
func (c *checkpointer) checkpoint(ctx context.Context) {
	const passes, little = 10, 500
	before := 0
	for range passes {
		copied, err := c.pass(ctx)
		if err != nil {
			return
		}
		if copied-before < little {
			break
		}
		before = copied
	}
	if err := c.lock.take(ctx, false); err != nil {
		return
	}
	defer c.lock.release()
	_, _ = c.pass(ctx)
}

// pass copies what is in the log now and returns how many of its pages have
// been copied in all.
func (c *checkpointer) pass(ctx context.Context) (copied int, err error) {
	var busy, pages int
	err = c.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &pages, &copied)
	return copied, err
}

func (c *checkpointer) close() error {
	c.stop()
	<-c.ended
	return c.db.Close()
}
