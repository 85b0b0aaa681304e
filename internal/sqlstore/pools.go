package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/userpool"
)

func noPool(id string) error { return userpool.NoPool(id) }

// CreatePool adds a pool.
func (s *Store) CreatePool(ctx context.Context, p *userpool.UserPool, limit int) error {
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
func (s *Store) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return look(ctx, s, func(q querier) (*userpool.UserPool, error) {
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
func (s *Store) UpdatePool(ctx context.Context, id string, update func(p *userpool.UserPool, importing bool) error) (p *userpool.UserPool, err error) {
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

// poolTables are the tables that hold something of a pool on every database.
var poolTables = []string{"log_groups", "deleted_log_streams", "import_outcomes", "active_imports", "import_jobs", "log_forwards", "aliases", "users", "user_pool_clients", "user_pools"}

// DeletePool removes a pool with all that belongs to it.
func (s *Store) DeletePool(ctx context.Context, id string, allow func(p *userpool.UserPool, importing bool) error) error {
	return s.change(ctx, func(tx *transaction) error {
		p, importing, err := poolAndImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := allow(p, importing); err != nil {
			return err
		}
		if err := s.lengthen(ctx, tx); err != nil {
			return err
		}
		for _, table := range s.poolTables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE pool_id = $1", id); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	selectPools = selectPool + " WHERE pool_id > $1 AND pool_id < $2 ORDER BY pool_id LIMIT $3"
	countPools  = "SELECT count(*) FROM user_pools WHERE pool_id > $1 AND pool_id < $2"
)

// poolsOf returns between which ids those of a region's pools are. Ids are in
// the order of their bytes, and the backquote is next after the underscore.
func poolsOf(region string) (after, before string) { return region + "_", region + "`" }

// ListPools returns a page of a region's pools.
func (s *Store) ListPools(ctx context.Context, region, after string, limit int) ([]*userpool.UserPool, error) {
	begin, end := poolsOf(region)
	return list(ctx, s, scanPool, selectPools, max(after, begin), end, limit)
}

// stillThere demands that the pool is the one that was read before the
// transaction. One that was deleted and made anew under the same id has other
// rules. It is to be called with a row locked that goes with the pool.
func (s *Store) stillThere(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
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
