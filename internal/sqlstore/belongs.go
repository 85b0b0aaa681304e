package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

const (
	selectRegions  = "SELECT DISTINCT region FROM user_pools WHERE account_id = $1 ORDER BY region"
	selectAccount  = "SELECT account_id, regions FROM account WHERE id = 1"
	insertAccount  = "INSERT INTO account (id, account_id, regions) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING"
	rememberRegion = "UPDATE account SET regions = $1 WHERE id = 1"
)

// Remembered is what a database stores about the servers that were started on it.
type Remembered struct {
	Account string // the account, since the first start; "" before
	Regions string // the regions of the server that was started last
}

// Remembered returns the stored account and regions.
func (s *Store) Remembered(ctx context.Context) (Remembered, error) {
	return retryRead(ctx, s.database, func(q querier) (Remembered, error) { return remembered(ctx, q) })
}

func remembered(ctx context.Context, q querier) (r Remembered, err error) {
	err = q.QueryRowContext(ctx, selectAccount+q.forUpdate()).Scan(&r.Account, &r.Regions)
	if errors.Is(err, sql.ErrNoRows) {
		return Remembered{}, nil
	}
	return r, err
}

// Remember stores the store's account if none is stored, and then the regions if the account is the
// stored one. It returns the previous regions and the account that is stored now. It waits for
// SetAccount to end; so call it after the server is visible to its peers.
func (s *Store) Remember(ctx context.Context, regions string) (before Remembered, err error) {
	err = s.change(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, insertAccount, s.account, regions); err != nil {
			return err
		}
		if before, err = remembered(ctx, tx); err != nil || before.Account != s.account {
			return err
		}
		_, err := tx.ExecContext(ctx, rememberRegion, regions)
		return err
	})
	return before, err
}

// Regions returns the regions in which the account has user pools.
func (s *Store) Regions(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanText, selectRegions, s.account)
}
