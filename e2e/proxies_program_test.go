package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// proxy is a proxy program with a configuration in the page about proxies.
type proxy struct {
	program, debian string // names of the program and of its package
	language        string // language of the page's code block
	// changes are pairs of texts that a test replaces in the page's configuration. Each
	// text must occur once, so that a changed page is noticed.
	changes []string
	whole   string // the file, with CONFIGURATION in place of the block; "" for the block alone
	args    []string
}

// Placeholders in the texts of [proxy]: DIR is a directory, ADDRESS and PORT are where the
// proxy listens, and SERVER is the server.
var proxies = map[string]proxy{
	"nginx": {program: "nginx", debian: "nginx", language: "nginx", args: []string{"-p", "DIR", "-c", "DIR/configuration"},
		changes: []string{"listen 443 ssl;", "listen ADDRESS ssl;", "/etc/ssl/certs/pool.example.com.pem", "DIR/certificate",
			"/etc/ssl/private/pool.example.com.key", "DIR/key", "server 127.0.0.1:9229;", "server SERVER;"},
		whole: "daemon off;\npid DIR/pid;\nerror_log stderr;\nworker_processes 1;\nevents {}\nhttp {\naccess_log off;\n" +
			"client_body_temp_path DIR/body;\nproxy_temp_path DIR/proxy;\nfastcgi_temp_path DIR/f;\nuwsgi_temp_path DIR/u;\nscgi_temp_path DIR/s;\nCONFIGURATION}\n"},
	"Caddy": {program: "caddy", debian: "caddy", language: "caddyfile", args: []string{"run", "--adapter", "caddyfile", "--config", "DIR/configuration"},
		changes: []string{"{\n\tservers {", "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {",
			"pool.example.com {", "pool.example.com:PORT {\n\tbind 127.0.0.1\n\ttls DIR/certificate DIR/key", "127.0.0.1:9229", "SERVER"}},
	"HAProxy": {program: "haproxy", debian: "haproxy", language: "haproxy", args: []string{"-db", "-f", "DIR/configuration"},
		changes: []string{"bind :443", "bind ADDRESS", "/etc/haproxy/pool.example.com.pem", "DIR/both", "127.0.0.1:9229", "SERVER"}},
}

// find returns the path of the program.
func (p proxy) find(t *testing.T) string {
	t.Helper()
	for _, name := range []string{p.program, "/usr/sbin/" + p.program} { // not on every PATH
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	lacking(t, p.program+" (Debian: apt-get install "+p.debian+")")
	return ""
}

// start runs the proxy with the page's configuration until the test ends, and returns its
// address.
func (p proxy) start(t *testing.T, program, server string, c *certificate) (address string) {
	t.Helper()
	address = freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.NewReplacer("DIR", c.dir, "ADDRESS", address, "PORT", port, "SERVER", server)
	text := documented(t, p.language)
	for i := 0; i < len(p.changes); i += 2 {
		if strings.Count(text, p.changes[i]) != 1 {
			t.Fatalf("%d times %q in the configuration on the page, not once:\n%s", strings.Count(text, p.changes[i]), p.changes[i], text)
		}
		text = strings.Replace(text, p.changes[i], known.Replace(p.changes[i+1]), 1)
	}
	if p.whole != "" {
		text = strings.Replace(known.Replace(p.whole), "CONFIGURATION", text, 1)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "configuration"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, a := range p.args {
		args = append(args, known.Replace(a))
	}
	runProxy(t, address, program, c.dir, args)
	return address
}

// runProxy runs a proxy until the test ends, and waits until it listens.
func runProxy(t *testing.T, address, program, dir string, args []string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(time.Minute):
			_ = cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", program, &said)
		}
	})
	await(t, program+" to listen on "+address, 30*time.Second, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return true
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v\n%s", program, err, &said)
		default:
		}
		return false
	})
}

// proxiesPage returns the page about proxies.
func proxiesPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/proxies.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documented returns the page's code block in a language.
func documented(t *testing.T, language string) string {
	t.Helper()
	_, rest, begun := strings.Cut(proxiesPage(t), "```"+language+"\n")
	block, _, ended := strings.Cut(rest, "```\n")
	if !begun || !ended {
		t.Fatalf("the page has no configuration in %s", language)
	}
	return block
}

// documentedFlags returns the flags of the page's server except its address. The tests use
// another port than 443, which the proxy must pass on.
func documentedFlags(t *testing.T) []string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^    poolhouse serve --listen 127\.0\.0\.1:9229 (.*)$`).FindStringSubmatch(proxiesPage(t))
	if found == nil {
		t.Fatal("the page does not say how the server is started")
	}
	const public = "https://pool.example.com"
	if strings.Count(found[1], public) != 1 {
		t.Fatalf("the public URL on the page is not %s: %s", public, found[1])
	}
	return strings.Fields(strings.Replace(found[1], public, public+":8443", 1))
}

// freeAddress returns an unused address of the loopback.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// certificate is a certificate of pool.example.com in files of a directory: certificate,
// key, and both in one.
type certificate struct {
	dir    string
	parsed *x509.Certificate
}

func newCertificate(t *testing.T) *certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"pool.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c := &certificate{dir: t.TempDir()}
	if c.parsed, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	public, private := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	for name, text := range map[string][]byte{"certificate": public, "key": private, "both": append(public, private...)} {
		if err := os.WriteFile(filepath.Join(c.dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}
