package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestVerifiers verifies tokens with aws-jwt-verify: as tokens of Cognito if the server's
// issuer has AWS's form, and as tokens of any issuer, whose keys are fetched over TLS.
func TestVerifiers(t *testing.T) {
	together(t)
	modules := nodeModules(t)
	want := object{
		"id": []any{"ada", "ada@example.com", true, 3600.0}, "access": []any{"ada", "aws.cognito.signin.user.admin", true, true}, "refreshed": true,
		"keys": []any{2.0, true}, "altered": "JwtInvalidSignatureError",
	}
	for _, c := range []struct {
		name  string
		start func(t *testing.T) (n *node, env []string)
		more  object // messages in each verifier's own form; the first verifier does not know another pool's issuer
	}{
		{"aws", func(t *testing.T) (*node, []string) { return startNode(t, t.TempDir(), "--token-issuer", "aws"), nil },
			object{"of another pool": "ParameterValidationError", "access as id": "CognitoJwtInvalidTokenUseError", "id as access": "CognitoJwtInvalidTokenUseError"}},
		{"tls", startWithTLS,
			object{"of another pool": "KidNotFoundInJwksError", "access as id": "JwtInvalidAudienceError", "id as access": "Error"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n, env := c.start(t)
			n.env = append(n.env, env...)
			out, err := n.script(modules, object{"endpoint": n.url, "issuer": c.name, "first": firstPassword}, "npm/jwt.js")
			if err != nil {
				t.Fatal(err)
			}
			var got object
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			all := maps.Clone(want)
			maps.Copy(all, c.more)
			if diff := cmp.Diff(all, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// startWithTLS starts a server with a TLS certificate of the test's own authority, and
// returns the environment in which a client trusts the authority.
func startWithTLS(t *testing.T) (n *node, env []string) {
	t.Helper()
	dir := t.TempDir()
	authority := filepath.Join(dir, "ca.pem")
	certificate, key := makeCertificate(t, dir, authority)
	n = startNode(t, t.TempDir(), "--tls-cert", certificate, "--tls-key", key)
	return n, []string{"NODE_EXTRA_CA_CERTS=" + authority}
}

// makeCertificate writes an authority's certificate, and returns the files of a certificate
// for the loopback that the authority signed.
func makeCertificate(t *testing.T, dir, authority string) (certificate, key string) {
	t.Helper()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sign := func(subject, issuer *x509.Certificate, of, by *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, subject, issuer, &of.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	newKey := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	from, until := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of a test"}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	server := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: from, NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	caKey, serverKey := newKey(), newKey()
	write(filepath.Base(authority), "CERTIFICATE", sign(ca, ca, caKey, caKey))
	text, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	return write("server.pem", "CERTIFICATE", sign(server, ca, serverKey, caKey)), write("server.key", "PRIVATE KEY", text)
}
