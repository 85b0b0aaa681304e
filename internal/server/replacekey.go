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

// A key that seals secrets is replaced in three steps: the new key is put beside the old one,
// the database is changed in one transaction, and the new key gets the old one's name. What a
// process that dies in between leaves is told by the mark in the database, which only one
// of the two keys made, and the next run goes on from there. A key that comes by the
// environment is not in a file: then there is only the second step, and it is for those
// who start the servers to give them the new key.

// KeyReplaced is what [ReplaceKey] did.
type KeyReplaced struct {
	InFile bool // the new key is in DATA/sealing-key; otherwise the environment must give it
	Before bool // the database had been changed before, by a run that was interrupted
}

// ReplaceKey seals everything in the database under a new key in place of the one that seals it.
// No server may run. The new key is that of [config.EnvNewSealingKey], or a random one where
// the old one is in a file.
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
		return done, fmt.Errorf("the key of %s is the one that there is already", config.EnvNewSealingKey)
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

// keyReplacement is one run.
type keyReplacement struct {
	*Server
	inFile    bool
	old, next []byte // keys, nil for none
	given     []byte // the new key, nil where it may be a random one
	mark      []byte // in the database
}

// read finds the keys that there are.
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
	return err == nil && sealer.Made(r.mark)
}

// begin refuses keys that will not do, and puts the new one where it is found again.
func (r *keyReplacement) begin() (err error) {
	switch {
	case r.old == nil:
		return fmt.Errorf("there is no key to replace: %s has no file sealing-key, and %s is not set", r.cfg.Data, config.EnvSealingKey)
	case r.mark != nil && !r.made(r.old):
		return errors.New("the secrets in the database are sealed with another key than this one: " + r.sealingAdvice())
	case r.given == nil && !r.inFile:
		return fmt.Errorf("the key comes from %s, so the new one must come from %s; a good key is what openssl rand -base64 32 prints", config.EnvSealingKey, config.EnvNewSealingKey)
	case r.inFile && (r.next == nil || r.given != nil):
		r.next, err = config.MakeNextSealingKey(r.cfg.Data, r.given)
	}
	return err
}

// reseal changes the database.
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

// finish gives the new key the name of the old one.
func (r *keyReplacement) finish() error {
	if !r.inFile {
		return nil
	}
	return config.UseNextSealingKey(r.cfg.Data)
}

// checkInterrupted looks for a replacement of the key that did not come to its end. It refuses
// a database that was changed, whose mark is that of the next key, and warns of a key that
// seals nothing yet.
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
	if sealer.Made(mark) {
		return fmt.Errorf("`poolhouse key replace` was interrupted after it had changed the database: run it again, and it puts the new key, %s, in its place", path)
	}
	s.log.Warn("`poolhouse key replace` was interrupted before it changed the database: run it again, or delete the new key, which seals nothing", "key", path)
	return nil
}
