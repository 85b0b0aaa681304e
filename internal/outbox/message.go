package outbox

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// Medium is how a message goes, as DeliveryMediumType of the API calls it.
type Medium string

// The media of the API.
const (
	Email Medium = "EMAIL"
	SMS   Medium = "SMS"
)

// Kind is what a message is about.
type Kind string

// The kinds of messages, named as the sources of Cognito's trigger CustomMessage.
const (
	ForgotPassword  Kind = "ForgotPassword"
	AdminCreateUser Kind = "AdminCreateUser"
)

// Message is a message to one user.
type Message struct {
	ID          string `json:"-"` // given by the store: those that come later have greater ones
	PoolID      string `json:"-"`
	At          time.Time
	Sub         string
	Username    string
	Kind        Kind
	Medium      Medium
	Attribute   string // that the address is of: email or phone_number
	Destination string // the address
	Subject     string // of an email
	Body        string
	HTML        bool   `json:",omitempty"` // the body is HTML: the pool's template has tags
	Code        string // the code or the temporary password in the text
}

// Store keeps messages.
type Store interface {
	// Messages returns up to limit messages of a pool before the one with the id before, ""
	// for all, the newest first; those of one user where sub is not "".
	Messages(ctx context.Context, p *userpool.UserPool, sub, before string, limit int) ([]Message, error)
	// ExpireMessages deletes the messages from before a moment, of all pools.
	ExpireMessages(ctx context.Context, before time.Time) error
}

// How much an outbox holds. A message is read soon, or its code has ended.
const (
	Keep = 24 * time.Hour // how long a message stays
	Most = 1000           // how many messages of a pool stay, the newest
)
