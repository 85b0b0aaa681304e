package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"poolhouse/internal/userpool"
)

func noPool(id string) error { return userpool.NoPool(id) }

// Pools is the store of user pools.
type Pools struct {
	*database
	account string // the account of all pools
	users   userTables
	decoded decodedPools
}

// CreatePool adds a pool, and gives it its number.
func (s *Pools) CreatePool(ctx context.Context, p *userpool.UserPool, limit int) error {
	doc, err := p.Document()
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error {
		all, err := lockQuota(ctx, tx, userPools)
		if err != nil {
			return err
		}
		n, err := all.count(ctx, countPools, s.account, p.Region())
		if err != nil {
			return err
		}
		if n >= limit {
			return userpool.Errorf(userpool.LimitExceeded, "There are %d user pools in %s, which is the limit.", n, p.Region())
		}
		if err := tx.QueryRowContext(ctx, takeNumber, userPools).Scan(&p.Number); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, insertPool, p.Number, s.account, p.Region(), p.ID, doc)
		err = requireChange(result, err, userpool.Errorf(userpool.InvalidParameter, "There is a user pool %s already. Choose another id, or delete it first.", p.ID))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, insertCounters, p.Number)
		return err
	})
}

const (
	insertPool     = "INSERT INTO user_pools (pool_no, account_id, region, pool_id, doc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (pool_id) DO NOTHING"
	insertCounters = "INSERT INTO user_pool_counters (pool_no, user_count, next_user_no, next_job_no) VALUES ($1, 0, 1, 1)"
	// The counters are a subquery and not a join, so that a query locks only the pool's row.
	selectPool = `SELECT pool_no, pool_id, (SELECT c.user_count FROM user_pool_counters c WHERE c.pool_no = user_pools.pool_no), doc, log_group
		FROM user_pools`
	selectPoolByID = selectPool + " WHERE pool_id = $1"
)

// poolRow is a row of selectPool.
type poolRow struct {
	no, users int64
	id, doc   string
	logGroup  sql.NullString
}

func scanPoolRow(row scanner) (r poolRow, err error) {
	err = row.Scan(&r.no, &r.id, &r.users, &r.doc, &r.logGroup)
	return r, err
}

// counted sets the fields of a pool that are not in its document.
func (r poolRow) counted(p *userpool.UserPool) *userpool.UserPool {
	p.Number, p.Users, p.LogGroup = r.no, r.users, r.logGroup.String
	return p
}

func scanPool(row scanner) (*userpool.UserPool, error) {
	r, err := scanPoolRow(row)
	if err != nil {
		return nil, err
	}
	p, err := userpool.ReadPool(r.id, r.doc)
	if err != nil {
		return nil, err
	}
	return r.counted(p), nil
}

// Pool returns a pool. Its contents are shared with other callers and must not be changed.
func (s *Pools) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return retryRead(ctx, s.database, func(q querier) (*userpool.UserPool, error) { return s.readPool(ctx, q, id) })
}

// readPool is Pool within a transaction.
func (s *Pools) readPool(ctx context.Context, q querier, id string) (*userpool.UserPool, error) {
	p, err := s.decoded.scan(q.QueryRowContext(ctx, selectPoolByID, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noPool(id)
	}
	return p, err
}

func pool(ctx context.Context, q querier, id string) (*userpool.UserPool, error) {
	p, err := scanPool(q.QueryRowContext(ctx, selectPoolByID+q.forUpdate(), id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noPool(id)
	}
	return p, err
}

// UpdatePool changes a pool by a function.
func (s *Pools) UpdatePool(ctx context.Context, id string, update func(p *userpool.UserPool, importing bool) error) (p *userpool.UserPool, err error) {
	err = s.change(ctx, func(tx *transaction) error {
		var importing bool
		if p, importing, err = poolAndImport(ctx, tx, id); err != nil {
			return err
		}
		no := p.Number
		if err := update(p, importing); err != nil {
			return err
		}
		doc, err := p.Document()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE user_pools SET doc = $1 WHERE pool_no = $2", doc, no)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func poolAndImport(ctx context.Context, tx *transaction, id string) (*userpool.UserPool, bool, error) {
	p, err := pool(ctx, tx, id)
	if err != nil {
		return nil, false, err
	}
	active, err := activeImport(ctx, tx, p.Number)
	return p, active != "", err
}

const selectActive = `SELECT (SELECT j.job_id FROM import_jobs j WHERE j.pool_no = a.pool_no AND j.job_no = a.job_no)
	FROM active_imports a WHERE a.pool_no = $1`

// activeImport returns the id of the pool's active job, "" if there is none.
func activeImport(ctx context.Context, q querier, poolNo int64) (jobID string, err error) {
	err = q.QueryRowContext(ctx, selectActive, poolNo).Scan(&jobID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return jobID, err
}

// deletePool are the statements that delete a pool. A transaction that adds a user changes the
// counters at its end, and fails without them.
var deletePool = []string{
	"DELETE FROM user_pool_counters WHERE pool_no = $1",
	"DELETE FROM active_imports WHERE pool_no = $1",
	"DELETE FROM user_pools WHERE pool_no = $1",
}

const markDeleted = "INSERT INTO deleted_pools (pool_no, pool_id, deleted_ms) VALUES ($1, $2, $3)"

// DeletePool removes a pool. After that, nothing finds its data; ClearPool deletes it.
func (s *Pools) DeletePool(ctx context.Context, id string, allow func(p *userpool.UserPool, importing bool) error) error {
	return s.change(ctx, func(tx *transaction) error {
		p, importing, err := poolAndImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := allow(p, importing); err != nil {
			return err
		}
		for _, statement := range deletePool {
			if _, err := tx.ExecContext(ctx, statement, p.Number); err != nil {
				return err
			}
		}
		if err := s.users.poolDeleted(ctx, tx, p.Number); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, markDeleted, p.Number, id, millis(time.Now()))
		return err
	})
}

const (
	selectPools = selectPool + " WHERE account_id = $1 AND region = $2 AND pool_id > $3 ORDER BY account_id, region, pool_id LIMIT $4"
	countPools  = "SELECT count(*) FROM user_pools WHERE account_id = $1 AND region = $2"
)

// ListPools returns a page of a region's pools.
func (s *Pools) ListPools(ctx context.Context, region, after string, limit int) ([]*userpool.UserPool, error) {
	return list(ctx, s.database, scanPool, selectPools, s.account, region, after, limit)
}

// stillThere checks that the pool is the one that was read before the transaction. A new pool with
// the id of a deleted one has another number.
func stillThere(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
	var no int64
	err := tx.QueryRowContext(ctx, "SELECT pool_no FROM user_pools WHERE pool_no = $1", p.Number).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return noPool(p.ID)
	}
	return err
}
