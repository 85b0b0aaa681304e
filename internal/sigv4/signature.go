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

	// UnsignedPayload stands for the body's hash where the body is not part
	// of the signature: in pre-signed uploads.
	UnsignedPayload = "UNSIGNED-PAYLOAD"
)

// Scope is what a signature is good for.
type Scope struct {
	Date    string // YYYYMMDD
	Region  string
	Service string
}

// String returns the scope as credentials and the string to sign have it.
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
