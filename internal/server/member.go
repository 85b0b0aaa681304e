package server

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"poolhouse/internal/config"
	"poolhouse/internal/durable"
	"poolhouse/internal/membership"
)

// shared reports whether other servers may use the same database.
func (s *Server) shared() bool { return s.cfg.Database != "" }

// join makes the server one of those that share its database, unless it
// disagrees with them.
func (s *Server) join(ctx context.Context) error {
	if !s.shared() {
		return nil
	}
	s.self = s.member(s.root)
	err := membership.Join(ctx, s.store, s.self)
	s.joined = err == nil
	return err
}

// leave makes a server that does not start after all none of the others.
func (s *Server) leave(ctx context.Context) error {
	if !s.joined {
		return nil
	}
	s.joined = false
	return membership.Leave(ctx, s.store, s.node)
}

// member returns this server as the others that use its database shall know
// it: with the settings in which all must agree, since any of them answers
// any request.
func (s *Server) member(root config.Credentials) membership.Member {
	settings := []membership.Setting{
		{Name: "--uploads", Value: s.filesPlace,
			Advice: "Files in a data directory can be read by one server only: start every server with the same --uploads s3://bucket?endpoint=…&region=…"},
		{Name: "--region", Value: s.cfg.Regions.String(), Advice: "Start every server with the same --region, of several regions with the same list in the same order."},
		{Name: "--account-id", Value: s.cfg.AccountID, Advice: "Start every server with the same --account-id."},
		s.issuerSetting(),
		{Name: "--import-dialect", Value: s.cfg.ImportDialect,
			Advice: "A file must not become other users by which server reads it: start every server with the same --import-dialect."},
		{Name: "the root access key", Value: root.AccessKeyID + " " + fingerprint(root.Secret, root.AccessKeyID),
			Advice: "Start every server with the same " + config.EnvRootAccessKeyID + " and " + config.EnvRootSecret + ", or give each a copy of the same credentials file."},
		{Name: "the key that seals secrets", Value: cmp.Or(s.sealingKey, "none"), Advice: "Do this: " + s.sealingAdvice() + "."},
	}
	for _, ceiling := range s.cfg.HashCeilings.All() {
		settings = append(settings, membership.Setting{Name: "--" + ceiling.Name, Value: strconv.Itoa(*ceiling.Value),
			Advice: "A row of an import must not fail or pass by which server reads it: start every server with the same --" + ceiling.Name + "."})
	}
	return membership.Member{Node: s.node, Settings: settings}
}

// fingerprint distinguishes two secrets of the same name, nearly always. It has
// so few bits that it does not help to guess the secret.
func fingerprint(secret, name string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("poolhouse membership " + name))
	return "(" + hex.EncodeToString(mac.Sum(nil)[:2]) + ")"
}

// directoryName names the data directory apart from all others in the world.
// The name stays when the server is started again. An empty file is what a loss
// of power left of one that was never used.
func (s *Server) directoryName() (string, error) {
	id, err := s.directoryID()
	return "the data directory " + id, err
}

// directoryID returns the name alone, a UUID.
func (s *Server) directoryID() (string, error) {
	path := filepath.Join(s.cfg.Data, "directory-id")
	text, err := os.ReadFile(path)
	id := strings.TrimSpace(string(text))
	if errors.Is(err, fs.ErrNotExist) || err == nil && id == "" {
		id = uuid.NewString()
		err = durable.WriteFile(path, []byte(id+"\n"), 0o600)
	}
	return id, err
}
