package server

import (
	"context"
	"fmt"

	"poolhouse/internal/sqlstore"
)

// checkBelongs refuses an account that is not the one of the first start, and regions without
// one that has user pools: policies name both, and a Deny that names another one denies nothing.
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
			return fmt.Errorf("region is %s, and there are user pools in %s: add it to --region, or delete them first", s.cfg.Regions, region)
		}
	}
	return nil
}

// checkAccount refuses another account than the one that is remembered.
func (s *Server) checkAccount(known sqlstore.Remembered) error {
	if known.Account == "" || known.Account == s.cfg.AccountID {
		return nil
	}
	return fmt.Errorf("account-id is %s, and what is kept here belongs to account %s: start the server with --account-id %s, or with another data directory or database. With the servers stopped, `poolhouse account set %s` makes it belong to %s",
		s.cfg.AccountID, known.Account, known.Account, s.cfg.AccountID, s.cfg.AccountID)
}

// remember has the database remember the account and the regions. It is for a server that
// the others see: a command that needs the servers stopped has ended by then, or finds this
// one.
func (s *Server) remember(ctx context.Context) error {
	before, err := s.store.Remember(ctx, s.cfg.Regions.String())
	if err != nil {
		return err
	}
	if err := s.checkAccount(before); err != nil {
		return err
	}
	if now := s.cfg.Regions.String(); before.Regions != now {
		s.log.Info("the server serves other regions than before", "before", before.Regions, "now", now)
	}
	return nil
}
