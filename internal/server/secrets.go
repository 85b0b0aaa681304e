package server

import (
	"context"
	"crypto/rand"
	"errors"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
)

// openSealer makes the sealer of secrets in the database. A server with its own database makes
// its key and keeps it in the data directory. Servers that share a database must be given a
// key: one that a server made would be lost with its disk. Without a key they serve root, and
// refuse operations that need a secret. A server does not start if secrets are sealed and it
// lacks the key.
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

// newKey makes the key of a server with its own database. For a server that shares its database
// it returns nil, if the server may run without a key. marked says that there was a key before;
// sealed says that secrets are sealed with it. A key that sealed nothing may be lost.
func (s *Server) newKey(marked, sealed bool) ([]byte, error) {
	switch {
	case sealed:
		return nil, errors.New("the secrets in the database are sealed, and this server lacks the key: " + s.sealingAdvice())
	case marked && s.shared():
		return nil, errors.New("the other servers of this database have a sealing key, and this one has none: " + s.sealingAdvice())
	case s.shared():
		s.log.Warn("no key to seal secrets: access keys, role sessions, passwords, app clients with a secret and import jobs cannot be created. To allow them, " + s.sealingAdvice())
		return nil, nil
	}
	return config.NewSealingKey(s.cfg.Data)
}

// keepMark stores the mark of this server's key, unless it is stored already. It replaces the
// mark of a key that sealed nothing. It is called after join: the mark of a server that does
// not start would keep the other servers from starting again.
func (s *Server) keepMark(ctx context.Context) error {
	if s.sealer == nil {
		return nil
	}
	mark, err := s.store.SealingMark(ctx)
	if err != nil || mark != nil && s.sealer.VerifyMark(mark) {
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
		s.log.Warn("the sealing key has changed; nothing in the database was sealed, and earlier role sessions have ended")
	}
	return nil
}

// openKeys opens the keys that are sealed in the database: the data key and the key of
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

// dataKey is the name of the key that seals all secrets except those of access keys.
const dataKey = "data"

// sharedKey returns a random key that all servers of the database share. The database holds it
// sealed. A server without a sealing key gets a key of its own. It makes nothing with that key,
// because operations that need it are refused.
func (s *Server) sharedKey(ctx context.Context, name string, size int) ([]byte, error) {
	fresh := make([]byte, size)
	_, _ = rand.Read(fresh) // never returns an error; without randomness the program ends
	if s.sealer == nil {
		return fresh, nil
	}
	sealed, err := s.store.DataKey(ctx, name, s.sealer.SealKey(name, fresh))
	if err != nil {
		return nil, err
	}
	return s.sealer.OpenKey(name, sealed)
}

// checkMark returns an error if another key made the mark.
func (s *Server) checkMark(mark []byte) error {
	if mark != nil && !s.sealer.VerifyMark(mark) {
		return errors.New("the secrets in the database are sealed with another key than this server's: " + s.sealingAdvice())
	}
	return nil
}

// sealingAdvice says how to give a server the key that it lacks.
func (s *Server) sealingAdvice() string {
	if s.getenv(config.EnvSealingKey) != "" {
		return "set " + config.EnvSealingKey + " to the key that sealed them; after `poolhouse key replace` that is the value of " + config.EnvNewSealingKey
	}
	if s.shared() {
		return "start every server with the same " + config.EnvSealingKey + ", or with a copy of the same file sealing-key in its data directory"
	}
	return "put the file sealing-key back into " + s.cfg.Data + ", or set " + config.EnvSealingKey +
		" to its content. If the key is lost for good, so are the access keys of IAM users; " +
		"see the section \"The key that seals secrets\" of docs/operations.md"
}

// openPages makes the key of page tokens. Its secret is in the database, so every server of the
// database accepts the tokens of the others, also after a restart. A token hides data of the
// same database, so its secret is as safe there as the data.
func (s *Server) openPages(ctx context.Context) error {
	fresh := make([]byte, pagetoken.SecretSize)
	_, _ = rand.Read(fresh) // never returns an error; without randomness the program ends
	secret, err := s.store.PageSecret(ctx, fresh)
	if err != nil {
		return err
	}
	s.pages, err = pagetoken.NewKey(secret)
	return err
}
