package iam

import "time"

// How long a session of a role may last at most, in seconds: what a role may
// set, and what it has if it sets nothing (CreateRole, MaxSessionDuration).
const (
	DefaultSessionSeconds = 3600
	maxSessionSeconds     = 43200
)

// Role is a role of the account.
type Role struct {
	ID                string // AROA…
	Name              string // as it was given
	Path              string
	Description       string
	MaxSessionSeconds int
	Trust             string // the trust policy, as it was given
	Created           time.Time
}

// RoleSpec is what a new role is made of. Path and MaxSessionSeconds may be
// left out.
type RoleSpec struct {
	Name, Path, Description string
	MaxSessionSeconds       int
	Trust                   string
}

// NewRole returns a new role, with a trust policy that was looked at.
func NewRole(spec RoleSpec, now time.Time) (*Role, error) {
	r := &Role{
		ID: newID(prefixRole, restOfID), Name: spec.Name, Path: orDefault(spec.Path), Description: spec.Description,
		MaxSessionSeconds: spec.MaxSessionSeconds, Trust: spec.Trust, Created: now,
	}
	if r.MaxSessionSeconds == 0 {
		r.MaxSessionSeconds = DefaultSessionSeconds
	}
	if err := checkName("roleName", r.Name, maxRoleName); err != nil {
		return nil, err
	}
	if err := checkPath(r.Path, isPath); err != nil {
		return nil, err
	}
	if err := checkDescription(r.Description, isPrintable); err != nil {
		return nil, err
	}
	if err := checkSession(r.MaxSessionSeconds); err != nil {
		return nil, err
	}
	if err := CheckTrust(r.Trust); err != nil {
		return nil, err
	}
	return r, nil
}

// ARN returns the role's ARN.
func (r *Role) ARN(account string) string { return arnOf(account, "role", r.Path, r.Name) }

func checkSession(seconds int) error {
	const wrong = "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value "
	switch {
	case seconds < DefaultSessionSeconds: // which is the least, too
		return refusef(ValidationError, wrong+"greater than or equal to %d", DefaultSessionSeconds)
	case seconds > maxSessionSeconds:
		return refusef(ValidationError, wrong+"less than or equal to %d", maxSessionSeconds)
	}
	return nil
}

// CheckTrust refuses a trust policy that is malformed or too large. It is for
// those who change the trust policy of a role that is there.
func CheckTrust(text string) error {
	parse := func(text []byte) error { _, err := ParseTrust(text); return err }
	if err := checkDocument(text, parse); err != nil {
		return err
	}
	if Size([]byte(text)) > MaxTrust {
		return refusef(LimitExceeded, "Cannot exceed quota for ACLSizePerRole: %d", MaxTrust)
	}
	return nil
}
