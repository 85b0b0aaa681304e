package userpool

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// UserStatus is the status of a user's account.
type UserStatus string

// The API's statuses that this server uses.
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

// Attributes are a user's attributes in the order of the schema, except sub, which never
// changes.
type Attributes []Attribute

// Get returns the value of the attribute, "" if the user has none.
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

// Set sets the attribute. A new one is added at the end.
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

// Credential is what a user's password is checked against.
type Credential struct {
	// Scheme is "" for a user without a password and "SRP" for the pool's own verifier.
	// Otherwise it is the PasswordHashingAlgorithm of the job that imported the user.
	Scheme string
	// Secret is the verifier or the imported hash.
	Secret string
	// Expires is when a temporary password expires; zero means never.
	Expires time.Time
}

// User is one user of a user pool.
type User struct {
	PoolID     string
	Username   string // as given, or the sub in a pool with username attributes
	Sub        string // a UUID, never changed
	Status     UserStatus
	Enabled    bool
	Created    time.Time
	Modified   time.Time
	Attributes Attributes
	SMSMFA     bool // cognito:mfa_enabled of the import file: text messages as a second factor
	Credential Credential
	Factors    Factors
	// ExternalID is the user's id in another system, "" for none: the column
	// poolhouse:external_id of an import file. It is no attribute.
	ExternalID string
}

// Factors are a user's second factors besides text messages.
type Factors struct {
	// TOTPSecret is the secret of the user's authenticator app, in base32, "" for no app.
	// TOTPDevice is the user's name for it.
	TOTPSecret, TOTPDevice string
	// TOTPPending is the secret of an app that has not proved yet that it has the secret.
	TOTPPending string
	// TOTPStep is the time step of the last valid code. A code is valid only once.
	TOTPStep int64
	// TOTPEnabled says that the user signs in with codes of the app. TOTPPreferred says
	// that these come first.
	TOTPEnabled, TOTPPreferred bool
}

// Verified reports whether the user's email or phone_number is verified.
func (u *User) Verified(attribute string) bool {
	return u.Attributes.Get(attribute+"_verified") == "true"
}

// NewSub returns the sub of a new user: a UUID of version 7, which cannot be guessed. Its
// order is that of creation, so a database adds it at the end of its index. A random one
// would be added anywhere.
func NewSub() string { return uuid.Must(uuid.NewV7()).String() }
