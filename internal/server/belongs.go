package server

import (
	"context"
	"fmt"
)

// checkBelongs refuses an account that is not that of what is kept, and regions without one
// that has user pools: policies name both, and a Deny that names another one denies nothing.
func (s *Server) checkBelongs(ctx context.Context) error {
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account != s.cfg.AccountID {
			return fmt.Errorf("account-id is %s, and what is kept here belongs to account %s: start the server with --account-id %s, or with another data directory or database", s.cfg.AccountID, account, account)
		}
	}
	regions, err := s.store.Regions(ctx)
	if err != nil {
		return err
	}
	for _, region := range regions {
		if !s.cfg.Regions.Serves(region) {
			return fmt.Errorf("region is %s, and there are user pools in %s: add it to --region, or delete them first", s.cfg.Regions, region)
		}
	}
	return nil
}
