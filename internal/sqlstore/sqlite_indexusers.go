package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
)

// IndexUsers adds the index entries that imports deferred. It reads the lookups from the rows of
// all unindexed users, sorts them (lookupSorter), and adds them to user_lookups a slice at a time.
// In sorted order, each page of user_lookups is written once, no matter how many users there are.
// In slices, no writer waits long.

const (
	// indexSlice is the number of entries added in one transaction. indexLeast is the number before
	// it lets a waiting writer in.
	indexSlice = 20_000
	indexLeast = 1_000
	// indexRows is the number of users that one query reads. While a query runs, SQLite's log
	// cannot start over.
	indexRows = 20_000
	// entriesAtOnce is the number of entries in one statement.
	entriesAtOnce = 100
)

// indexRuns records the running calls of IndexUsers, and the users that changed after a call may
// have read them.
type indexRuns struct {
	mu    sync.Mutex
	pools map[int64]map[int64]bool // by pool number, then user number
}

func (c *indexRuns) noteChange(poolNo, no int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if users := c.pools[poolNo]; users != nil {
		users[no] = true
	}
}

// begin returns false if IndexUsers is running for the pool already.
func (c *indexRuns) begin(poolNo int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pools[poolNo] != nil {
		return false
	}
	if c.pools == nil {
		c.pools = map[int64]map[int64]bool{}
	}
	c.pools[poolNo] = map[int64]bool{}
	return true
}

func (c *indexRuns) end(poolNo int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pools, poolNo)
}

// changed returns the users that changed since they may have been read.
func (c *indexRuns) changed(poolNo int64) map[int64]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.pools[poolNo])
}

const selectUnindexed = `SELECT p.pool_id FROM unindexed_users n CROSS JOIN user_pools p USING (pool_no)
	WHERE n.pool_no NOT IN (SELECT pool_no FROM active_imports)`

// Unindexed returns the pools that have unindexed users and no active import. See
// [importjob.Store].
func (s *sqliteImports) Unindexed(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanText, selectUnindexed)
}

// IndexUsers adds the deferred index entries of a pool's users. It can be called again after an
// interruption: the entries that it added stay. See [importjob.Store].
func (s *sqliteImports) IndexUsers(ctx context.Context, poolID string) error {
	poolNo, err := retryRead(ctx, s.database, func(q querier) (no int64, err error) {
		err = q.QueryRowContext(ctx, "SELECT pool_no FROM user_pools WHERE pool_id = $1", poolID).Scan(&no)
		return no, err
	})
	if errors.Is(err, sql.ErrNoRows) { // deleted, together with its unindexed users
		return nil
	}
	if err != nil {
		return err
	}
	// Under the lock, every write is either done, and read below, or recorded in indexRuns.
	if err := s.lock.take(ctx, false); err != nil {
		return err
	}
	begun := s.indexRuns.begin(poolNo)
	s.lock.release()
	if !begun {
		return nil
	}
	defer s.indexRuns.end(poolNo)
	unindexed, err := retryRead(ctx, s.database, func(q querier) (numbers, error) { return unindexedUsers(ctx, q, poolNo) })
	if err != nil || unindexed.through == 0 {
		return err
	}
	c := indexRun{s, poolNo, unindexed}
	if err := c.addAll(ctx); err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error { return c.finish(ctx, tx) })
}

// indexRun is one call of IndexUsers for a pool with unindexed users.
type indexRun struct {
	*sqliteImports
	poolNo    int64
	unindexed numbers
}

// addAll sorts the users' entries and adds them.
func (c indexRun) addAll(ctx context.Context) (err error) {
	sorter := newLookupSorter(c.sortRoom)
	defer func() { err = errors.Join(err, sorter.close()) }()
	for from := c.unindexed.after; from < c.unindexed.through; from += indexRows {
		some := numbers{from, min(from+indexRows, c.unindexed.through)}
		if _, err := retryRead(ctx, c.database, func(q querier) (any, error) { return nil, c.read(ctx, q, some, sorter) }); err != nil {
			return err
		}
	}
	sorted, err := sorter.sorted()
	if err != nil {
		return err
	}
	conn, err := c.indexing.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	slice := make([]sortedEntry, 0, indexSlice)
	for more := true; more; {
		var e sortedEntry
		if e, more, err = sorted.next(); err != nil {
			return err
		}
		if more {
			slice = append(slice, e)
		}
		for len(slice) == indexSlice || !more && len(slice) > 0 {
			n, err := c.addSlice(ctx, conn, slice)
			if err != nil {
				return err
			}
			slice = slices.Delete(slice, 0, n)
		}
	}
	return nil
}

// read adds the entries of some users to a sorter. If a query fails, its retry adds some entries
// twice, which is harmless.
func (c indexRun) read(ctx context.Context, q querier, some numbers, sorter *lookupSorter) error {
	return eachRow(ctx, q, c.poolNo, some, func(u rawUser) error {
		problem := sorter.add(statusLookup, statusText(int(u.status)), u.no)
		err := u.eachLookup(func(attribute int, value string) {
			problem = errors.Join(problem, sorter.add(attribute, value, u.no))
		})
		return errors.Join(err, problem)
	})
}

// insertEntries returns the statement that inserts n entries of a pool.
func insertEntries(n int) string {
	return "INSERT OR IGNORE INTO user_lookups (pool_no, attribute, value, user_no) SELECT ?, column1, column2, column3 FROM (VALUES " +
		strings.TrimSuffix(strings.Repeat("(?,?,?),", n), ",") + ")"
}

// addSlice adds the first of some sorted entries, and returns how many. It skips users that changed
// since they were read. It adds nothing if the pool was deleted meanwhile.
func (c indexRun) addSlice(ctx context.Context, conn *sql.Conn, slice []sortedEntry) (done int, err error) {
	t := c.tries()
	for t.next(ctx) {
		done, t.err = c.tryAddSlice(ctx, conn, slice)
		_ = c.noteRefused(t.err)
	}
	if t.err == nil {
		c.checkpoints.wrote(pagesPerSlice)
	}
	return done, t.err
}

func (c indexRun) tryAddSlice(ctx context.Context, conn *sql.Conn, slice []sortedEntry) (done int, err error) {
	if err := c.lock.take(ctx, false); err != nil {
		return 0, err
	}
	defer c.lock.release()
	changed := c.indexRuns.changed(c.poolNo) // complete, because the writer lock keeps other writers out
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var exists bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM unindexed_users WHERE pool_no = $1)", c.poolNo).Scan(&exists); err != nil {
		return 0, err
	}
	if !exists {
		return len(slice), nil
	}
	if done, err = c.addEntries(ctx, tx, slice, changed); err != nil {
		return 0, err
	}
	return done, tx.Commit()
}

// addEntries adds entries until all are added or an urgent writer waits. It returns how many it
// processed.
func (c indexRun) addEntries(ctx context.Context, tx *sql.Tx, slice []sortedEntry, changed map[int64]bool) (done int, err error) {
	many, err := tx.PrepareContext(ctx, insertEntries(entriesAtOnce))
	if err != nil {
		return 0, err
	}
	defer many.Close()
	args := make([]any, 0, 1+3*entriesAtOnce)
	for some := range slices.Chunk(slice, entriesAtOnce) {
		if done >= indexLeast && c.lock.wanted() {
			return done, nil
		}
		args = append(args[:0], c.poolNo)
		for _, e := range some {
			if !changed[e.no] {
				args = append(args, e.attribute, e.arg(), e.no)
			}
		}
		switch n := (len(args) - 1) / 3; n {
		case 0:
		case entriesAtOnce:
			_, err = many.ExecContext(ctx, args...)
		default:
			_, err = tx.ExecContext(ctx, insertEntries(n), args...)
		}
		if err != nil {
			return done, err
		}
		done += len(some)
	}
	return done, nil
}

// finish indexes the users that changed since they were read, and records that all users of this
// run are indexed. An import may have added more meanwhile.
func (c indexRun) finish(ctx context.Context, tx *transaction) error {
	for no := range c.indexRuns.changed(c.poolNo) {
		some := numbers{no - 1, no}
		var entries []lookupEntry
		err := eachRow(ctx, tx, c.poolNo, some, func(u rawUser) error {
			entries = append(entries, lookupEntry{statusLookup, u.status})
			return u.eachLookup(func(attribute int, value string) { entries = append(entries, lookupEntry{attribute, value}) })
		})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if _, err := tx.ExecContext(ctx, insertLookup, c.poolNo, e.attribute, e.value, no); err != nil {
				return err
			}
		}
	}
	through := c.unindexed.through
	if _, err := tx.ExecContext(ctx, deleteUnindexedUsers, c.poolNo, through); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, advanceUnindexedUsers, through, c.poolNo, through)
	return err
}
