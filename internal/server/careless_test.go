package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
)

// careless returns a server that is not open, and its log.
func careless(cfg config.Config, root config.Credentials) (*Server, *bytes.Buffer) {
	log := new(bytes.Buffer)
	return &Server{cfg: cfg, root: root, getenv: noEnvironment, log: slog.New(slog.NewTextHandler(log, nil))}, log
}

// TestRootThatCanBeGuessed: a short secret is refused if other machines can reach the server.
// Otherwise the log has a warning.
func TestRootThatCanBeGuessed(t *testing.T) {
	const long = "sixteen letters!"
	for _, c := range []struct{ listen, id, secret, refused, warned string }{
		{"127.0.0.1:0", "test", "test", "", "short"},
		{"localhost:0", "test", "test", "", "short"},
		{"[::1]:0", "test", long, "", ""},
		{"0.0.0.0:9229", "test", "test", "at least 16", ""},
		{":9229", "test", long[1:], "at least 16", ""},
		{"10.0.0.1:9229", "test", "test", "at least 16", ""},
		{"0.0.0.0:9229", "test", long, "", ""},
		{"127.0.0.1:0", "a/b", long, "letters, digits", ""},
		{"127.0.0.1:0", "a b", long, "letters, digits", ""},
		{"127.0.0.1:0", "test", long + "\n", "begin or end with a space", ""},
		{"127.0.0.1:0", "test", "\x00" + long, "control characters", ""},
	} {
		s, log := careless(config.Config{Listen: c.listen}, config.Credentials{AccessKeyID: c.id, Secret: c.secret})
		err := s.checkRoot()
		if (err != nil) != (c.refused != "") || err != nil && (!strings.Contains(err.Error(), c.refused) || strings.Contains(err.Error(), c.secret+" ")) {
			t.Errorf("%q on %s: %v, want %q", c.secret, c.listen, err, c.refused)
		}
		if (log.Len() > 0) != (c.warned != "") || !strings.Contains(log.String(), c.warned) {
			t.Errorf("%q on %s logs %s", c.secret, c.listen, log)
		}
	}
}

// TestWarnings: the start logs a warning for each unsafe setting, and for no other.
func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		cfg  config.Config
		want string // "" for no warning
	}{
		{config.Config{Listen: "127.0.0.1:0"}, ""},
		{config.Config{Listen: "0.0.0.0:0"}, "calls of other machines"},
		{config.Config{Listen: "0.0.0.0:0", TLSCert: "c"}, ""},
		{config.Config{Listen: "0.0.0.0:0", PublicURL: "https://pool.example.com"}, ""},
		{config.Config{Listen: "127.0.0.1:0", TrustedProxies: "127.0.0.1"}, "public-url"},
		{config.Config{Listen: "127.0.0.1:0", TrustedProxies: "127.0.0.1", PublicURL: "https://pool.example.com"}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres:///x?host=/run/postgresql"}, "public-url"},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres:///x?host=/run/postgresql", TokenIssuer: config.IssuerAWS}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@db.example.com/x", TokenIssuer: config.IssuerAWS}, "PostgreSQL"},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@db.example.com/x?sslmode=prefer", TokenIssuer: config.IssuerAWS}, "PostgreSQL"},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@db.example.com/x?sslmode=verify-full", PublicURL: "https://pool.example.com"}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@127.0.0.1/x", PublicURL: "http://127.0.0.1"}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres:///x?host=/run/postgresql", PublicURL: "http://127.0.0.1"}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@127.0.0.1:5432,db.example.com:5432/x", TokenIssuer: config.IssuerAWS}, "PostgreSQL"},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@127.0.0.1:5432,db.example.com:5432/x?sslmode=require", TokenIssuer: config.IssuerAWS}, ""},
		{config.Config{Listen: "127.0.0.1:0", Database: "postgres://u:secret@127.0.0.1/x?host=db.example.com", TokenIssuer: config.IssuerAWS}, "PostgreSQL"},
		{config.Config{Listen: "127.0.0.1:0", Uploads: "s3://b?endpoint=http://s3.example.com:9000"}, "uploads"},
		{config.Config{Listen: "127.0.0.1:0", Uploads: "s3://b?endpoint=https://s3.example.com"}, ""},
		{config.Config{Listen: "127.0.0.1:0", Uploads: "s3://b?endpoint=http://127.0.0.1:9000"}, ""},
		{config.Config{Listen: "127.0.0.1:0", LogsForward: "cloudwatch://eu-west-1?endpoint=http://logs.example.com"}, "logs-forward"},
	} {
		s, log := careless(c.cfg, config.Credentials{})
		s.warn()
		if (log.Len() > 0) != (c.want != "") || !strings.Contains(log.String(), c.want) || strings.Contains(log.String(), "secret") {
			t.Errorf("%+v: %s, want %q", c.cfg, log, c.want)
		}
	}
}

// TestWarningsKnowTheEnvironment: the environment fills in what the PostgreSQL URL does not say.
func TestWarningsKnowTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		database, name, value string
		warned                bool
	}{
		{"postgres://u@db.example.com/x", "PGSSLMODE", "verify-full", false},
		{"postgres://u@db.example.com/x", "PGSSLMODE", "prefer", true},
		{"postgres://u@db.example.com/x?sslmode=disable", "PGSSLMODE", "verify-full", true},
		{"postgres:///x", "PGHOST", "db.example.com", true},
		{"postgres:///x", "PGHOST", "/run/postgresql", false},
		{"postgres://127.0.0.1/x", "PGHOST", "db.example.com", false},
	} {
		s, log := careless(config.Config{Listen: "127.0.0.1:0", Database: c.database}, config.Credentials{})
		s.getenv = func(name string) string { return map[string]string{c.name: c.value}[name] }
		s.warn()
		if strings.Contains(log.String(), "PostgreSQL") != c.warned {
			t.Errorf("%s with %s=%s: %s", c.database, c.name, c.value, log)
		}
	}
}

// TestDirectoryOfOthers: a data directory that its group or others may write is refused. An
// empty one is made private; a umask of 002 makes such directories.
func TestDirectoryOfOthers(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{0o700: false, 0o750: false, 0o755: false, 0o777: true, 0o770: true, 0o775: true, 0o702: true, 0o1777: true, 0o2775: true} {
		for _, full := range []bool{true, false} {
			cfg := settings(t.TempDir())
			if full {
				if err := os.WriteFile(filepath.Join(cfg.Data, "sealing-key.of-another"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(cfg.Data, mode.Perm()); err != nil {
				t.Fatal(err)
			}
			s, err := open(t, cfg)
			if want := refused && full; (err != nil) != want || want && !strings.Contains(err.Error(), "run: chmod go-w "+cfg.Data) {
				t.Errorf("mode %o, with something in it: %v: %v", mode, full, err)
			}
			if err != nil {
				continue
			}
			if info, err := os.Stat(cfg.Data); err != nil || info.Mode().Perm()&0o022 != 0 {
				t.Errorf("mode %o: the server runs on a directory of mode %v, %v", mode, info.Mode(), err)
			}
			end(t, s)
		}
	}
}

// TestDirectoryOfAnotherUser: the owner of a directory can replace its files. So the log names an
// owner that is neither root nor the server's user.
func TestDirectoryOfAnotherUser(t *testing.T) {
	for _, c := range []struct {
		owner, own int
		warned     bool
	}{{0, 0, false}, {0, 1000, false}, {1000, 1000, false}, {1000, 0, true}, {1000, 1001, true}} {
		log := new(bytes.Buffer)
		warnOfOwner("data", c.owner, c.own, slog.New(slog.NewTextHandler(log, nil)))
		if strings.Contains(log.String(), "uid=1000") != c.warned {
			t.Errorf("a directory of %d for a server of %d: %s", c.owner, c.own, log)
		}
	}
}

// TestCarelessStart: a start makes the checks and logs the warnings.
func TestCarelessStart(t *testing.T) {
	start := func(listen, secret string) (string, error) {
		t.Helper()
		cfg, log := settings(t.TempDir()), new(bytes.Buffer)
		cfg.Listen = listen
		s, err := Open(t.Context(), cfg, func(name string) string {
			return map[string]string{config.EnvRootAccessKeyID: "test", config.EnvRootSecret: secret}[name]
		}, slog.New(slog.NewTextHandler(log, nil)))
		if err == nil {
			end(t, s)
		}
		return log.String(), err
	}
	if _, err := start("0.0.0.0:0", "test"); err == nil || !strings.Contains(err.Error(), "at least 16") {
		t.Errorf("test/test for all: %v", err)
	}
	if log, err := start("127.0.0.1:0", "test"); err != nil || !strings.Contains(log, "the root secret is short") {
		t.Errorf("test/test on loopback: %v, %s", err, log)
	}
	if log, err := start("0.0.0.0:0", "sixteen letters!"); err != nil || !strings.Contains(log, "calls of other machines are not encrypted") {
		t.Errorf("plain text for all: %v, %s", err, log)
	}
}

// TestTLSKeyOfOthers: a TLS key is refused if everyone can read it. If its group can read it, it
// is refused unless root owns it.
func TestTLSKeyOfOthers(t *testing.T) {
	for mode, want := range map[os.FileMode][2]string{ // owned by another user, and by root
		0o600: {}, 0o400: {}, 0o640: {"its group"}, 0o440: {"its group"},
		0o660: {"writable by its group", "writable by its group"}, 0o620: {"writable by its group", "writable by its group"},
		0o644: {"everyone", "everyone"}, 0o604: {"everyone", "everyone"}, 0o602: {"everyone", "everyone"},
	} {
		for of, refused := range want {
			if err := checkTLSKey("key", mode, of == 1); (err != nil) != (refused != "") || err != nil && !strings.Contains(err.Error(), refused) {
				t.Errorf("mode %o, of root: %v: %v, want %q", mode, of == 1, err, refused)
			}
		}
	}
	dir := t.TempDir()
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o644: true, 0o660: true} { // whether a file of this mode is refused
		writeCertificate(t, dir, 1, mode)
		c := certificate{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem")}
		if err := c.load(); (err != nil) != refused {
			t.Errorf("a file of mode %o: %v", mode, err)
		}
	}
}

// TestTLSKeyBehindALink: certbot and Kubernetes put links where keys are.
func TestTLSKeyBehindALink(t *testing.T) {
	dir := t.TempDir()
	writeCertificate(t, dir, 1, 0o600)
	link := filepath.Join(dir, "link")
	if err := os.Symlink("key.pem", link); err != nil {
		t.Fatal(err)
	}
	c := certificate{cert: filepath.Join(dir, "cert.pem"), key: link}
	if err := c.load(); err != nil {
		t.Error(err)
	}
}

// writeCertificate writes a certificate with a serial number, and its key.
func writeCertificate(t *testing.T, dir string, serial int64, mode os.FileMode) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(block), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1_700_000_000+serial, 0) // not the clock of the file system
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCertificateIsReloaded: connections get the current certificate of the files. Files that
// cannot be loaded change nothing. A key that everyone may read is refused.
func TestCertificateIsReloaded(t *testing.T) {
	dir := t.TempDir()
	cfg := settings(t.TempDir())
	cfg.TLSCert, cfg.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, dir, 1, 0o644)
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "chmod o=") {
		t.Fatalf("a key that everyone may read: %v", err)
	}
	writeCertificate(t, dir, 2, 0o600)
	s := mustOpen(t, cfg)
	run(t, s)
	serial := func() int64 {
		t.Helper()
		c, err := tls.Dial("tcp", s.listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 2 {
		t.Fatalf("the certificate is %d", got)
	}
	writeCertificate(t, dir, 3, 0o600)
	eventually(t, "the new certificate", func() bool { return serial() == 3 })
	if err := os.WriteFile(cfg.TLSCert, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.tls.mu.Lock()
	s.tls.checked = time.Time{}
	s.tls.mu.Unlock()
	if got := serial(); got != 3 {
		t.Errorf("after files that cannot be used, the certificate is %d", got)
	}
}
