package server

import (
	"context"
	"fmt"

	"poolhouse/internal/sqlstore"
)

// checkBelongs refuses an account other than that of the first start, and a list of regions
// that lacks one with user pools. Policies name both: a Deny that names another account or
// region denies nothing.
func (s *Server) checkBelongs(ctx context.Context) error {
	known, err := s.store.Remembered(ctx)
	if err != nil {
		return err
	}
	if err := s.checkAccount(known); err != nil {
		return err
	}
	regions, err := s.store.Regions(ctx)
	if err != nil {
		return err
	}
	for _, region := range regions {
		if !s.cfg.Regions.Serves(region) {
			return fmt.Errorf("region is %s, but user pools exist in %s: add it to --region, or delete these pools first", s.cfg.Regions, region)
		}
	}
	return nil
}

// checkAccount refuses an account that is not the remembered one.
func (s *Server) checkAccount(known sqlstore.Remembered) error {
	if known.Account == "" || known.Account == s.cfg.AccountID {
		return nil
	}
	return fmt.Errorf("account-id is %s, but this data belongs to account %s: start the server with --account-id %s, or with another data directory or database. To move the data to account %s, stop all servers and run `poolhouse account set %s`",
		s.cfg.AccountID, known.Account, known.Account, s.cfg.AccountID, s.cfg.AccountID)
}

// remember stores the account and the regions in the database. It is called after join: by
// then a command that needs the servers stopped has ended, or finds this server.
func (s *Server) remember(ctx context.Context) error {
	before, err := s.store.Remember(ctx, s.cfg.Regions.String())
	if err != nil {
		return err
	}
	if err := s.checkAccount(before); err != nil {
		return err
	}
	if now := s.cfg.Regions.String(); before.Regions != now {
		s.log.Info("the served regions have changed", "before", before.Regions, "now", now)
	}
	return nil
}
