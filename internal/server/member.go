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

// join adds the server to the members of a shared database. It returns an error if its settings
// differ from those of another member.
func (s *Server) join(ctx context.Context) error {
	if !s.shared() {
		return nil
	}
	s.self = s.member(s.root)
	err := membership.Join(ctx, s.store, s.self)
	s.joined = err == nil
	return err
}

// leave removes the server from the members after a failed start.
func (s *Server) leave(ctx context.Context) error {
	if !s.joined {
		return nil
	}
	s.joined = false
	return membership.Leave(ctx, s.store, s.node)
}

// member returns this server's entry in the list of members. The entry has the settings in
// which all members must agree, because any of them answers any request.
func (s *Server) member(root config.Credentials) membership.Member {
	settings := []membership.Setting{
		{Name: "--uploads", Value: s.filesPlace,
			Advice: "Other servers cannot read the files in a data directory: start every server with the same --uploads s3://bucket?endpoint=…&region=…"},
		{Name: "--region", Value: s.cfg.Regions.String(), Advice: "Start every server with the same --region: the same regions in the same order."},
		{Name: "--account-id", Value: s.cfg.AccountID, Advice: "Start every server with the same --account-id."},
		s.issuerSetting(),
		{Name: "--import-dialect", Value: s.cfg.ImportDialect,
			Advice: "Every server must read a file in the same way: start every server with the same --import-dialect."},
		{Name: "the root access key", Value: root.AccessKeyID + " " + fingerprint(root.Secret, root.AccessKeyID),
			Advice: "Start every server with the same " + config.EnvRootAccessKeyID + " and " + config.EnvRootSecret + ", or give each a copy of the same credentials file."},
		{Name: "the key that seals secrets", Value: cmp.Or(s.sealingKey, "none"), Advice: "To fix it, " + s.sealingAdvice() + "."},
	}
	for _, ceiling := range s.cfg.HashCeilings.All() {
		settings = append(settings, membership.Setting{Name: "--" + ceiling.Name, Value: strconv.Itoa(*ceiling.Value),
			Advice: "Every server must give a row the same verdict: start every server with the same --" + ceiling.Name + "."})
	}
	return membership.Member{Node: s.node, Settings: settings}
}

// fingerprint returns 16 bits of an HMAC of a name under a secret. Different secrets nearly
// always have different fingerprints. So few bits do not help to guess the secret.
func fingerprint(secret, name string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("poolhouse membership " + name))
	return "(" + hex.EncodeToString(mac.Sum(nil)[:2]) + ")"
}

// directoryName returns a globally unique name of the data directory. It stays the same after a
// restart.
func (s *Server) directoryName() (string, error) {
	id, err := s.directoryID()
	return "the data directory " + id, err
}

// directoryID returns the id in that name, a UUID from the file directory-id. An empty file is
// left by a loss of power before the first use; it gets a new id.
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
