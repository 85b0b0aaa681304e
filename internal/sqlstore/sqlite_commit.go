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

// How many rows a transaction settles: fewer after an urgent writer had to wait for
// one, since it cannot be ended at once, more and more when none does.
const (
	leastRows = 5_000
	mostRows  = 50_000
)

// errDrawn says that a transaction failed that cannot be tried again, because it
// had drawn rows that its batch no longer has.
var errDrawn = errors.New("sqlstore: a transaction failed whose rows are no longer at hand")

// sqliteImports is how imports get in. See [importer].
type sqliteImports struct {
	*database
	*coders
	lock        *writerLock
	checkpoints *checkpointer
	indexing    *sql.DB // of IndexUsers
	sortRoom    int     // bytes of memory in which IndexUsers sorts
	indexRuns   indexRuns
	enough      atomic.Int64 // rows of an import's next transaction, where there are so many
	// optimistic reports whether the names of a job's users need not be looked
	// up before they are added.
	optimistic func(j *importjob.Job, p *userpool.UserPool) bool
}

// expel has nothing to do: there is no server that keeps a dead process's
// transaction open.
func (s *sqliteImports) expel(context.Context, importjob.Key) error { return nil }

// commit settles rows of a batch in one transaction. No import gives way to it.
// See [importer].
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

// batchInserter adds the users of a batch. Their names and subs are deferred to the
// end of the transaction, their lookups to a IndexUsers.
type batchInserter struct {
	*deferred
	store      *sqliteImports
	enough     int  // rows of the transaction
	optimistic bool // names are not looked up before
	stopping   bool // a stop of the job was asked for
}

func (s *sqliteImports) newBatchInserter(ctx context.Context, tx *transaction, c commitment, j storedJob) (*batchInserter, error) {
	first, err := nextNo(ctx, tx, c.pool)
	if err != nil {
		return nil, err
	}
	enough := max(leastRows, int(s.enough.Load()))
	d, err := newDeferred(ctx, tx, s.of(c.pool), j.no.job, first, enough)
	return &batchInserter{d, s, enough, s.optimistic(j.Job, c.pool), j.State == importjob.Stopping}, err
}

// insertPortions settles the rows of a batch, portion after portion, until there are
// none, they are enough or an urgent writer waits.
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

// finish adds what is deferred to the end, notes that the lookups are deferred, and
// returns what became of the rows.
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

// probed is how many rows' usernames are looked up at a time.
const probed = 1000

// insertRows settles rows of a portion until all are settled, or an urgent writer
// waits for the database or a client for the job to stop.
func (in *batchInserter) insertRows(ctx context.Context, rows []importjob.Row) (done int, err error) {
	// For a context that can end, both drivers start a goroutine a statement,
	// which cost a quarter of an import. This loop looks at the context instead.
	statement := context.WithoutCancel(ctx)
	var taken []bool // whether the user is there already, of the rows that were last probed
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

// probe looks all names of some rows up, half of them on a connection that
// reads: while this transaction holds the writer lock, no other changes what
// that sees. A row without a user has no name, which no user has.
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

// probeSome looks names up in one statement: the way into C and back costs
// more than the look.
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

// placesOf returns the places of those keys that a query finds, whose first parameter
// is the keys.
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

// takenKeys and takenAliases look names up. See [nameTables].
func (s sqliteUsers) takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error) {
	places, err := placesOf(ctx, q, selectTaken, keys, poolNo)
	return at(keys, places), err
}

func (s sqliteUsers) takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error) {
	places, err := placesOf(ctx, q, selectTakenAlias, keys, poolNo, attribute)
	return at(keys, places), err
}

// at returns the keys at some places.
func at(keys []string, places []int) []string {
	found := make([]string, len(places))
	for i, place := range places {
		found[i] = keys[place]
	}
	return found
}
