package userpool

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// UserStatus is where a user stands.
type UserStatus string

// The statuses of the API that this server gives.
const (
	Unconfirmed         UserStatus = "UNCONFIRMED"           // signed up, not confirmed
	Confirmed           UserStatus = "CONFIRMED"             // can sign in
	ResetRequired       UserStatus = "RESET_REQUIRED"        // imported, or reset by an administrator: must choose a password
	ForceChangePassword UserStatus = "FORCE_CHANGE_PASSWORD" // created by an administrator: has a temporary password
)

// Attribute is one name and value.
type Attribute struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// Attributes are what is known of a user, "sub" excepted, which never
// changes. Their order is the schema's.
type Attributes []Attribute

// Get returns the value of the attribute, "" when the user has none.
func (a Attributes) Get(name string) string {
	for i := range a {
		if a[i].Name == name {
			return a[i].Value
		}
	}
	return ""
}

// Has reports whether the user has the attribute.
func (a Attributes) Has(name string) bool {
	return slices.ContainsFunc(a, func(x Attribute) bool { return x.Name == name })
}

// Set gives the attribute its value, adding it at the end when it is new.
func (a *Attributes) Set(name, value string) {
	for i := range *a {
		if (*a)[i].Name == name {
			(*a)[i].Value = value
			return
		}
	}
	*a = append(*a, Attribute{Name: name, Value: value})
}

// Delete removes the attribute.
func (a *Attributes) Delete(name string) {
	*a = slices.DeleteFunc(*a, func(x Attribute) bool { return x.Name == name })
}

// Credential is how a user's password is checked.
type Credential struct {
	// Scheme is "" when the user has no password, "SRP" for the pool's own
	// verifier, or the PasswordHashingAlgorithm of the job that imported the
	// user.
	Scheme string
	// Secret is the verifier or the imported hash.
	Secret string
	// Expires is when a temporary password ends; zero means never.
	Expires time.Time
}

// User is one user of a user pool.
type User struct {
	PoolID     string
	Username   string // as given; in a pool with username attributes, the sub
	Sub        string // a UUID, never changed
	Status     UserStatus
	Enabled    bool
	Created    time.Time
	Modified   time.Time
	Attributes Attributes
	SMSMFA     bool // cognito:mfa_enabled of the import file: text messages as a second factor
	Credential Credential
	Factors    Factors
	// ExternalID is what another system calls the user, "" for nothing: the column
	// poolhouse:external_id of an import file. It is no attribute.
	ExternalID string
}

// Factors are a user's second factors beside text messages.
type Factors struct {
	// TOTPSecret is what the user's authenticator app has, in base32, "" for no app, and
	// TOTPDevice what the user calls it.
	TOTPSecret, TOTPDevice string
	// TOTPPending is the secret of an app that has not shown yet that it has it.
	TOTPPending string
	// TOTPStep is the step of the last code that was good: a code is good once.
	TOTPStep int64
	// TOTPEnabled says that the user signs in with codes of the app, and TOTPPreferred
	// that they come first.
	TOTPEnabled, TOTPPreferred bool
}

// Verified reports whether the user's email or phone_number is verified.
func (u *User) Verified(attribute string) bool {
	return u.Attributes.Get(attribute+"_verified") == "true"
}

// NewSub returns a new user's sub: a UUID that nobody can guess, of version 7,
// whose order is that in which users come. A database adds it at the end of
// its index, where a random one is added anywhere.
func NewSub() string { return uuid.Must(uuid.NewV7()).String() }
