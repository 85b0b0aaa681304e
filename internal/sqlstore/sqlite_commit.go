package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"sync/atomic"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// The number of rows in a transaction. It is halved after an urgent writer had to wait for a
// transaction, since none can end at once. It is doubled while no urgent writer waits.
const (
	leastRows = 5_000
	mostRows  = 50_000
)

// errDrawn means that a transaction cannot be retried: it has drawn rows that the batch cannot
// return again.
var errDrawn = errors.New("sqlstore: a transaction failed and cannot be retried: its rows were already drawn from the batch")

// sqliteImports implements [importer] on SQLite.
type sqliteImports struct {
	*database
	*coders
	lock        *writerLock
	checkpoints *checkpointer
	indexing    *sql.DB // for IndexUsers
	sortRoom    int     // bytes of memory in which IndexUsers sorts
	indexRuns   indexRuns
	enough      atomic.Int64 // rows of the next transaction, if the batch has as many
	// optimistic reports whether to insert a job's users without looking up their names.
	optimistic func(j *importjob.Job, p *userpool.UserPool) bool
}

// expel does nothing: no server keeps the transaction of a dead process open.
func (s *sqliteImports) expel(context.Context, importjob.Key) error { return nil }

// commit settles rows of a batch in one transaction. Imports do not yield to it. See [importer].
func (s *sqliteImports) commit(ctx context.Context, c commitment) (j *importjob.Job, err error) {
	err = s.changeAside(ctx, func(tx *transaction) error {
		begun, err := c.begin(ctx, tx)
		if err != nil {
			return err
		}
		if begun.Checkpoint != c.batch.From {
			return importjob.ErrLeaseLost
		}
		in, err := s.newBatchInserter(ctx, tx, c, begun)
		if err != nil {
			return err
		}
		defer in.close()
		if err := in.insertPortions(ctx, c.batch); err != nil {
			return err
		}
		tally, err := in.finish(ctx)
		if err != nil {
			return err
		}
		j, err = c.keep(ctx, tx, begun, c.batch.From, tally, in.counts)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.checkpoints.wrote(int(j.Checkpoint.Rows-c.batch.From.Rows) / rowsPerPage)
	return j, nil
}

// batchInserter adds the users of a batch. Their names and subs are added at the end of the
// transaction, and their lookups later by IndexUsers.
type batchInserter struct {
	*deferredUsers
	store      *sqliteImports
	enough     int  // number of rows in the transaction
	optimistic bool // without look-ups of names
	stopping   bool // a client asked the job to stop
}

func (s *sqliteImports) newBatchInserter(ctx context.Context, tx *transaction, c commitment, j storedJob) (*batchInserter, error) {
	first, err := nextNo(ctx, tx, c.pool)
	if err != nil {
		return nil, err
	}
	enough := max(leastRows, int(s.enough.Load()))
	d, err := newDeferredUsers(ctx, tx, s.coderOf(c.pool), j.no.job, first, enough)
	return &batchInserter{d, s, enough, s.optimistic(j.Job, c.pool), j.State == importjob.Stopping}, err
}

// insertPortions settles the rows of a batch, portion after portion. It ends with the batch, after
// enough rows, or when an urgent writer waits.
func (in *batchInserter) insertPortions(ctx context.Context, batch importjob.Batch) error {
	for rows := range batch.Rows {
		n, err := in.insertRows(ctx, rows)
		switch {
		case err != nil:
			return err
		case n < len(rows): // an urgent writer waits
			in.enough = max(in.enough/2, leastRows)
			return nil
		case len(in.rows) >= in.enough:
			in.enough = min(2*in.enough, mostRows)
			return nil
		}
	}
	if len(in.rows) == 0 {
		return errDrawn
	}
	return nil
}

// finish adds the deferred names and subs, records that the new users are unindexed, and returns
// the verdicts.
func (in *batchInserter) finish(ctx context.Context) (tally importjob.Tally, err error) {
	if err := in.write(ctx); err != nil {
		return tally, err
	}
	in.store.enough.Store(int64(in.enough))
	in.verdicts(&tally)
	if tally.Counts.Imported == 0 {
		return tally, nil
	}
	if err := setNextNo(ctx, in.tx, in.pool, in.next()); err != nil {
		return tally, err
	}
	_, err = in.tx.ExecContext(ctx, noteUnindexed, in.pool.Number, in.first-1, in.next()-1)
	return tally, err
}

// probed is the number of usernames that are looked up at a time.
const probed = 1000

// insertRows settles rows of a portion. It ends early when an urgent writer waits for the database,
// or a client for the job to stop.
func (in *batchInserter) insertRows(ctx context.Context, rows []importjob.Row) (done int, err error) {
	// For a context that can end, both drivers start a goroutine for each statement, which cost a
	// quarter of an import. So this loop checks the context itself.
	statement := context.WithoutCancel(ctx)
	var taken []bool // whether the user exists already, for each of the rows that were last probed
	for i := range rows {
		if len(in.rows) >= minCut && (in.stopping || in.store.lock.wanted()) {
			return i, nil
		}
		if i%probed == 0 && !in.optimistic {
			if taken, err = in.probe(ctx, rows[i:min(i+probed, len(rows))]); err != nil {
				return 0, err
			}
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := in.settleRow(statement, &rows[i], taken != nil && taken[i%probed]); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

const selectTaken = `SELECT json_group_array(k.key) FROM json_each($1) k
	WHERE EXISTS (SELECT 1 FROM user_names WHERE pool_no = $2 AND user_key = k.value)`

// probe looks up the names of some rows, half of them on a reading connection. That connection sees
// the current data, because this transaction holds the writer lock. A row without a user has the
// empty name, which no user has.
func (in *batchInserter) probe(ctx context.Context, rows []importjob.Row) ([]bool, error) {
	taken := make([]bool, len(rows))
	half := len(rows) / 2
	beside := make(chan error, 1)
	go func() {
		beside <- guard.Run(func() error { return in.probeSome(ctx, reader{in.store.read}, rows[:half], taken) })
	}()
	err := in.probeSome(ctx, in.tx, rows[half:], taken[half:])
	return taken, errors.Join(err, <-beside)
}

// probeSome looks up names in one statement: a call into C costs more than a look-up.
func (in *batchInserter) probeSome(ctx context.Context, q querier, rows []importjob.Row, taken []bool) error {
	keys := make([]string, len(rows))
	for i := range rows {
		if u := rows[i].User; u != nil {
			keys[i] = in.pool.UsernameKey(u.Username)
		}
	}
	places, err := placesOf(ctx, q, selectTaken, keys, in.pool.Number)
	for _, i := range places {
		taken[i] = true
	}
	return err
}

// placesOf returns the indexes of the keys that a query finds. The keys are the query's first
// parameter.
func placesOf(ctx context.Context, q querier, query string, keys []string, args ...any) (places []int, err error) {
	list := []byte{'['}
	for i, key := range keys {
		if i > 0 {
			list = append(list, ',')
		}
		list = appendJSON(list, key)
	}
	var found string
	if err := q.QueryRowContext(ctx, query, append([]any{string(append(list, ']'))}, args...)...).Scan(&found); err != nil {
		return nil, err
	}
	err = json.Unmarshal([]byte(found), &places)
	return places, err
}

const selectTakenAlias = `SELECT json_group_array(k.key) FROM json_each($1) k
	WHERE EXISTS (SELECT 1 FROM aliases WHERE pool_no = $2 AND attribute = $3 AND alias_key = k.value)`

// takenKeys and takenAliases look up names. See [nameTables].
func (s sqliteUsers) takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error) {
	places, err := placesOf(ctx, q, selectTaken, keys, poolNo)
	return keysAt(keys, places), err
}

func (s sqliteUsers) takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error) {
	places, err := placesOf(ctx, q, selectTakenAlias, keys, poolNo, attribute)
	return keysAt(keys, places), err
}

// keysAt returns the keys at the given indexes.
func keysAt(keys []string, places []int) []string {
	found := make([]string, len(places))
	for i, place := range places {
		found[i] = keys[place]
	}
	return found
}
