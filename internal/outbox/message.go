package outbox

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// Medium is the way a message is sent, as DeliveryMediumType of the API.
type Medium string

// The media of the API.
const (
	Email Medium = "EMAIL"
	SMS   Medium = "SMS"
)

// Kind is the purpose of a message.
type Kind string

// The kinds of messages, named like the sources of Cognito's trigger CustomMessage.
const (
	ForgotPassword  Kind = "ForgotPassword"
	AdminCreateUser Kind = "AdminCreateUser"
)

// Message is a message to one user.
type Message struct {
	ID          string `json:"-"` // set by the store; later messages have greater ids
	PoolID      string `json:"-"`
	At          time.Time
	Sub         string
	Username    string
	Kind        Kind
	Medium      Medium
	Attribute   string // attribute of the address: email or phone_number
	Destination string // the address
	Subject     string // of an email
	Body        string
	HTML        bool   `json:",omitempty"` // the body is HTML, because the pool's template has tags
	Code        string // the code or the temporary password in the text
}

// Store stores messages.
type Store interface {
	// Messages returns up to limit messages of a pool, newest first: those before the id before, or
	// the newest ones if it is "". With sub, it returns only those of one user.
	Messages(ctx context.Context, p *userpool.UserPool, sub, before string, limit int) ([]Message, error)
	// ExpireMessages deletes the messages of all pools from before a time.
	ExpireMessages(ctx context.Context, before time.Time) error
}

// The limits of an outbox. A message is read soon, or its code has expired.
const (
	KeepFor     = 24 * time.Hour // how long a message is stored
	MaxMessages = 1000           // how many messages of a pool are stored, newest first
)
