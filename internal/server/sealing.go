package server

import (
	"context"
	"errors"
	"os"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
)

// openSealer makes what seals secrets in the database. A server alone keeps its
// key beside its database, and makes it itself. Servers that share one are
// given theirs; a key that one of them made would be lost with its disk. Without
// one they serve root, and refuse what needs a secret. A server that has not the
// key with which secrets were sealed does not start.
func (s *Server) openSealer(ctx context.Context) error {
	key, err := config.SealingKey(s.cfg.Data, os.Getenv)
	if err != nil {
		return err
	}
	mark, err := s.store.SealingMark(ctx)
	switch {
	case err != nil:
		return err
	case key == nil && mark != nil:
		return errors.New("the secrets in the database are sealed, and this server has not the key: " + sealingAdvice)
	case key == nil && s.shared():
		s.log.Info("no key to seal secrets with: access keys and sessions of roles cannot be made. To have them, " + sealingAdvice)
		return nil
	case key == nil:
		if key, err = config.NewSealingKey(s.cfg.Data); err != nil {
			return err
		}
	}
	s.sealingKey = fingerprint(string(key), "sealing key")
	if s.sealer, err = iam.NewSealer(key); err != nil {
		return err
	}
	return s.checkMark(mark)
}

// keepMark writes down by which key secrets are sealed from now on, unless that
// was done before. It is for a server that the others agree with: the mark of
// one that does not start would keep them from starting again.
func (s *Server) keepMark(ctx context.Context) error {
	if s.sealer == nil {
		return nil
	}
	mark, err := s.store.SealingMark(ctx)
	if err == nil && mark == nil {
		mark, err = s.store.SetSealingMark(ctx, s.sealer.Mark())
	}
	if err != nil {
		return err
	}
	return s.checkMark(mark)
}

// checkMark refuses a mark of another key.
func (s *Server) checkMark(mark []byte) error {
	if mark != nil && !s.sealer.Made(mark) {
		return errors.New("the secrets in the database are sealed with another key than this server's: " + sealingAdvice)
	}
	return nil
}

const sealingAdvice = "start every server with the same " + config.EnvSealingKey + ", or with a copy of the same file sealing-key in its data directory"
