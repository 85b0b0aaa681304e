package sqlstore

import "context"

const (
	selectAccounts = "SELECT account_id FROM user_pools UNION SELECT account_id FROM iam_users UNION SELECT account_id FROM iam_roles UNION SELECT account_id FROM iam_policies ORDER BY account_id"
	selectRegions  = "SELECT DISTINCT region FROM user_pools WHERE account_id = $1 ORDER BY region"
)

// Accounts returns the accounts that something in the database belongs to.
func (s *Store) Accounts(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanID, selectAccounts)
}

// Regions returns the regions in which the account has user pools.
func (s *Store) Regions(ctx context.Context) ([]string, error) {
	return list(ctx, s.database, scanID, selectRegions, s.account)
}

func scanID(row scanner) (id string, err error) {
	err = row.Scan(&id)
	return id, err
}
