package iam

import (
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/policy"
)

// Limits and default of a role's longest session, in seconds (CreateRole, MaxSessionDuration).
const (
	defaultSessionSeconds = 3600
	maxSessionSeconds     = 43200
)

// Role is a role of the account.
type Role struct {
	ID                string // AROA…
	Name              string // as given
	Path              string
	Description       string
	MaxSessionSeconds int
	Trust             string // the trust policy, as given
	Created           time.Time
	Tags              Tags // absent in lists
}

// RoleSpec describes a new role. Path and MaxSessionSeconds are optional.
type RoleSpec struct {
	Name, Path, Description string
	MaxSessionSeconds       int
	Trust                   string
}

// NewRole checks the trust policy and returns a new role.
func NewRole(spec RoleSpec, now time.Time) (*Role, error) {
	r := &Role{
		ID: newID(prefixRole, restOfID), Name: spec.Name, Path: orDefault(spec.Path),
		MaxSessionSeconds: defaultSessionSeconds, Created: now,
	}
	if err := checkName("roleName", r.Name, maxRoleName); err != nil {
		return nil, err
	}
	if err := checkPath(r.Path, isPath); err != nil {
		return nil, err
	}
	if err := r.SetDescription(spec.Description); err != nil {
		return nil, err
	}
	if spec.MaxSessionSeconds != 0 {
		if err := r.SetMaxSession(spec.MaxSessionSeconds); err != nil {
			return nil, err
		}
	}
	if err := r.SetTrust(spec.Trust); err != nil {
		return nil, err
	}
	return r, nil
}

// SetDescription sets the description; "" removes it.
func (r *Role) SetDescription(text string) error {
	r.Description = text
	return checkDescription(text, isPrintable)
}

// SetMaxSession sets the longest session in seconds, for sessions that begin later.
func (r *Role) SetMaxSession(seconds int) error {
	r.MaxSessionSeconds = seconds
	return checkSession(seconds)
}

// SetTrust sets the trust policy. It refuses a malformed or too large one.
func (r *Role) SetTrust(text string) error {
	r.Trust = text
	return checkTrust(text)
}

// ARN returns the role's ARN.
func (r *Role) ARN(account string) string { return awsarn.Entity(account, "role", r.Path, r.Name) }

func checkSession(seconds int) error {
	const wrong = "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value "
	switch {
	case seconds < defaultSessionSeconds: // the default is the minimum, too
		return Errorf(ValidationError, wrong+"greater than or equal to %d", defaultSessionSeconds)
	case seconds > maxSessionSeconds:
		return Errorf(ValidationError, wrong+"less than or equal to %d", maxSessionSeconds)
	}
	return nil
}

func checkTrust(text string) error {
	parse := func(text []byte) error { _, err := policy.ParseTrust(text); return err }
	if err := checkDocument(text, parse); err != nil {
		return err
	}
	if sizeOf(text) > maxTrustSize {
		return Errorf(LimitExceeded, "Cannot exceed quota for ACLSizePerRole: %d", maxTrustSize)
	}
	return nil
}
