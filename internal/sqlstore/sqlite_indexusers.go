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

// Adding the lookups that an import deferred: what filters look for is read from the
// rows of all new users, sorted (lookupSorter), and added to user_lookups, a slice at a
// time. Sorted, each page of user_lookups is touched once, however many users there
// are; in slices, no writer waits long.

const (
	// indexSlice is how many entries are added in one transaction, and
	// indexLeast how many before a writer that waits is let in.
	indexSlice = 20_000
	indexLeast = 1_000
	// indexRows is how many users one query reads: while it lasts, the log cannot begin
	// anew.
	indexRows = 20_000
	// entriesAtOnce is how many entries one statement adds.
	entriesAtOnce = 100
)

// indexRuns knows which calls of IndexUsers are going on, and of which users what they
// read is out of date.
type indexRuns struct {
	mu    sync.Mutex
	pools map[int64]map[int64]bool // by the numbers of pools: those of users
}

func (c *indexRuns) touch(poolNo, no int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if users := c.pools[poolNo]; users != nil {
		users[no] = true
	}
}

// begin reports false when a IndexUsers of the pool is going on already.
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

// touched returns the users of whom what was read is out of date.
func (c *indexRuns) touched(poolNo int64) map[int64]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.pools[poolNo])
}

const selectUnindexed = `SELECT p.pool_id FROM unindexed_users n CROSS JOIN user_pools p USING (pool_no)
	WHERE n.pool_no NOT IN (SELECT pool_no FROM active_imports)`

// Unindexed returns the pools whose users' lookups are deferred, and that have no
// import. See [importjob.Store].
func (s *sqliteImports) Unindexed(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanText, selectUnindexed)
}

// IndexUsers brings the deferred lookups of a pool's users up to date. An interrupted
// one can be begun again: what it added stays. See [importjob.Store].
func (s *sqliteImports) IndexUsers(ctx context.Context, poolID string) error {
	poolNo, err := look(ctx, s.database, func(q querier) (no int64, err error) {
		err = q.QueryRowContext(ctx, "SELECT pool_no FROM user_pools WHERE pool_id = $1", poolID).Scan(&no)
		return no, err
	})
	if errors.Is(err, sql.ErrNoRows) { // deleted, with all that was deferred
		return nil
	}
	if err != nil {
		return err
	}
	// What is written from here on is known; what was written before is read.
	if err := s.lock.take(ctx, false); err != nil {
		return err
	}
	begun := s.indexRuns.begin(poolNo)
	s.lock.release()
	if !begun {
		return nil
	}
	defer s.indexRuns.end(poolNo)
	deferred, err := look(ctx, s.database, func(q querier) (numbers, error) { return pending(ctx, q, poolNo) })
	if err != nil || deferred.through == 0 {
		return err
	}
	c := indexRun{s, poolNo, deferred}
	if err := c.addAll(ctx); err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error { return c.finish(ctx, tx) })
}

// indexRun is one pool's IndexUsers.
type indexRun struct {
	*sqliteImports
	poolNo   int64
	deferred numbers
}

// addAll sorts what the users are to have, and adds it.
func (c indexRun) addAll(ctx context.Context) (err error) {
	sorter := newLookupSorter(c.sortRoom)
	defer func() { err = errors.Join(err, sorter.close()) }()
	for from := c.deferred.after; from < c.deferred.through; from += indexRows {
		some := numbers{from, min(from+indexRows, c.deferred.through)}
		if _, err := look(ctx, c.database, func(q querier) (any, error) { return nil, c.read(ctx, q, some, sorter) }); err != nil {
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

// read gives a sorter what some users are to have. What was read before a query
// failed comes again, which does no harm.
func (c indexRun) read(ctx context.Context, q querier, some numbers, sorter *lookupSorter) error {
	return eachRow(ctx, q, c.poolNo, some, func(u rawUser) error {
		problem := sorter.add(statusLookup, statusText(int(u.status)), u.no)
		err := u.eachLookup(func(attribute int, value string) {
			problem = errors.Join(problem, sorter.add(attribute, value, u.no))
		})
		return errors.Join(err, problem)
	})
}

// insertEntries returns the statement that adds n entries of a pool.
func insertEntries(n int) string {
	return "INSERT OR IGNORE INTO user_lookups (pool_no, attribute, value, user_no) SELECT ?, column1, column2, column3 FROM (VALUES " +
		strings.TrimSuffix(strings.Repeat("(?,?,?),", n), ",") + ")"
}

// addSlice adds the first of some sorted entries, and returns how many. It leaves out
// users of whom what was read is out of date, and all users of a pool that was
// deleted meanwhile.
func (c indexRun) addSlice(ctx context.Context, conn *sql.Conn, slice []sortedEntry) (done int, err error) {
	t := c.tries()
	for t.next(ctx) {
		done, t.err = c.tryAddSlice(ctx, conn, slice)
		_ = c.noted(t.err)
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
	touched := c.indexRuns.touched(c.poolNo) // no other writes now
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var there bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM unindexed_users WHERE pool_no = $1)", c.poolNo).Scan(&there); err != nil {
		return 0, err
	}
	if !there {
		return len(slice), nil
	}
	if done, err = c.addEntries(ctx, tx, slice, touched); err != nil {
		return 0, err
	}
	return done, tx.Commit()
}

// addEntries adds entries until all are added, or an urgent writer waits, and returns
// how many were looked at.
func (c indexRun) addEntries(ctx context.Context, tx *sql.Tx, slice []sortedEntry, touched map[int64]bool) (done int, err error) {
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
			if !touched[e.no] {
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

// finish indexes those whose values were read too early, and notes that all
// are indexed. More may have come meanwhile.
func (c indexRun) finish(ctx context.Context, tx *transaction) error {
	for no := range c.indexRuns.touched(c.poolNo) {
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
	through := c.deferred.through
	if _, err := tx.ExecContext(ctx, deletePending, c.poolNo, through); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, advancePending, through, c.poolNo, through)
	return err
}
