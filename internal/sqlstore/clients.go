package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/userpool"
)

func noClient(id string) error {
	return userpool.Errorf(userpool.ResourceNotFound, "User pool client %s does not exist.", id)
}

// Clients is the store of app clients.
type Clients struct{ *database }

// CreateClient adds an app client.
func (s *Clients) CreateClient(ctx context.Context, c *userpool.Client, complete func(*userpool.UserPool, *userpool.Client) error) error {
	return s.change(ctx, func(tx *transaction) error {
		its, p, err := lockPool(ctx, tx, c.PoolID)
		if err != nil {
			return err
		}
		n, err := its.count(ctx, "SELECT count(*) FROM user_pool_clients WHERE pool_no = $1", p.Number)
		if err != nil {
			return err
		}
		if n >= userpool.MaxClients {
			return userpool.Errorf(userpool.LimitExceeded, "User pool %s has %d app clients, which is the limit.", c.PoolID, n)
		}
		no := p.Number
		if err := checkClientID(ctx, tx, c.ID); err != nil {
			return err
		}
		if err := complete(p, c); err != nil {
			return err
		}
		doc, sealed, err := s.document(c)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO user_pool_clients (pool_no, client_id, doc, sealed) VALUES ($1, $2, $3, $4)", no, c.ID, doc, sealed)
		return err
	})
}

// checkClientID returns an error if an app client of any pool has the id: clients sign in by the id
// alone.
func checkClientID(ctx context.Context, tx *transaction, id string) error {
	all, err := lockQuota(ctx, tx, appClients)
	if err != nil {
		return err
	}
	n, err := all.count(ctx, countClientIDs, id)
	if err == nil && n > 0 {
		err = userpool.Errorf(userpool.InvalidParameter, "There is an app client %s already. Choose another id, or delete it first.", id)
	}
	return err
}

const countClientIDs = "SELECT count(*) FROM user_pool_clients c WHERE c.client_id = $1 AND (SELECT 1 FROM user_pools p WHERE p.pool_no = c.pool_no) = 1"

var selectClient = "SELECT client_id, doc, sealed FROM user_pool_clients WHERE pool_no = " + poolOf(1)

// document returns the stored form of an app client: plain, or sealed if it has a secret. The whole
// document is sealed, because an entry of LogoutURLs may equal the secret.
func (d *database) document(c *userpool.Client) (doc string, sealed any, err error) {
	if doc, err = c.Document(); err != nil || c.Secret == "" {
		return doc, nil, err
	}
	sealed, err = seal(d.vault.clients, c.PoolID, c.ID, doc)
	return "", sealed, err
}

func (d *database) scanClient(poolID string) func(row scanner) (*userpool.Client, error) {
	return func(row scanner) (*userpool.Client, error) {
		var id, doc string
		var sealed []byte
		if err := row.Scan(&id, &doc, &sealed); err != nil {
			return nil, err
		}
		return d.clientOf(poolID, id, doc, sealed)
	}
}

// clientOf reads the stored form of an app client.
func (d *database) clientOf(poolID, id, doc string, sealed []byte) (_ *userpool.Client, err error) {
	if sealed != nil {
		if doc, err = unseal(d.vault.clients, poolID, id, sealed, "app client"); err != nil {
			return nil, err
		}
	}
	return userpool.ReadClient(poolID, id, doc)
}

// Client returns an app client.
func (s *Clients) Client(ctx context.Context, poolID, id string) (*userpool.Client, error) {
	return retryRead(ctx, s.database, func(q querier) (*userpool.Client, error) { return s.client(ctx, q, poolID, id) })
}

func (s *Clients) client(ctx context.Context, q querier, poolID, id string) (*userpool.Client, error) {
	c, err := s.scanClient(poolID)(q.QueryRowContext(ctx, selectClient+" AND client_id = $2"+q.forUpdate(), poolID, id))
	if errors.Is(err, sql.ErrNoRows) {
		if _, err := pool(ctx, q, poolID); err != nil {
			return nil, err
		}
		return nil, noClient(id)
	}
	return c, err
}

// UpdateClient changes an app client by a function. The lock on the pool's row keeps the pool
// unchanged meanwhile.
func (s *Clients) UpdateClient(ctx context.Context, poolID, id string, update func(*userpool.UserPool, *userpool.Client) error) (c *userpool.Client, err error) {
	err = s.change(ctx, func(tx *transaction) error {
		_, p, err := lockPool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		no := p.Number
		if c, err = s.client(ctx, tx, poolID, id); err != nil {
			return err
		}
		if err := update(p, c); err != nil {
			return err
		}
		doc, sealed, err := s.document(c)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE user_pool_clients SET doc = $1, sealed = $2 WHERE pool_no = $3 AND client_id = $4", doc, sealed, no, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// DeleteClient removes an app client.
func (s *Clients) DeleteClient(ctx context.Context, poolID, id string) error {
	return s.change(ctx, func(tx *transaction) error {
		if _, err := s.client(ctx, tx, poolID, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM user_pool_clients WHERE pool_no = "+poolOf(1)+" AND client_id = $2", poolID, id)
		return err
	})
}

var selectClients = selectClient + " AND client_id > $2 ORDER BY client_id LIMIT $3"

// ListClients returns a page of a pool's app clients.
func (s *Clients) ListClients(ctx context.Context, poolID, after string, limit int) ([]*userpool.Client, error) {
	return list(ctx, s.database, s.scanClient(poolID), selectClients, poolID, after, limit)
}
