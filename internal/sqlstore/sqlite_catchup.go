package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"poolhouse/internal/guard"
)

// Adding the lookups that an import deferred: for each lookup the values of all new
// users are sorted into a temporary table, and added to user_lookups from
// there, a slice at a time. Sorted, each page of user_lookups is touched
// once, however many users there are; in slices, no writer waits long. Sorting
// reads only, so that one lookup is sorted while another one is added.

// catchUpSlice is how many entries are added in one transaction.
const catchUpSlice = 5000

// catching knows which CatchUps are going on, and the users whose lookups they
// read too early.
type catching struct {
	mu    sync.Mutex
	pools map[int64]map[string]bool // by the pool's number: keys of users
}

func (c *catching) touch(poolNo int64, userKey string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if users := c.pools[poolNo]; users != nil {
		users[userKey] = true
	}
}

// begin reports false when a CatchUp of the pool is going on already.
func (c *catching) begin(poolNo int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pools[poolNo] != nil {
		return false
	}
	if c.pools == nil {
		c.pools = map[int64]map[string]bool{}
	}
	c.pools[poolNo] = map[string]bool{}
	return true
}

func (c *catching) end(poolNo int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pools, poolNo)
}

// touched returns the users whose lookups were read too early.
func (c *catching) touched(poolNo int64) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	users := []string{} // JSON's null is no list
	for key := range c.pools[poolNo] {
		users = append(users, key)
	}
	return users
}

// Behind returns the pools whose users' lookups are deferred, and that have no
// import. See [importjob.Store].
func (s *sqliteImports) Behind(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanText, selectBehind)
}

// CatchUp brings the deferred lookups of a pool's users up to date. An interrupted
// one can be begun again: what it added stays. See [importjob.Store].
func (s *sqliteImports) CatchUp(ctx context.Context, poolID string) error {
	poolNo, err := look(ctx, s.database, func(q querier) (no int64, err error) {
		err = q.QueryRowContext(ctx, "SELECT pool_no FROM user_pools WHERE pool_id = $1", poolID).Scan(&no)
		return no, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil // with the pool, its users are gone
	}
	if err != nil {
		return err
	}
	// What is written from here on is known; what was written before is read.
	if err := s.lock.take(ctx, false); err != nil {
		return err
	}
	begun := s.catching.begin(poolNo)
	s.lock.release()
	if !begun {
		return nil
	}
	defer s.catching.end(poolNo)
	deferred, err := look(ctx, s.database, func(q querier) (numbers, error) { return pending(ctx, q, poolNo) })
	if err != nil || deferred.through == 0 {
		return err
	}
	c := catchingUp{s, poolNo, deferred}
	if err := c.addAll(ctx); err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error { return c.finish(ctx, tx) })
}

// catchingUp is one pool's CatchUp.
type catchingUp struct {
	*sqliteImports
	poolNo   int64
	deferred numbers
}

// addAll adds one lookup after the other, on all connections for that.
func (c catchingUp) addAll(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	columns := make(chan string, len(lookups)+1)
	columns <- "status"
	for _, name := range lookups {
		columns <- name + "_key"
	}
	close(columns)
	var workers sync.WaitGroup
	for range indexers {
		workers.Go(func() {
			for column := range columns {
				if err := guard.Run(func() error { return c.add(ctx, column) }); err != nil {
					cancel(err) // the first one counts
					return
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// add sorts the values of a column and adds them.
func (c catchingUp) add(ctx context.Context, column string) (err error) {
	conn, err := c.indexing.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := c.sort(ctx, conn, column); err != nil {
		return err
	}
	attribute, _ := lookupNo(column)
	for from := 0; err == nil; from += catchUpSlice {
		var more bool
		if more, err = c.addSlice(ctx, conn, attribute, from); err == nil && !more {
			break
		}
	}
	// The table is this connection's, and its room is used again.
	if _, dropErr := conn.ExecContext(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS temp.sorted"); err == nil {
		err = dropErr
	}
	return err
}

func (c catchingUp) sort(ctx context.Context, conn *sql.Conn, column string) error {
	for _, statement := range []string{
		"DROP TABLE IF EXISTS temp.sorted", // of one that was interrupted
		"CREATE TEMP TABLE sorted (value TEXT NOT NULL, user_key TEXT NOT NULL)",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	from := unindexedUsers(c.deferred, column)
	_, err := conn.ExecContext(ctx, fmt.Sprintf("INSERT INTO temp.sorted SELECT %[1]s, user_key FROM %[2]s WHERE %[3]s AND %[1]s IS NOT NULL ORDER BY %[1]s, user_key",
		from.column, from.from, from.where), c.poolNo)
	return err
}

// addSorted leaves out users whose lookups were read too early, and all
// users of a pool that was deleted meanwhile.
const addSorted = `INSERT OR IGNORE INTO user_lookups (pool_no, attribute, value, user_key)
	SELECT $1, $2, value, user_key FROM temp.sorted WHERE rowid > $3 AND rowid <= $4
	AND user_key NOT IN (SELECT value FROM json_each($5))
	AND EXISTS (SELECT 1 FROM unindexed_users WHERE pool_no = $6) ORDER BY rowid`

// addSlice adds some of what was sorted, and reports whether there may be
// more.
func (c catchingUp) addSlice(ctx context.Context, conn *sql.Conn, attribute, from int) (more bool, err error) {
	t := c.tries()
	for t.next(ctx) {
		t.err = c.tryAddSlice(ctx, conn, attribute, from)
	}
	if t.err != nil {
		return false, t.err
	}
	c.checkpoints.wrote(pagesPerSlice)
	err = conn.QueryRowContext(ctx, "SELECT coalesce(max(rowid), 0) > $1 FROM temp.sorted", from+catchUpSlice).Scan(&more)
	return more, err
}

func (c catchingUp) tryAddSlice(ctx context.Context, conn *sql.Conn, attribute, from int) error {
	if err := c.lock.take(ctx, false); err != nil {
		return err
	}
	defer c.lock.release()
	touched, err := json.Marshal(c.catching.touched(c.poolNo)) // no other writes now
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, addSorted, c.poolNo, attribute, from, from+catchUpSlice, string(touched), c.poolNo); err != nil {
		return err
	}
	return tx.Commit()
}

// finish indexes those whose values were read too early, and notes that all
// are indexed. More may have come meanwhile.
func (c catchingUp) finish(ctx context.Context, tx *transaction) error {
	for _, key := range c.catching.touched(c.poolNo) {
		if err := indexUser(ctx, tx, c.poolNo, key); err != nil {
			return err
		}
	}
	through := c.deferred.through
	if _, err := tx.ExecContext(ctx, deletePending, c.poolNo, through); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, advancePending, through, c.poolNo, through)
	return err
}
