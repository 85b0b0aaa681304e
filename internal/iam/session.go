package iam

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"poolhouse/internal/awsarn"
)

// How long a session may last (STS API Reference, AssumeRole). A session of a
// session (role chaining) has an hour at most.
const (
	minSession     = 15 * time.Minute
	defaultSession = time.Hour
	maxChained     = time.Hour
)

// maxSessionPolicy is how many characters the policy of a session may have,
// white space and all (AssumeRole, Policy).
const maxSessionPolicy = 2048

// Session is a role that somebody assumed for a while, with credentials of its
// own. It is kept nowhere: the session's token has it, sealed.
type Session struct {
	AccessKeyID string // ASIA…
	Account     string // of the role; when that becomes another one, the session ends
	RoleName    string
	RoleID      string // a later role of the same name has no part in the session
	Name        string // RoleSessionName
	Policy      string // what the session may at most; "" for all that the role may
	Issued      time.Time
	Expires     time.Time
}

// SessionSpec is what a session is made of.
type SessionSpec struct {
	Account  string // of the role
	Name     string
	Policy   string        // "" for none
	Duration time.Duration // 0 for the default
	Chained  bool          // whether the role was assumed by a session
}

// NewSession returns a new session of a role, and its secret. It returns
// ValidationError for a duration that the role does not allow, and
// MalformedPolicyDocument for a policy that is none.
func NewSession(r *Role, spec SessionSpec, now time.Time) (*Session, Secret, error) {
	d := spec.Duration
	if d == 0 {
		d = defaultSession
	}
	switch {
	case spec.Chained && d > maxChained:
		return nil, "", Refusef(ValidationError, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case d > time.Duration(r.MaxSessionSeconds)*time.Second:
		return nil, "", Refusef(ValidationError, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	case d < minSession:
		return nil, "", Refusef(ValidationError, "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to %d", int(minSession/time.Second))
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

// ARN returns the session's ARN, in which the role has no path.
func (s *Session) ARN(account string) string {
	return awsarn.AssumedRole(account, s.RoleName, s.Name)
}

// IsSessionKeyID reports whether an access key's id is that of a session.
func IsSessionKeyID(accessKeyID string) bool { return strings.HasPrefix(accessKeyID, prefixSessionKey) }

// sealed is a session as its token has it.
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

// SealSession returns the token of a session: all of it but its key's id, its
// secret too, encrypted, so that every server that has the sealer's key knows
// it. The token is good for the session's access key only.
func (s *Sealer) SealSession(session *Session, secret Secret) string {
	plain, err := json.Marshal(sealed{
		string(secret), session.Account, session.RoleName, session.RoleID, session.Name, session.Policy, session.Issued, session.Expires,
	})
	if err != nil {
		panic(err) // texts, and times of this age
	}
	return base64.StdEncoding.EncodeToString(s.aead.Seal([]byte{sealedSession}, nil, plain, sessionOf(session.AccessKeyID)))
}

// OpenSession returns the session of a token, which may be over, and its
// secret. It returns [ErrSealed] for a token that this sealer did not make for
// the access key.
func (s *Sealer) OpenSession(accessKeyID, token string) (*Session, Secret, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(data) == 0 || data[0] != sealedSession {
		return nil, "", ErrSealed
	}
	plain, err := s.aead.Open(nil, nil, data[1:], sessionOf(accessKeyID))
	if err != nil {
		return nil, "", ErrSealed // not err, which says less
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
