package iam

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"poolhouse/internal/awsarn"
)

// Limits of a session's duration (STS API Reference, AssumeRole). A session that a session
// begins (role chaining) has at most one hour.
const (
	minSession     = 15 * time.Minute
	defaultSession = time.Hour
	maxChained     = time.Hour
)

// maxSessionPolicy is the longest session policy in characters, including white space
// (AssumeRole, Policy).
const maxSessionPolicy = 2048

// Session is an assumed role, with its own credentials for a limited time. No database has it:
// the sealed session is in its token.
type Session struct {
	AccessKeyID string // ASIA…
	Account     string // of the role; the session ends when the server's account changes
	RoleName    string
	RoleID      string // a later role of the same name has another id
	Name        string // RoleSessionName
	Policy      string // which only restricts; "" for all that the role may do
	Issued      time.Time
	Expires     time.Time
}

// SessionSpec describes a new session.
type SessionSpec struct {
	Account  string // of the role
	Name     string
	Policy   string        // "" for none
	Duration time.Duration // 0 for the default
	Chained  bool          // whether a session assumes the role
}

// NewSession returns a new session of a role, and its secret. It returns ValidationError for a
// duration that the role does not allow, and MalformedPolicyDocument for an invalid policy.
func NewSession(r *Role, spec SessionSpec, now time.Time) (*Session, Secret, error) {
	d := spec.Duration
	if d == 0 {
		d = defaultSession
	}
	switch {
	case spec.Chained && d > maxChained:
		return nil, "", Errorf(ValidationError, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case d > time.Duration(r.MaxSessionSeconds)*time.Second:
		return nil, "", Errorf(ValidationError, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	case d < minSession:
		return nil, "", Errorf(ValidationError, "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to %d", int(minSession/time.Second))
	}
	if err := checkSessionPolicy(spec.Policy); err != nil {
		return nil, "", err
	}
	return &Session{
		AccessKeyID: newID(prefixSessionKey, restOfAccessKey), Account: spec.Account, RoleName: r.Name, RoleID: r.ID,
		Name: spec.Name, Policy: spec.Policy, Issued: now, Expires: now.Add(d),
	}, newSecret(), nil
}

func checkSessionPolicy(text string) error {
	if text == "" {
		return nil
	}
	if len(text) > maxSessionPolicy {
		return tooLong("policy", maxSessionPolicy)
	}
	return checkDocument(text, parseDocument)
}

// ID returns the session's id: the role's and the session's name.
func (s *Session) ID() string { return s.RoleID + ":" + s.Name }

// ARN returns the session's ARN. It has the role's name without its path.
func (s *Session) ARN(account string) string {
	return awsarn.AssumedRole(account, s.RoleName, s.Name)
}

// IsSessionKeyID reports whether an access key id belongs to a session.
func IsSessionKeyID(accessKeyID string) bool { return strings.HasPrefix(accessKeyID, prefixSessionKey) }

// sealed is the content of a session's token.
type sealed struct {
	Secret   string    `json:"s"`
	Account  string    `json:"c"`
	RoleName string    `json:"r"`
	RoleID   string    `json:"i"`
	Name     string    `json:"n"`
	Policy   string    `json:"p,omitempty"`
	Issued   time.Time `json:"a"`
	Expires  time.Time `json:"e"`
}

// SealSession returns the token of a session. The token has the session and its secret,
// encrypted, but not the id of its access key. Every server with the sealer's key can open it,
// for that access key only.
func (s *Sealer) SealSession(session *Session, secret Secret) string {
	plain, err := json.Marshal(sealed{
		string(secret), session.Account, session.RoleName, session.RoleID, session.Name, session.Policy, session.Issued, session.Expires,
	})
	if err != nil {
		panic(err) // cannot fail: texts, and times of this age
	}
	return base64.StdEncoding.EncodeToString(s.aead.Seal([]byte{sealedSession}, nil, plain, sessionOf(session.AccessKeyID)))
}

// OpenSession returns the session in a token, and its secret. The session may have ended.
// OpenSession returns [ErrSealed] unless this sealer made the token for the access key.
func (s *Sealer) OpenSession(accessKeyID, token string) (*Session, Secret, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(data) == 0 || data[0] != sealedSession {
		return nil, "", ErrSealed
	}
	plain, err := s.aead.Open(nil, nil, data[1:], sessionOf(accessKeyID))
	if err != nil {
		return nil, "", ErrSealed // err says less
	}
	var in sealed
	if err := json.Unmarshal(plain, &in); err != nil {
		return nil, "", ErrSealed
	}
	return &Session{
		AccessKeyID: accessKeyID, Account: in.Account, RoleName: in.RoleName, RoleID: in.RoleID, Name: in.Name, Policy: in.Policy,
		Issued: in.Issued, Expires: in.Expires,
	}, Secret(in.Secret), nil
}

func sessionOf(accessKeyID string) []byte { return append([]byte{sealedSession}, accessKeyID...) }
