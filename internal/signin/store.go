package signin

import (
	"context"
	"time"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// Store keeps what signing in needs beside pools, app clients and users. Each method is one
// transaction.
type Store interface {
	// ClientOf returns an app client by its id alone, and its pool.
	ClientOf(ctx context.Context, clientID string) (*userpool.UserPool, *userpool.Client, error)
	// Pool and User are those of [userpool.Store].
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error)
	// ChangeUser changes a user by a function, as UpdateUser does, together with what comes
	// of it. An error of the function is returned as it is, and nothing is changed. It returns
	// ErrUsed when a challenge or a code of the effects was used before.
	ChangeUser(ctx context.Context, p *userpool.UserPool, sub string, change func(*userpool.User) (Effects, error)) error

	// Attempts returns how often something was tried, and CountAttempt counts one more. A
	// count begins anew if forget says so of the attempts that were counted.
	Attempts(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt) (Attempts, error)
	CountAttempt(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt, at time.Time, forget Forget) (Attempts, error)

	// Code returns the MAC of the code that a user was sent for a purpose, and when it ends; none where
	// there is no code.
	Code(ctx context.Context, p *userpool.UserPool, sub string, purpose Purpose) (Code, error)
	// History returns up to limit credentials that the user had before, the newest first.
	History(ctx context.Context, p *userpool.UserPool, sub string, limit int) ([]userpool.Credential, error)

	// Session returns a session and its user. It returns ErrNoSession when it is not there, or its
	// user is not.
	Session(ctx context.Context, p *userpool.UserPool, id SessionID) (*Session, *userpool.User, error)
	// UpdateSession changes a session by a function, as UpdateUser does.
	UpdateSession(ctx context.Context, p *userpool.UserPool, id SessionID, update func(*Session) error) error
	// EndSession ends a session, if it is there.
	EndSession(ctx context.Context, p *userpool.UserPool, id SessionID) error
	// ExpireSignIns deletes what is over: sessions, challenges and codes that ended before a
	// moment, and attempts of before another one.
	ExpireSignIns(ctx context.Context, ended, tried time.Time) error
}

// Effects are what comes of a change of a user, in the same transaction.
type Effects struct {
	Use         *Challenge        // is used, for the first time
	Begin       *Session          // begins
	EndSessions bool              // all of the user's sessions end, before Begin
	Clear       []Count           // attempts are forgotten
	Send        *Code             // takes the place of the code for the same purpose
	TakeCode    *Code             // is used
	Remember    int               // how many earlier credentials are kept, that of before the change among them; 0 for none
	Messages    []*outbox.Message // go to the outbox
}

// Count names a count of attempts.
type Count struct {
	Of   Subject
	Kind Attempt
}

// Subject is whom attempts are counted for: a MAC of a user's sub, or of a name.
type Subject [16]byte

// Attempt is what is tried.
type Attempt int

// What attempts are counted of. The numbers are kept.
const (
	PasswordAttempt Attempt = 1 // wrong passwords
	AppCodeAttempt  Attempt = 2 // wrong codes of an authenticator app
	SendAttempt     Attempt = 3 // codes that were asked for
	CodeAttempt     Attempt = 4 // codes that were answered
	ChangeAttempt   Attempt = 5 // passwords that were to be changed
)

// Attempts are how often something was tried, zero for never.
type Attempts struct {
	Count       int
	First, Last time.Time
}

// Forget says which attempts count no more: all that were counted, if the first was before one
// moment, or the last before another.
type Forget struct{ FirstBefore, LastBefore time.Time }

// Purpose is what a code is for. The numbers are kept.
type Purpose int

// The purposes of codes.
const (
	ResetPassword Purpose = 1
)

// Code is a code that a user was sent: its MAC and its end.
type Code struct {
	Purpose Purpose
	MAC     []byte // nil for none
	Ends    time.Time
}

// Challenge is a challenge that a user was given, which is good once.
type Challenge struct {
	ID   [16]byte
	Ends time.Time // when it need not be remembered any more
}

// SessionID is the id of a session. It is no secret: tokens carry it as a UUID.
type SessionID [16]byte

// Session is a sign-in that lasts: what a refresh token belongs to. It has no role in how long its
// tokens are good.
type Session struct {
	ID       SessionID
	Sub      string // of the user
	ClientID string
	// Hash is the SHA-256 of the refresh token's secret, and Previous that of the one before,
	// which was replaced at Rotated; none where there was none.
	Hash, Previous []byte
	Rotated        time.Time
	// Device and Address say where the session was begun: the agent that the client named, and its
	// IP address.
	Device, Address   string
	Begun, Used, Ends time.Time
}
