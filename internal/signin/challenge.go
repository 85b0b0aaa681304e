package signin

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// state is the state of a challenge, which the client keeps. It is encrypted, bound to its
// pool, and valid once. A server stores nothing of it until it is answered.
type state struct {
	ID         []byte `json:"i"` // 16 bytes; its text has a fixed length
	Challenge  string `json:"c"`
	ClientID   string `json:"a"`
	Sub        string `json:"s"`
	MadeUp     int    `json:"m"` // 1 for a user that does not exist; a number, so that the length of the text does not depend on it
	Username   string `json:"u"`
	Name       string `json:"n"`           // the name that the sign-in began with
	Ends       int64  `json:"e"`           // in milliseconds
	Proof      []byte `json:"k,omitempty"` // identifies the credential that the password matched
	Secret     []byte `json:"x,omitempty"` // the server's secret of SRP
	Public     string `json:"p,omitempty"` // SRP_A
	TOTPSecret string `json:"t,omitempty"` // the secret of the authenticator app to set up
	SetUp      bool   `json:"v,omitempty"` // an app was verified
}

// newState returns the state of a challenge for the attempt's user.
func (a *attempt) newState(challenge string) *state {
	c := &state{Challenge: challenge, ClientID: a.client.ID, Sub: a.user.Sub, Username: a.user.Username, Name: a.name, Proof: a.credentialMark(a.user)}
	if a.simulated {
		c.MadeUp = 1
	}
	c.renew()
	c.Ends = a.at.Add(a.sessionLife()).UnixMilli()
	return c
}

// renew gives a state a new ID.
func (c *state) renew() {
	c.ID = make([]byte, 16)
	rand.Read(c.ID) // never fails
}

// defaultSessionMinutes is the life of a challenge if the client sets none.
const defaultSessionMinutes = 3

func (a *attempt) sessionLife() time.Duration {
	minutes := a.client.Settings.AuthSessionMinutes
	if minutes == 0 {
		minutes = defaultSessionMinutes
	}
	return time.Duration(minutes) * time.Minute
}

// box returns the box that seals the challenges of a pool.
func (s *Service) box(poolNo uint64) *iam.Box {
	return s.Key.Box(iam.Challenges, strconv.FormatUint(poolNo, 10))
}

// sealed returns the text of a state. It has the number of the pool, which selects the box,
// and the state in the box.
func (s *Service) sealed(p *userpool.UserPool, c *state) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	raw := binary.AppendUvarint(nil, uint64(p.Number))
	return base64.StdEncoding.EncodeToString(append(raw, s.box(uint64(p.Number)).Seal("", text)...)), nil
}

// opened opens a text from sealed. A client cannot forge the text, but it may be old or
// belong to another client.
func (s *Service) opened(text string, at time.Time) (c *state, poolNo uint64, err error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, 0, wrongSession()
	}
	poolNo, size := binary.Uvarint(raw)
	if size <= 0 {
		return nil, 0, wrongSession()
	}
	plain, err := s.box(poolNo).Open("", raw[size:])
	if err != nil {
		return nil, 0, wrongSession()
	}
	c = &state{}
	if err := json.Unmarshal(plain, c); err != nil {
		return nil, 0, err
	}
	if at.UnixMilli() >= c.Ends {
		return nil, 0, expiredSession()
	}
	return c, poolNo, nil
}

// take loads a challenge of the call's client.
func (a *attempt) take(text, challenge string) error {
	c, poolNo, err := a.opened(text, a.at)
	if err != nil {
		return err
	}
	if poolNo != uint64(a.pool.Number) || c.ClientID != a.client.ID || c.Challenge != challenge {
		return wrongSession()
	}
	a.challenge = c
	return nil
}

// credentialMark returns a value that identifies the user's credential.
func (s *Service) credentialMark(u *userpool.User) []byte {
	return s.sum("credential", u.Sub, u.Credential.Scheme, u.Credential.Secret)[:12]
}

// use returns the record that the state was answered.
func (c *state) use() *Challenge { return &Challenge{ID: [16]byte(c.ID), Ends: time.UnixMilli(c.Ends)} }

// ask ends a call with a challenge.
func (a *attempt) ask(c *state, params map[string]string) (*Result, error) {
	text, err := a.sealed(a.pool, c)
	if err != nil {
		return nil, err
	}
	return &Result{Challenge: c.Challenge, Parameters: params, Session: text}, nil
}
