package upload

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
	"poolhouse/internal/userpool"
)

const (
	// Bucket is the first part of an upload's path, in the place of an S3 bucket.
	Bucket = "poolhouse-user-import"
	// Life is the lifetime of a URL: the real service's 15 minutes minus one second.
	Life = 899 * time.Second
	// encryption is a header that a PUT must have, with this value. It is part of the signature
	// (Developer Guide, uploading the CSV file).
	encryption      = "x-amz-server-side-encryption"
	encryptionValue = "aws:kms"
)

// Issuer makes and recognizes the pre-signed URLs of import jobs.
type Issuer struct {
	base    *url.URL
	account string
	signer  sigv4.Signer // without a region; the job's pool has it
	keys    sigv4.Keys   // the signer's
}

// NewIssuer returns an issuer whose URLs begin with base, an absolute URL. The signing key is
// derived from secret, which must have no other use.
func NewIssuer(base, account, secret string) (*Issuer, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return nil, fmt.Errorf("the public URL %q is not a URL such as https://pool.example.com", base)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	signer := sigv4.Signer{
		AccessKey: "PHUA" + strings.ToUpper(derive(secret, "upload key")[:16]),
		Secret:    derive(secret, "upload secret"), Service: "s3",
	}
	return &Issuer{base: u, account: account, signer: signer, keys: sigv4.OneKey(signer.AccessKey, signer.Secret)}, nil
}

func derive(secret, purpose string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("poolhouse " + purpose))
	return hex.EncodeToString(mac.Sum(nil))
}

// URL returns the URL to which the job's file may be PUT until [Life] after now.
func (i *Issuer) URL(poolID, jobID string, now time.Time) (string, error) {
	u := *i.base
	u.Path += i.path(poolID, jobID)
	signer := i.signer
	signer.Region = userpool.RegionOf(poolID)
	signed := signer.Presign("PUT", &u, map[string]string{encryption: encryptionValue}, now, Life)
	if len(signed) > 2048 {
		return "", fmt.Errorf("upload: the pre-signed URL has %d characters, but 2048 are allowed; use a shorter public URL", len(signed))
	}
	return signed, nil
}

// Origin returns the origin of the URLs.
func (i *Issuer) Origin() string { return originOf(*i.base) }

// originOf returns scheme, host and port of a URL: a browser's form of an origin.
func originOf(u url.URL) string { return u.Scheme + "://" + u.Host }

func (i *Issuer) path(poolID, jobID string) string {
	return "/" + Bucket + "/" + i.account + "/" + poolID + "/" + jobID
}

// verifier returns the verifier for the URLs of a pool's jobs.
func (i *Issuer) verifier(poolID string) *sigv4.Verifier {
	return &sigv4.Verifier{Regions: regionOf(poolID), Service: i.signer.Service, Keys: i.keys, Hosts: i.hosts}
}

// hosts returns the only host of URLs.
func (i *Issuer) hosts(*http.Request) []string { return []string{i.base.Host} }

// regionOf is the region of the user pool with the id. An id without a region belongs to no pool,
// and no URL of it was ever signed. Its signature is refused for every region.
type regionOf string

// Serves reports whether this is the region.
func (id regionOf) Serves(region string) bool {
	own := userpool.RegionOf(string(id))
	return own == "" || region == own
}

// Described returns the region's description.
func (id regionOf) Described() string {
	return "region for the user pool is '" + userpool.RegionOf(string(id)) + "'"
}
