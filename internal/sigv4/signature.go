package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeLayout = "20060102T150405Z"
	dateLayout = "20060102"

	// UnsignedPayload replaces the hash of the body in pre-signed uploads, whose
	// signature does not cover the body.
	UnsignedPayload = "UNSIGNED-PAYLOAD"
)

// Scope is the day, region and service for which a signature is valid.
type Scope struct {
	Date    string // YYYYMMDD
	Region  string
	Service string
}

// String returns the scope as it stands in credentials and in the string to sign.
func (s Scope) String() string { return s.Date + "/" + s.Region + "/" + s.Service + "/" + terminator }

// signature computes the signature of the request in hex, with the key of its
// scope.
func (r *request) signature(key []byte, at time.Time, scope Scope) string {
	text := strings.Join([]string{algorithm, at.UTC().Format(timeLayout), scope.String(), hash([]byte(r.canonical()))}, "\n")
	return hex.EncodeToString(sum(key, text))
}

func signingKey(secret string, s Scope) []byte {
	key := sum([]byte("AWS4"+secret), s.Date)
	return sum(sum(sum(key, s.Region), s.Service), terminator)
}

func sum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// hash returns the SHA-256 of data in hex.
func hash(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
