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

// leastSecret is how many characters the secret of root's key has at least, unless the
// server listens on this machine alone.
const leastSecret = 16

// keyForm is what an access key id may be: it stands in the header Authorization.
var keyForm = regexp.MustCompile(`^[\w.+@-]{1,128}$`)

// checkRoot refuses root credentials that cannot be used, and those that can be guessed
// where others can reach the server.
func (s *Server) checkRoot() error {
	switch secret := s.root.Secret; {
	case !keyForm.MatchString(s.root.AccessKeyID):
		return fmt.Errorf("the root access key id (%s) must have 1 to 128 letters, digits and . _ + @ -", config.EnvRootAccessKeyID)
	case strings.TrimSpace(secret) != secret || strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("the root secret (%s) must not begin or end with a space, and must have no control characters", config.EnvRootSecret)
	case len(secret) >= leastSecret:
	case !onLoopback(s.cfg.Listen):
		return fmt.Errorf("the root secret (%s) has %d characters; a server that listens on %s must have one of %d at least, such as openssl rand -base64 30 prints",
			config.EnvRootSecret, len(secret), s.cfg.Listen, leastSecret)
	default:
		s.log.Warn("the root secret is short; a server that other machines can reach does not start with it", "characters", len(secret), "least", leastSecret)
	}
	return nil
}

// onLoopback reports whether an address to listen on can be reached from this machine alone.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// warn says what of the settings lets others on the network read along, and what keeps servers
// from taking each other's tokens.
func (s *Server) warn() {
	if s.cfg.TLSCert == "" && !onLoopback(s.cfg.Listen) && !strings.HasPrefix(s.cfg.PublicURL, "https://") {
		s.log.Warn("calls of other machines are not encrypted: set tls-cert and tls-key, or let a proxy end TLS and give its address as public-url https://…", "listen", s.cfg.Listen)
	}
	if s.cfg.TrustedProxies != "" && s.cfg.PublicURL == "" {
		s.log.Warn("pre-signed URLs name the address that the server listens on, which clients behind a proxy cannot reach: give the proxy's as public-url https://…", "listen", s.cfg.Listen)
	}
	if s.shared() && !s.encrypts(s.cfg.Database) {
		s.log.Warn("the connections to PostgreSQL may not be encrypted: add sslmode=verify-full to the database's URL", "database", s.cfg.DatabaseName())
	}
	if s.shared() && s.cfg.PublicURL == "" && s.cfg.TokenIssuer != config.IssuerAWS {
		s.log.Warn("tokens of users name this server's own address as their issuer. If other servers use the same database, they do not take them: set public-url, the same on every server", "listen", s.cfg.Listen)
	}
	for setting, value := range map[string]string{"uploads": s.cfg.Uploads, "logs-forward": s.cfg.LogsForward} {
		if at, ok := plainEndpoint(value); ok {
			s.log.Warn("what is sent to this endpoint is not encrypted: give one that begins with https://", "setting", setting, "endpoint", at)
		}
	}
}

// encrypts reports whether connections by a URL of PostgreSQL are encrypted, or do not leave
// the machine. What the URL does not say, the environment may. A URL of several hosts is
// none to package url.
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

// plainEndpoint returns the host of an endpoint on another machine that is not encrypted.
func plainEndpoint(setting string) (host string, ok bool) {
	u, err := url.Parse(setting)
	if err != nil {
		return "", false
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	return endpoint.Host, err == nil && endpoint.Scheme == "http" && !onLoopback(net.JoinHostPort(endpoint.Hostname(), "0"))
}

// certificate is a TLS certificate and its key in files, which are read again when they have
// changed.
type certificate struct {
	cert, key string
	failed    func(error) // is told why the files could not be read again

	mu     sync.Mutex
	now    *tls.Certificate
	looked time.Time // when it was looked whether they have changed
	of     [2]time.Time
}

// certificateLook is how often it is looked whether the files have changed.
const certificateLook = time.Second

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
	c.now = &loaded
	return nil
}

// maxTLSKey is how many bytes the file of a TLS key may have.
const maxTLSKey = 1 << 20

// readTLSKey reads the file of a TLS key. As with PostgreSQL, everyone may not read it, and its
// group only where root owns it: then it is the administrator who let the group in. It may
// be a symbolic link, as certbot and Kubernetes make them.
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
		return fmt.Errorf("%s can be read by everyone (mode %04o); run: %s", path, mode, platform.Restrict("o=", path))
	case mode&0o020 != 0:
		return fmt.Errorf("%s can be written by its group (mode %04o); run: %s", path, mode, platform.Restrict("g-w", path))
	case mode&0o040 != 0 && !ofRoot:
		return fmt.Errorf("%s can be read by its group (mode %04o), and does not belong to root; run: %s", path, mode, platform.Restrict("600", path))
	}
	return nil
}

// get returns the certificate for a connection. While changed files cannot be used, it is the
// one before.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) >= certificateLook {
		c.looked = time.Now()
		if of := c.times(); of != c.of {
			if err := c.load(); err != nil {
				c.failed(err)
			} else {
				c.of = of
			}
		}
	}
	return c.now, nil
}

// times returns when the files were changed.
func (c *certificate) times() (of [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			of[i] = info.ModTime()
		}
	}
	return of
}

// openTLS reads the certificate, if there is one.
func (s *Server) openTLS() error {
	if s.cfg.TLSCert == "" {
		return nil
	}
	s.tls = &certificate{cert: s.cfg.TLSCert, key: s.cfg.TLSKey, looked: time.Now(), failed: func(err error) {
		s.log.Error("the changed TLS certificate cannot be used; connections get the one before", "error", err)
	}}
	s.tls.of = s.tls.times()
	return s.tls.load()
}
