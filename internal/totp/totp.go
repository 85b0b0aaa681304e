// Package totp implements the second factor by authenticator app: secrets, their codes, and the
// check of a code. It follows RFC 6238 with SHA-1, 30 seconds and 6 digits, which Cognito's apps
// use.
//
// The package stores no secret. The caller stores it together with the step of the last valid code,
// so that a code is valid once.
package totp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238 requires it, and authenticator apps use it
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// secretSize is the size of a new secret in bytes: 52 characters of base32, like Cognito's
// SecretCode.
const secretSize = 32

// period is the time for which a code is shown.
const period = 30 * time.Second

// Window is the number of periods that a clock may be off, in both directions.
const Window = 1

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret returns a random secret in the form that apps accept: base32 without padding.
func NewSecret() string {
	b := make([]byte, secretSize)
	rand.Read(b) // crypto/rand never fails
	return encoding.EncodeToString(b)
}

// Step returns the number of a time's period.
func Step(at time.Time) int64 { return at.Unix() / int64(period/time.Second) }

// Check returns the step of a code. ok is true if the step is at most [Window] periods from now and
// later than after, the step of the last valid code.
func Check(secret, code string, now time.Time, after int64) (step int64, ok bool) {
	key, err := encoding.DecodeString(strings.ToUpper(strings.TrimRight(secret, "=")))
	if err != nil || len(key) == 0 || len(code) != digits {
		return 0, false
	}
	for s := Step(now) - Window; s <= Step(now)+Window; s++ {
		// All steps are compared, so that the time does not show which one matches.
		if subtle.ConstantTimeCompare([]byte(codeOf(key, s)), []byte(code)) == 1 && s > after {
			step, ok = s, true
		}
	}
	return step, ok
}

// Code returns the code that an app with the secret shows at a time.
func Code(secret string, at time.Time) (string, error) {
	key, err := encoding.DecodeString(secret)
	if err != nil {
		return "", err
	}
	return codeOf(key, Step(at)), nil
}

const digits = 6

// codeOf returns the code of a step (RFC 4226, section 5.3).
func codeOf(key []byte, step int64) string {
	h := hmac.New(sha1.New, key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}
