package sqlstore

import (
	"context"
	"encoding/json"
	"errors"

	"poolhouse/internal/guard"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// How many rows a transaction settles: fewer after an urgent writer had to wait for
// one, since it cannot be ended at once, more and more when none does.
const (
	leastRows = 5_000
	mostRows  = 50_000
	// minCut is how many rows are settled before an urgent writer is let in.
	minCut = 256
)

// errDrawn says that a transaction failed that cannot be tried again, because it
// had drawn rows that its batch no longer has.
var errDrawn = errors.New("sqlstore: a transaction failed whose rows are no longer at hand")

// commit settles rows of a batch in one transaction. No import gives way to it.
// See [importer].
func (s *sqliteBackend) commit(ctx context.Context, c commitment) (j *importjob.Job, err error) {
	err = s.changeAside(ctx, func(tx *transaction) error {
		if j, err = c.begin(ctx, tx); err != nil {
			return err
		}
		if j.Checkpoint != c.batch.From {
			return importjob.ErrLeaseLost
		}
		tally, err := s.insertBatch(ctx, tx, c, j)
		if err != nil {
			return err
		}
		j, err = c.keep(ctx, tx, c.batch.From, tally)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.checkpoints.wrote(int(j.Checkpoint.Rows-c.batch.From.Rows) * pagesPerRow)
	return j, nil
}

// insertBatch settles the rows of a batch, portion after portion, until there are
// none, they are enough or an urgent writer waits. Then it adds their names, and
// notes that their lookups are deferred.
func (s *sqliteBackend) insertBatch(ctx context.Context, tx *transaction, c commitment, j *importjob.Job) (tally importjob.Tally, err error) {
	enough := max(leastRows, int(s.enough.Load()))
	in, err := s.newBatchInserter(ctx, tx, c, j, enough)
	if err != nil {
		return tally, err
	}
	defer in.close()
	var before, last int64
	if err := tx.QueryRowContext(ctx, selectLastNo).Scan(&before); err != nil {
		return tally, err
	}
	next, err := in.insertPortions(ctx, c.batch, enough)
	if err != nil {
		return tally, err
	}
	if err := in.names.write(ctx); err != nil {
		return tally, err
	}
	s.enough.Store(int64(next))
	in.names.verdicts(&tally)
	if tally.Counts.Imported == 0 {
		return tally, nil
	}
	if err := tx.QueryRowContext(ctx, selectLastNo).Scan(&last); err != nil {
		return tally, err
	}
	_, err = tx.ExecContext(ctx, noteUnindexed, c.pool.ID, before, last)
	return tally, err
}

// batchInserter adds the users of a batch. Their names are deferred.
type batchInserter struct {
	*inserter
	store      *sqliteBackend
	tx         *transaction
	names      *names
	optimistic bool // names are not looked up before
	stopping   bool // a stop of the job was asked for
}

const existsName = "SELECT 1 FROM user_names WHERE pool_id = $1 AND user_key = $2"

func (s *sqliteBackend) newBatchInserter(ctx context.Context, tx *transaction, c commitment, j *importjob.Job, rows int) (*batchInserter, error) {
	names := newNames(tx, c.pool, rows)
	in, err := prepareInserter(ctx, tx, c.pool, existsName, names)
	return &batchInserter{in, s, tx, names, s.optimistic(j, c.pool), j.State == importjob.Stopping}, err
}

// insertPortions settles the rows and returns how many are enough next time.
func (in *batchInserter) insertPortions(ctx context.Context, batch importjob.Batch, enough int) (next int, err error) {
	for rows := range batch.Rows {
		n, err := in.insertRows(ctx, rows)
		switch {
		case err != nil:
			return 0, err
		case n < len(rows): // an urgent writer waits
			return max(enough/2, leastRows), nil
		case len(in.names.rows) >= enough:
			return min(2*enough, mostRows), nil
		}
	}
	if len(in.names.rows) == 0 {
		return 0, errDrawn
	}
	return enough, nil
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
		if len(in.names.rows) >= minCut && (in.stopping || in.store.lock.wanted()) {
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
		var refused *userpool.Error
		switch {
		case rows[i].User == nil:
		case taken != nil && taken[i%probed]:
			refused = userExists()
		default:
			if refused, err = in.insert(statement, rows[i].User); err != nil {
				return 0, err
			}
		}
		in.names.tell(&rows[i], refused)
	}
	return len(rows), nil
}

const selectTaken = `SELECT json_group_array(k.key) FROM json_each($1) k
	WHERE EXISTS (SELECT 1 FROM user_names WHERE pool_id = $2 AND user_key = k.value)`

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
	names := []byte{'['}
	for i := range rows {
		if i > 0 {
			names = append(names, ',')
		}
		key := ""
		if u := rows[i].User; u != nil {
			key = in.pool.UsernameKey(u.Username)
		}
		names = appendJSON(names, key)
	}
	var found string
	if err := q.QueryRowContext(ctx, selectTaken, string(append(names, ']')), in.pool.ID).Scan(&found); err != nil {
		return err
	}
	var places []int
	if err := json.Unmarshal([]byte(found), &places); err != nil {
		return err
	}
	for _, i := range places {
		taken[i] = true
	}
	return nil
}
