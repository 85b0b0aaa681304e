package server

import (
	"context"
	"crypto/rand"
	"errors"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
)

// openSealer makes what seals secrets in the database. A server alone keeps its
// key beside its database, and makes it itself. Servers that share one are
// given theirs; a key that one of them made would be lost with its disk. Without
// one they serve root, and refuse what needs a secret. A server that has not the
// key with which secrets were sealed does not start.
func (s *Server) openSealer(ctx context.Context) error {
	key, err := config.SealingKey(s.cfg.Data, s.getenv)
	if err != nil {
		return err
	}
	mark, err := s.store.SealingMark(ctx)
	if err != nil {
		return err
	}
	if err := s.checkInterrupted(mark); err != nil {
		return err
	}
	sealed, err := s.store.HasSealed(ctx)
	if err != nil {
		return err
	}
	if key == nil {
		if key, err = s.newKey(mark != nil, sealed); err != nil || key == nil {
			return err
		}
	}
	s.sealingKey = fingerprint(string(key), "sealing key")
	if s.sealer, err = iam.NewSealer(key); err != nil || !sealed {
		return err
	}
	return s.checkMark(mark)
}

// newKey makes the key of a server alone that has none. It returns none for a
// server that shares its database and may do without. marked tells whether
// there was a key before, and sealed whether secrets are sealed with it: a key
// that sealed nothing may be lost.
func (s *Server) newKey(marked, sealed bool) ([]byte, error) {
	switch {
	case sealed:
		return nil, errors.New("the secrets in the database are sealed, and this server has not the key: " + s.sealingAdvice())
	case marked && s.shared():
		return nil, errors.New("the servers of this database have a key that seals secrets, and this one has none: " + s.sealingAdvice())
	case s.shared():
		s.log.Warn("no key to seal secrets with: access keys, sessions of roles, passwords, app clients with a secret and import jobs cannot be made. To have them, " + s.sealingAdvice())
		return nil, nil
	}
	return config.NewSealingKey(s.cfg.Data)
}

// keepMark writes down by which key secrets are sealed from now on, unless that
// was done before. A mark of a key that sealed nothing gives way. It is for a
// server that the others agree with: the mark of one that does not start would
// keep them from starting again.
func (s *Server) keepMark(ctx context.Context) error {
	if s.sealer == nil {
		return nil
	}
	mark, err := s.store.SealingMark(ctx)
	if err != nil || mark != nil && s.sealer.Made(mark) {
		return err
	}
	before := mark
	if mark, err = s.store.SetSealingMark(ctx, s.sealer.Mark()); err != nil {
		return err
	}
	if err := s.checkMark(mark); err != nil {
		return err
	}
	if before != nil {
		s.log.Warn("the key that seals secrets is another one than before. Nothing in the database was sealed; sessions of roles that began before are over")
	}
	return nil
}

// openKeys opens what is sealed by the server's key: the key of the data, and that of
// pre-signed URLs.
func (s *Server) openKeys(ctx context.Context) error {
	if err := s.keepMark(ctx); err != nil {
		return err
	}
	if s.sealer != nil {
		secret, err := s.sharedKey(ctx, dataKey, iam.DataKeySize)
		if err != nil {
			return err
		}
		key, err := iam.NewDataKey(secret)
		if err != nil {
			return err
		}
		s.dataKey = key
		s.store.SealWith(key)
	}
	return s.openReceiver(ctx)
}

// dataKey is the name of the key with which secrets are sealed that are not access keys'.
const dataKey = "data"

// sharedKey returns a random key that all servers of the database share. It is in the
// database, sealed. A server without a key to seal it has one of its own, with which
// nothing is made: what needs it is refused.
func (s *Server) sharedKey(ctx context.Context, name string, size int) ([]byte, error) {
	fresh := make([]byte, size)
	_, _ = rand.Read(fresh) // never fails: the program would end
	if s.sealer == nil {
		return fresh, nil
	}
	sealed, err := s.store.DataKey(ctx, name, s.sealer.SealKey(name, fresh))
	if err != nil {
		return nil, err
	}
	return s.sealer.OpenKey(name, sealed)
}

// checkMark refuses a mark of another key.
func (s *Server) checkMark(mark []byte) error {
	if mark != nil && !s.sealer.Made(mark) {
		return errors.New("the secrets in the database are sealed with another key than this server's: " + s.sealingAdvice())
	}
	return nil
}

// sealingAdvice says how a server gets the key that it lacks.
func (s *Server) sealingAdvice() string {
	if s.getenv(config.EnvSealingKey) != "" {
		return "set " + config.EnvSealingKey + " to the key that sealed them; after `poolhouse key replace` that is the key of " + config.EnvNewSealingKey
	}
	if s.shared() {
		return "start every server with the same " + config.EnvSealingKey + ", or with a copy of the same file sealing-key in its data directory"
	}
	return "put the file sealing-key back into " + s.cfg.Data + ", or set " + config.EnvSealingKey +
		" to what was in it. If the key is lost for good, so are the access keys of IAM users; " +
		"the section \"The key that seals secrets\" of docs/operations.md says how to go on without them"
}

// openPages makes the key of the tokens of pages. Its secret is in the database:
// every server that shares it takes the tokens of the others, also after a
// restart. A token hides what is in the same database, so nothing is lost by
// keeping the secret there.
func (s *Server) openPages(ctx context.Context) error {
	fresh := make([]byte, pagetoken.SecretSize)
	_, _ = rand.Read(fresh) // never fails: the program would end
	secret, err := s.store.PageSecret(ctx, fresh)
	if err != nil {
		return err
	}
	s.pages, err = pagetoken.NewKey(secret)
	return err
}
