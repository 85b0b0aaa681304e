package iam

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

// Status says whether an access key may be used.
type Status string

// The states of an access key. The API also has Expired, which no request can set
// (UpdateAccessKey).
const (
	Active   Status = "Active"
	Inactive Status = "Inactive"
)

// ParseStatus reads the status for an access key.
func ParseStatus(s string) (Status, error) {
	switch status := Status(s); status {
	case Active, Inactive:
		return status, nil
	}
	return "", Errorf(ValidationError, "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]")
}

// AccessKey is a key that a user signs requests with.
type AccessKey struct {
	ID       string // AKIA…
	UserName string
	Status   Status
	Sealed   []byte // the secret, from [Sealer.Seal]; absent in lists
	Created  time.Time
}

// NewAccessKey returns a new access key of a user, and its secret. The secret is returned only
// here and stored only sealed.
func NewAccessKey(userName string, s *Sealer, now time.Time) (*AccessKey, Secret) {
	secret := newSecret()
	k := &AccessKey{ID: newID(prefixAccessKey, restOfAccessKey), UserName: userName, Status: Active, Created: now}
	k.Sealed = s.Seal(k.ID, secret)
	return k, secret
}

// CheckAccessKeys refuses another access key to a user who has that many.
func CheckAccessKeys(has int) error {
	if has >= MaxAccessKeys {
		return Errorf(LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: %d", MaxAccessKeys)
	}
	return nil
}

// Secret is the secret of an access key. Only a conversion to string reveals it, so no message
// or log has it by accident.
type Secret string

const hidden = "[secret]"

// newSecret returns 40 characters of A-Z, a-z, 0-9, + and /, like AWS's secrets: 240 random
// bits.
func newSecret() Secret {
	random := make([]byte, 30)
	_, _ = rand.Read(random) // never fails: the runtime would end the program
	return Secret(base64.StdEncoding.EncodeToString(random))
}

// String does not return the secret.
func (Secret) String() string { return hidden }

// GoString does not return the secret.
func (Secret) GoString() string { return hidden }

// MarshalText does not return the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
