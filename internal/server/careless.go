package server

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/platform"
)

// leastSecret is the smallest length of root's secret, in characters. A server that listens on
// a loopback address only is exempt.
const leastSecret = 16

// keyForm is the form of an access key id, which is part of the header Authorization.
var keyForm = regexp.MustCompile(`^[\w.+@-]{1,128}$`)

// checkRoot refuses root credentials that cannot be used. It also refuses a secret that can be
// guessed if other machines can reach the server.
func (s *Server) checkRoot() error {
	switch secret := s.root.Secret; {
	case !keyForm.MatchString(s.root.AccessKeyID):
		return fmt.Errorf("the root access key id (%s) must have 1 to 128 characters, which are letters, digits or . _ + @ -", config.EnvRootAccessKeyID)
	case strings.TrimSpace(secret) != secret || strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("the root secret (%s) must not begin or end with a space, and must not contain control characters", config.EnvRootSecret)
	case len(secret) >= leastSecret:
	case !onLoopback(s.cfg.Listen):
		return fmt.Errorf("the root secret (%s) has %d characters; a server that listens on %s needs at least %d. Run `openssl rand -base64 30` to make one",
			config.EnvRootSecret, len(secret), s.cfg.Listen, leastSecret)
	default:
		s.log.Warn("the root secret is short; a server that other machines can reach would not start with it", "characters", len(secret), "least", leastSecret)
	}
	return nil
}

// onLoopback reports whether only this machine can reach an address to listen on.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// warn logs a warning for each setting that lets others on the network read the traffic, that
// makes unreachable URLs, or that makes servers refuse each other's tokens.
func (s *Server) warn() {
	if s.cfg.TLSCert == "" && !onLoopback(s.cfg.Listen) && !strings.HasPrefix(s.cfg.PublicURL, "https://") {
		s.log.Warn("calls of other machines are not encrypted: set tls-cert and tls-key, or set public-url to the https:// address of a proxy that ends TLS", "listen", s.cfg.Listen)
	}
	if s.cfg.TrustedProxies != "" && s.cfg.PublicURL == "" {
		s.log.Warn("pre-signed URLs name the listen address, which clients behind a proxy cannot reach: set public-url to the proxy's https:// address", "listen", s.cfg.Listen)
	}
	if s.shared() && !s.encrypts(s.cfg.Database) {
		s.log.Warn("connections to PostgreSQL may be unencrypted: add sslmode=verify-full to the database's URL", "database", s.cfg.DatabaseName())
	}
	if s.shared() && s.cfg.PublicURL == "" && s.cfg.TokenIssuer != config.IssuerAWS {
		s.log.Warn("users' tokens name this server's own address as issuer, and other servers of the same database refuse them: set the same public-url on every server", "listen", s.cfg.Listen)
	}
	for setting, value := range map[string]string{"uploads": s.cfg.Uploads, "logs-forward": s.cfg.LogsForward} {
		if at, ok := plainEndpoint(value); ok {
			s.log.Warn("the connection to this endpoint is not encrypted: use an endpoint that begins with https://", "setting", setting, "endpoint", at)
		}
	}
}

// encrypts reports whether connections by a PostgreSQL URL are encrypted or stay on this
// machine. The environment fills in what the URL does not say. Package url cannot parse a URL
// of several hosts; such a URL counts as unencrypted unless its sslmode says otherwise.
func (s *Server) encrypts(database string) bool {
	place, options, _ := strings.Cut(database, "?")
	query, _ := url.ParseQuery(options)
	switch cmp.Or(query.Get("sslmode"), s.getenv("PGSSLMODE")) {
	case "require", "verify-ca", "verify-full":
		return true
	}
	host := cmp.Or(query.Get("host"), s.getenv("PGHOST"))
	u, err := url.Parse(place)
	if err != nil {
		return false
	}
	if query.Get("host") == "" {
		host = cmp.Or(u.Hostname(), host)
	}
	return host == "" || strings.HasPrefix(host, "/") || onLoopback(net.JoinHostPort(host, "0"))
}

// plainEndpoint returns the host of a setting's endpoint if it is on another machine and
// without encryption.
func plainEndpoint(setting string) (host string, ok bool) {
	u, err := url.Parse(setting)
	if err != nil {
		return "", false
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	return endpoint.Host, err == nil && endpoint.Scheme == "http" && !onLoopback(net.JoinHostPort(endpoint.Hostname(), "0"))
}

// certificate is a TLS certificate and its key. Both are in files, which are read again after
// a change.
type certificate struct {
	cert, key string
	failed    func(error) // called with the error of a reload

	mu       sync.Mutex
	current  *tls.Certificate
	checked  time.Time    // last check for changed files
	modified [2]time.Time // of the loaded files
}

// certificateCheck is the shortest time between two checks for changed files.
const certificateCheck = time.Second

// load reads the files.
func (c *certificate) load() error {
	key, err := readTLSKey(c.key)
	if err != nil {
		return fmt.Errorf("the TLS key: %w", err)
	}
	cert, err := os.ReadFile(c.cert)
	if err != nil {
		return fmt.Errorf("the TLS certificate: %w", err)
	}
	loaded, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("the TLS certificate %s with the key %s: %w", c.cert, c.key, err)
	}
	c.current = &loaded
	return nil
}

// maxTLSKey is the largest size of a TLS key file, in bytes.
const maxTLSKey = 1 << 20

// readTLSKey reads the file of a TLS key. The rules for its mode are PostgreSQL's: the file must
// not be accessible to everyone. It may be readable for its group only if root owns it, because
// then the administrator admitted the group. The file may be a symbolic link, as certbot and
// Kubernetes make them.
func readTLSKey(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	mode, err := platform.Permissions(file)
	if err != nil {
		return nil, err
	}
	owner, known := platform.Owner(info)
	if err := checkTLSKey(path, mode, known && owner == 0); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, maxTLSKey))
}

func checkTLSKey(path string, mode fs.FileMode, ofRoot bool) error {
	switch {
	case mode&0o007 != 0:
		return fmt.Errorf("%s is accessible to everyone (mode %04o); run: %s", path, mode, platform.Restrict("o=", path))
	case mode&0o020 != 0:
		return fmt.Errorf("%s is writable by its group (mode %04o); run: %s", path, mode, platform.Restrict("g-w", path))
	case mode&0o040 != 0 && !ofRoot:
		return fmt.Errorf("%s is readable by its group (mode %04o) and not owned by root; run: %s", path, mode, platform.Restrict("600", path))
	}
	return nil
}

// get returns the certificate for a connection. If changed files cannot be loaded, it returns
// the previous certificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.checked) >= certificateCheck {
		c.checked = time.Now()
		if modified := c.times(); modified != c.modified {
			if err := c.load(); err != nil {
				c.failed(err)
			} else {
				c.modified = modified
			}
		}
	}
	return c.current, nil
}

// times returns the modification times of the files.
func (c *certificate) times() (modified [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			modified[i] = info.ModTime()
		}
	}
	return modified
}

// openTLS reads the certificate, if there is one.
func (s *Server) openTLS() error {
	if s.cfg.TLSCert == "" {
		return nil
	}
	s.tls = &certificate{cert: s.cfg.TLSCert, key: s.cfg.TLSKey, checked: time.Now(), failed: func(err error) {
		s.log.Error("could not load the changed TLS certificate; the previous one stays in use", "error", err)
	}}
	s.tls.modified = s.tls.times()
	return s.tls.load()
}
