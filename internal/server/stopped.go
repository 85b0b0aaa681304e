package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"poolhouse/internal/config"
	"poolhouse/internal/datadir"
	"poolhouse/internal/iam"
	"poolhouse/internal/sqlstore"
)

// openStopped opens the data directory and the database for a command that needs all servers
// stopped. It creates nothing. The lock of the data directory finds a running server with its
// database there. The store finds running servers of a shared database.
func openStopped(ctx context.Context, cfg config.Config, getenv func(string) string, log *slog.Logger) (s *Server, err error) {
	s = &Server{cfg: cfg, getenv: getenv, log: log, node: nodeName()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	_, err = os.Stat(cfg.Data)
	if errors.Is(err, fs.ErrNotExist) && s.shared() {
		s.store, err = s.openShared(ctx)
		return s, err
	}
	if err == nil && !s.shared() {
		_, err = os.Stat(cfg.DatabasePath())
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("no server has been started on %s: %w", cfg.Data, err)
	}
	if err != nil {
		return s, err
	}
	if err := checkDirectory(cfg.Data, log); err != nil {
		return s, err
	}
	if s.lock, err = datadir.Lock(cfg.Data); err != nil {
		return s, err
	}
	if s.shared() {
		s.store, err = s.openShared(ctx)
	} else {
		s.store, err = sqlstore.OpenSQLite(ctx, sqlstore.SQLite{Path: cfg.DatabasePath(), Account: cfg.AccountID})
	}
	return s, err
}

// unsealData gives the store the data key. Without it the settings of app clients with a secret
// cannot be read.
func (s *Server) unsealData(ctx context.Context) error {
	key, err := config.SealingKey(s.cfg.Data, s.getenv)
	if err != nil {
		return err
	}
	mark, err := s.store.SealingMark(ctx)
	if err != nil || mark == nil {
		return err
	}
	if err := s.checkInterrupted(mark); err != nil {
		return err
	}
	if key == nil {
		return errors.New("the secrets in the database are sealed, and the key is missing: " + s.sealingAdvice())
	}
	if s.sealer, err = iam.NewSealer(key); err != nil {
		return err
	}
	if err := s.checkMark(mark); err != nil {
		return err
	}
	sealed, err := s.store.KeptDataKey(ctx, dataKey)
	if err != nil || sealed == nil {
		return err
	}
	secret, err := s.sealer.OpenKey(dataKey, sealed)
	if err != nil {
		return err
	}
	data, err := iam.NewDataKey(secret)
	if err == nil {
		s.store.SealWith(data)
	}
	return err
}

// SetAccount moves all stored data to another account and returns the previous account. No
// server may run. See [sqlstore.Store.SetAccount].
func SetAccount(ctx context.Context, cfg config.Config, getenv func(string) string, log *slog.Logger, account string) (before string, err error) {
	s, err := openStopped(ctx, cfg, getenv, log)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.unsealData(ctx); err != nil {
		return "", err
	}
	before, err = s.store.SetAccount(ctx, account)
	if named, ok := errors.AsType[*sqlstore.NamedError](err); ok {
		err = fmt.Errorf("policies name the account %s and would not apply to another one:\n  %s\nStart a server with --account-id %s, write * in place of the account in these policies, or delete them, and stop the server again",
			named.Account, strings.Join(named.Places, "\n  "), named.Account)
	}
	if errors.Is(err, sqlstore.ErrImporting) {
		err = fmt.Errorf("%w: start a server as before, let the job end or stop it, and stop the server again", err)
	}
	return before, err
}
