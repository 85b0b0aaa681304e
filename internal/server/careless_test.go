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

// careless returns a server with settings that is not open, and what it logs.
func careless(cfg config.Config, root config.Credentials) (*Server, *bytes.Buffer) {
	log := new(bytes.Buffer)
	return &Server{cfg: cfg, root: root, log: slog.New(slog.NewTextHandler(log, nil))}, log
}

// TestRootThatCanBeGuessed: a short secret is refused where other machines reach the server,
// and warned of where they do not.
func TestRootThatCanBeGuessed(t *testing.T) {
	const long = "sixteen letters!"
	for _, c := range []struct{ listen, id, secret, refused, warned string }{
		{"127.0.0.1:0", "test", "test", "", "short"},
		{"localhost:0", "test", "test", "", "short"},
		{"[::1]:0", "test", long, "", ""},
		{"0.0.0.0:9229", "test", "test", "16 at least", ""},
		{":9229", "test", long[1:], "16 at least", ""},
		{"10.0.0.1:9229", "test", "test", "16 at least", ""},
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

// TestWarnings: each setting by which others can read along is said at the start, and no other.
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

// TestDirectoryOfEveryone: a data directory that everyone may write is refused.
func TestDirectoryOfEveryone(t *testing.T) {
	cfg := settings(t.TempDir())
	if err := os.Chmod(cfg.Data, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "chmod o-w") {
		t.Errorf("got %v", err)
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
		at := time.Unix(1_700_000_000+serial, 0) // whatever the clock of the file system
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCertificateIsReloaded: connections get the certificate that the files have now; files
// that cannot be used change nothing. A key that everyone may read is refused.
func TestCertificateIsReloaded(t *testing.T) {
	dir := t.TempDir()
	cfg := settings(t.TempDir())
	cfg.TLSCert, cfg.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, dir, 1, 0o644)
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "chmod o=") {
		t.Fatalf("a key that everyone may read: %v", err)
	}
	writeCertificate(t, dir, 2, 0o640)
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
	writeCertificate(t, dir, 3, 0o640)
	waitFor(t, "the new certificate", func() bool { return serial() == 3 })
	if err := os.WriteFile(cfg.TLSCert, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.tls.mu.Lock()
	s.tls.looked = time.Time{}
	s.tls.mu.Unlock()
	if got := serial(); got != 3 {
		t.Errorf("after files that cannot be used, the certificate is %d", got)
	}
}
