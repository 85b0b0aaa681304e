package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/sqlstore"
)

// A sealing key is replaced in three steps: write the new key beside the old one, reseal the
// database in one transaction, and give the new key the old one's name. If the process dies in
// between, the mark in the database shows the step: only one of the two keys made it. The next
// run continues from there. A key from the environment has no file. Then the second step is the
// only one, and the operator starts the servers with the new key.

// KeyReplaced is the result of [ReplaceKey].
type KeyReplaced struct {
	InFile bool // the new key is in DATA/sealing-key; otherwise the environment must provide it
	Before bool // an interrupted run had already resealed the database
}

// ReplaceKey reseals everything in the database under a new key. No server may run. The new key
// comes from [config.EnvNewSealingKey]. If that is not set and the old key is in a file, the new
// key is random.
func ReplaceKey(ctx context.Context, cfg config.Config, getenv func(string) string, log *slog.Logger) (done KeyReplaced, err error) {
	s, err := openStopped(ctx, cfg, getenv, log)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r := &keyReplacement{Server: s, inFile: getenv(config.EnvSealingKey) == ""}
	done.InFile = r.inFile
	if err := r.read(ctx); err != nil {
		return done, err
	}
	if bytes.Equal(r.given, r.old) && r.given != nil {
		return done, fmt.Errorf("%s is the key that already seals the database; it must be a new key", config.EnvNewSealingKey)
	}
	if done.Before = r.made(r.next); done.Before {
		return done, r.finish()
	}
	if err := r.begin(); err != nil {
		return done, err
	}
	if err := r.reseal(ctx); err != nil {
		return done, err
	}
	return done, r.finish()
}

// keyReplacement is one run of [ReplaceKey].
type keyReplacement struct {
	*Server
	inFile    bool   // the old key is in a file
	old, next []byte // keys, nil if missing
	given     []byte // the new key from the environment, nil if missing
	mark      []byte // the mark in the database
}

// read reads the keys and the mark.
func (r *keyReplacement) read(ctx context.Context) (err error) {
	if r.old, err = config.SealingKey(r.cfg.Data, r.getenv); err != nil {
		return err
	}
	if r.given, err = config.GivenSealingKey(r.getenv); err != nil {
		return err
	}
	if r.next = r.given; r.inFile {
		if r.next, err = config.NextSealingKey(r.cfg.Data); err != nil {
			return err
		}
	}
	r.mark, err = r.store.SealingMark(ctx)
	return err
}

// made reports whether a key made the mark in the database.
func (r *keyReplacement) made(key []byte) bool {
	if key == nil || r.mark == nil {
		return false
	}
	sealer, err := iam.NewSealer(key)
	return err == nil && sealer.VerifyMark(r.mark)
}

// begin refuses unsuitable keys and writes the new one to a file, where the next run finds it.
func (r *keyReplacement) begin() (err error) {
	switch {
	case r.old == nil:
		return fmt.Errorf("found no key to replace: %s has no file sealing-key, and %s is not set", r.cfg.Data, config.EnvSealingKey)
	case r.mark != nil && !r.made(r.old):
		return errors.New("the secrets in the database are sealed with another key than this one: " + r.sealingAdvice())
	case r.given == nil && !r.inFile:
		return fmt.Errorf("the key comes from %s, so the new one must come from %s; `openssl rand -base64 32` makes a key", config.EnvSealingKey, config.EnvNewSealingKey)
	case r.inFile && (r.next == nil || r.given != nil):
		r.next, err = config.MakeNextSealingKey(r.cfg.Data, r.given)
	}
	return err
}

// reseal seals everything in the database under the new key, in one transaction.
func (r *keyReplacement) reseal(ctx context.Context) error {
	from, err := iam.NewSealer(r.old)
	if err != nil {
		return err
	}
	to, err := iam.NewSealer(r.next)
	if err != nil {
		return err
	}
	err = r.store.Reseal(ctx, from, to)
	if errors.Is(err, sqlstore.ErrOtherKey) { // changed since it was read
		err = fmt.Errorf("%w than this one: %s", err, r.sealingAdvice())
	}
	return err
}

// finish gives the file of the new key the name of the old one's.
func (r *keyReplacement) finish() error {
	if !r.inFile {
		return nil
	}
	return config.UseNextSealingKey(r.cfg.Data)
}

// checkInterrupted looks for an interrupted replacement of the key. It returns an error if the
// new key already seals the database, which the mark shows. It warns if the new key seals
// nothing yet.
func (s *Server) checkInterrupted(mark []byte) error {
	next, err := config.NextSealingKey(s.cfg.Data)
	if err != nil || next == nil || s.getenv(config.EnvSealingKey) != "" {
		return err
	}
	sealer, err := iam.NewSealer(next)
	if err != nil {
		return err
	}
	path := config.NextSealingKeyPath(s.cfg.Data)
	if sealer.VerifyMark(mark) {
		return fmt.Errorf("`poolhouse key replace` was interrupted after it had changed the database: run it again to move the new key %s into place", path)
	}
	s.log.Warn("`poolhouse key replace` was interrupted before it changed the database: run it again, or delete the new key, which seals nothing", "key", path)
	return nil
}
