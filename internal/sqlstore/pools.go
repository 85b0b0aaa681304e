package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/userpool"
)

func noPool(id string) error { return userpool.NoPool(id) }

// Pools is the store of user pools.
type Pools struct {
	*database
	users   userTables
	decoded decodedPools
}

// CreatePool adds a pool.
func (s *Pools) CreatePool(ctx context.Context, p *userpool.UserPool, limit int) error {
	doc, err := p.Document()
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error {
		all, err := lockQuota(ctx, tx, "user pools")
		if err != nil {
			return err
		}
		first, end := poolsOf(p.Region())
		n, err := all.count(ctx, countPools, first, end)
		if err != nil {
			return err
		}
		if n >= limit {
			return userpool.Errorf(userpool.LimitExceeded, "There are %d user pools in %s, which is the limit.", n, p.Region())
		}
		result, err := tx.ExecContext(ctx, "INSERT INTO user_pools (pool_id, user_count, doc) VALUES ($1, 0, $2) ON CONFLICT (pool_id) DO NOTHING", p.ID, doc)
		return must(result, err, userpool.Errorf(userpool.InvalidParameter, "There is a user pool %s already. Choose another id, or delete it first.", p.ID))
	})
}

const selectPool = "SELECT pool_id, user_count, doc FROM user_pools"

func scanPool(row scanner) (*userpool.UserPool, error) {
	var id, doc string
	var users int64
	if err := row.Scan(&id, &users, &doc); err != nil {
		return nil, err
	}
	p, err := userpool.ReadPool(id, doc)
	if err != nil {
		return nil, err
	}
	p.Users = users
	return p, nil
}

// Pool returns a pool. What it refers to is shared with others and must not
// be changed.
func (s *Pools) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return look(ctx, s.database, func(q querier) (*userpool.UserPool, error) {
		p, err := s.decoded.scan(q.QueryRowContext(ctx, selectPool+" WHERE pool_id = $1", id))
		if errors.Is(err, sql.ErrNoRows) {
			return nil, noPool(id)
		}
		return p, err
	})
}

func pool(ctx context.Context, q querier, id string) (*userpool.UserPool, error) {
	p, err := scanPool(q.QueryRowContext(ctx, selectPool+" WHERE pool_id = $1"+q.forUpdate(), id))
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
		if err := update(p, importing); err != nil {
			return err
		}
		doc, err := p.Document()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE user_pools SET doc = $1 WHERE pool_id = $2", doc, id)
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
	active, err := activeImport(ctx, tx, id)
	return p, active != "", err
}

// activeImport returns the id of the pool's active job, "" for none.
func activeImport(ctx context.Context, q querier, poolID string) (jobID string, err error) {
	err = q.QueryRowContext(ctx, "SELECT job_id FROM active_imports WHERE pool_id = $1", poolID).Scan(&jobID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return jobID, err
}

// tablesBefore and tablesAfter are the tables that hold something of a pool,
// before and after those of its users in the order in which transactions lock
// rows of them.
var (
	tablesBefore = []string{"log_groups", "deleted_log_streams", "import_outcomes", "active_imports", "import_jobs", "log_forwards"}
	tablesAfter  = []string{"user_pool_clients", "user_pools"}
)

// DeletePool removes a pool with all that belongs to it.
func (s *Pools) DeletePool(ctx context.Context, id string, allow func(p *userpool.UserPool, importing bool) error) error {
	return s.change(ctx, func(tx *transaction) error {
		p, importing, err := poolAndImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := allow(p, importing); err != nil {
			return err
		}
		if err := s.giveTime(ctx, tx); err != nil {
			return err
		}
		if err := clearTables(ctx, tx, id, tablesBefore); err != nil {
			return err
		}
		if err := s.users.clearUsers(ctx, tx, id); err != nil {
			return err
		}
		return clearTables(ctx, tx, id, tablesAfter)
	})
}

// clearTables deletes a pool's rows of some tables.
func clearTables(ctx context.Context, tx *transaction, poolID string, tables []string) error {
	for _, table := range tables {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE pool_id = $1", poolID); err != nil {
			return err
		}
	}
	return nil
}

const (
	selectPools = selectPool + " WHERE pool_id > $1 AND pool_id < $2 ORDER BY pool_id LIMIT $3"
	countPools  = "SELECT count(*) FROM user_pools WHERE pool_id > $1 AND pool_id < $2"
)

// poolsOf returns between which ids those of a region's pools are. Ids are in
// the order of their bytes, and the backquote is next after the underscore.
func poolsOf(region string) (after, before string) { return region + "_", region + "`" }

// ListPools returns a page of a region's pools.
func (s *Pools) ListPools(ctx context.Context, region, after string, limit int) ([]*userpool.UserPool, error) {
	begin, end := poolsOf(region)
	return list(ctx, s.database, scanPool, selectPools, max(after, begin), end, limit)
}

// stillThere demands that the pool is the one that was read before the
// transaction. One that was deleted and made anew under the same id has other
// rules. It is to be called with a row locked that goes with the pool.
func (s *Pools) stillThere(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
	found, err := s.decoded.scan(tx.QueryRowContext(ctx, selectPool+" WHERE pool_id = $1", p.ID))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !found.Created.Equal(p.Created) {
		return noPool(p.ID)
	}
	return err
}

// countUsers adds to the pool's number of users. It fails when the pool is
// gone.
func countUsers(ctx context.Context, tx *transaction, poolID string, n int64) error {
	result, err := tx.ExecContext(ctx, "UPDATE user_pools SET user_count = user_count + $1 WHERE pool_id = $2", n, poolID)
	return must(result, err, noPool(poolID))
}
