package userpool

import (
	"slices"
	"time"
)

// MFA says whether the users of a pool sign in with a second factor.
type MFA string

// The MFA configurations of the API.
const (
	MFAOff      MFA = "OFF"
	MFAOn       MFA = "ON"
	MFAOptional MFA = "OPTIONAL"
)

// The first factors of SignInPolicy.AllowedFirstAuthFactors that matter to
// an import: a user who can use one of them needs no password.
const (
	FactorPassword = "PASSWORD"
	FactorEmailOTP = "EMAIL_OTP"
	FactorSMSOTP   = "SMS_OTP"
)

// UserPool is one user pool: its identity, and the settings that decide what
// a user may look like.
type UserPool struct {
	ID       string    `json:"id"`
	ARN      string    `json:"arn"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`

	Schema             Schema   `json:"schema"`
	AutoVerified       []string `json:"autoVerified,omitempty"`       // of email, phone_number
	AliasAttributes    []string `json:"aliasAttributes,omitempty"`    // of email, phone_number, preferred_username
	UsernameAttributes []string `json:"usernameAttributes,omitempty"` // of email, phone_number; fixed at creation

	// CaseInsensitive folds usernames, preferred usernames and email
	// addresses. UsernameConfigured tells whether the owner chose, because an
	// unset UsernameConfiguration is not returned.
	CaseInsensitive    bool `json:"caseInsensitive,omitempty"`
	UsernameConfigured bool `json:"usernameConfigured,omitempty"`

	PasswordPolicy      PasswordPolicy `json:"passwordPolicy"`
	FirstFactors        []string       `json:"firstFactors"`
	MFA                 MFA            `json:"mfa"`
	Tier                string         `json:"tier"`
	DeletionProtected   bool           `json:"deletionProtected,omitempty"`
	Tags                Tags           `json:"tags,omitempty"`
	UnusedAccountDays   int32          `json:"unusedAccountDays"`
	AdminCreateUserOnly bool           `json:"adminCreateUserOnly,omitempty"`

	Settings    PoolSettings `json:"settings,omitzero"`
	MFASettings MFASettings  `json:"mfaSettings,omitzero"`

	// Users is the estimated number of users. The store counts; changing it
	// has no effect.
	Users int64 `json:"-"`
	// Number is what the store knows the pool by, which gives it when it adds the
	// pool. A pool that is made anew under the same id has another.
	Number int64 `json:"-"`
	// LogGroup is the name that the pool's log group has got when the first import
	// job of the pool was started, "" before. The store sets it; changing it has no
	// effect.
	LogGroup string `json:"-"`
}

// Tags are the labels of a user pool.
type Tags map[string]string

// AutoVerifies reports whether the pool verifies the attribute by itself.
func (p *UserPool) AutoVerifies(attribute string) bool {
	return slices.Contains(p.AutoVerified, attribute)
}

// CheckImportable refuses to start an import job in a pool that verifies nothing by itself
// (Developer Guide, importing users from a CSV file: such a job "will not start").
func (p *UserPool) CheckImportable() error {
	if len(p.AutoVerified) > 0 {
		return nil
	}
	return Errorf(PreconditionNotMet, "User pool %s has no auto-verified attributes: set email or phone_number in AutoVerifiedAttributes, then start the job.", p.ID)
}

// UsesUsernameAttributes reports whether users of the pool are named by an
// email address or a phone number, so that Username is their sub.
func (p *UserPool) UsesUsernameAttributes() bool { return len(p.UsernameAttributes) > 0 }

// PasswordlessFactor reports whether the pool lets a user with these
// attributes sign in by a code alone: the status of such a user after an
// import is CONFIRMED (Developer Guide, importing users from a CSV file).
func (p *UserPool) PasswordlessFactor(a Attributes) bool {
	return slices.Contains(p.FirstFactors, FactorEmailOTP) && a.Get("email") != "" ||
		slices.Contains(p.FirstFactors, FactorSMSOTP) && a.Get("phone_number") != ""
}
