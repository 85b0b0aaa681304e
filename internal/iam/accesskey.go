package iam

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

// Status says whether an access key may be used.
type Status string

// The states of an access key. The API knows Expired too, which nobody can set
// (UpdateAccessKey).
const (
	Active   Status = "Active"
	Inactive Status = "Inactive"
)

// ParseStatus reads a status that an access key may be given.
func ParseStatus(s string) (Status, error) {
	switch status := Status(s); status {
	case Active, Inactive:
		return status, nil
	}
	return "", Refusef(ValidationError, "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]")
}

// AccessKey is what a user signs requests with.
type AccessKey struct {
	ID       string // AKIA…
	UserName string
	Status   Status
	Sealed   []byte // the secret, as [Sealer.Seal] returned it; lists leave it out
	Created  time.Time
}

// NewAccessKey returns a new access key of a user, and its secret, which is
// told once and kept sealed only.
func NewAccessKey(userName string, s *Sealer, now time.Time) (*AccessKey, Secret) {
	secret := newSecret()
	k := &AccessKey{ID: newID(prefixAccessKey, restOfAccessKey), UserName: userName, Status: Active, Created: now}
	k.Sealed = s.Seal(k.ID, secret)
	return k, secret
}

// CheckAccessKeys refuses one more access key to a user who has that many.
func CheckAccessKeys(has int) error {
	if has >= MaxAccessKeys {
		return Refusef(LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: %d", MaxAccessKeys)
	}
	return nil
}

// Secret is the secret of an access key. It is written out only by a
// conversion to string, so that no message and no log has it by accident.
type Secret string

const hidden = "[secret]"

// newSecret returns 40 characters of A-Z, a-z, 0-9, + and /, as AWS's secrets
// have: 240 random bits.
func newSecret() Secret {
	random := make([]byte, 30)
	_, _ = rand.Read(random) // never fails: the program would end
	return Secret(base64.StdEncoding.EncodeToString(random))
}

// String does not return the secret.
func (Secret) String() string { return hidden }

// GoString does not return the secret.
func (Secret) GoString() string { return hidden }

// MarshalText does not return the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
