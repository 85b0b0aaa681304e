package userpool

import (
	"slices"
	"time"
)

// MFA says whether the users of a pool use a second factor.
type MFA string

// The MFA configurations of the API.
const (
	MFAOff      MFA = "OFF"
	MFAOn       MFA = "ON"
	MFAOptional MFA = "OPTIONAL"
)

// The first factors of SignInPolicy.AllowedFirstAuthFactors that matter to an import. A
// user who can use one of them needs no password.
const (
	FactorPassword = "PASSWORD"
	FactorEmailOTP = "EMAIL_OTP"
	FactorSMSOTP   = "SMS_OTP"
)

// UserPool is one user pool: its identity, and the settings that decide what a user may
// have.
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

	// CaseInsensitive folds usernames, preferred usernames and email addresses.
	// UsernameConfigured says whether the owner chose, because an unset
	// UsernameConfiguration is not returned.
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

	// Users is the estimated number of users. The store counts it; a change has no
	// effect.
	Users int64 `json:"-"`
	// Number identifies the pool in the store, which sets it when it adds the pool. A new
	// pool with the id of a deleted one has another number.
	Number int64 `json:"-"`
	// LogGroup is the name of the pool's log group. The store sets it when the first
	// import job of the pool starts; before, it is "". A change has no effect.
	LogGroup string `json:"-"`
}

// Tags are the tags of a user pool.
type Tags map[string]string

// AutoVerifies reports whether the pool verifies the attribute automatically.
func (p *UserPool) AutoVerifies(attribute string) bool {
	return slices.Contains(p.AutoVerified, attribute)
}

// CheckImportable refuses to start an import job in a pool that verifies nothing
// automatically (Developer Guide, importing users from a CSV file: such a job "will not
// start").
func (p *UserPool) CheckImportable() error {
	if len(p.AutoVerified) > 0 {
		return nil
	}
	return Errorf(PreconditionNotMet, "User pool %s has no auto-verified attributes: set email or phone_number in AutoVerifiedAttributes, then start the job.", p.ID)
}

// UsesUsernameAttributes reports whether users of the pool are named by an email address
// or a phone number. Then Username is their sub.
func (p *UserPool) UsesUsernameAttributes() bool { return len(p.UsernameAttributes) > 0 }

// PasswordlessFactor reports whether a user with these attributes can sign in with only a
// code. The status of such a user after an import is CONFIRMED (Developer Guide,
// importing users from a CSV file).
func (p *UserPool) PasswordlessFactor(a Attributes) bool {
	return slices.Contains(p.FirstFactors, FactorEmailOTP) && a.Get("email") != "" ||
		slices.Contains(p.FirstFactors, FactorSMSOTP) && a.Get("phone_number") != ""
}
