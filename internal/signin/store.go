package signin

import (
	"context"
	"time"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// Store stores what sign-ins need in addition to pools, app clients and users. Each method is
// one transaction.
type Store interface {
	// ClientOf returns an app client by its ID alone, and its pool.
	ClientOf(ctx context.Context, clientID string) (*userpool.UserPool, *userpool.Client, error)
	// Pool and User are those of [userpool.Store].
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error)
	// ChangeUser changes a user by a function, as UpdateUser does, together with the effects
	// of the change. It returns an error of the function unchanged, and then changes nothing.
	// It returns ErrUsed if a challenge or a code of the effects was used before.
	ChangeUser(ctx context.Context, p *userpool.UserPool, sub string, change func(*userpool.User) (Effects, error)) error

	// Attempts returns how often something was tried, and CountAttempt counts one more. If
	// forget applies to the earlier attempts, the count starts again.
	Attempts(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt) (Attempts, error)
	CountAttempt(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt, at time.Time, forget Forget) (Attempts, error)

	// Code returns the MAC and the end of the code that a user was sent for a purpose. The
	// MAC is nil if there is no code.
	Code(ctx context.Context, p *userpool.UserPool, sub string, purpose Purpose) (Code, error)
	// History returns up to limit earlier credentials of the user, the newest first.
	History(ctx context.Context, p *userpool.UserPool, sub string, limit int) ([]userpool.Credential, error)

	// Session returns a session and its user. It returns ErrNoSession if one of them does not
	// exist.
	Session(ctx context.Context, p *userpool.UserPool, id SessionID) (*Session, *userpool.User, error)
	// UpdateSession changes a session by a function, as UpdateUser does.
	UpdateSession(ctx context.Context, p *userpool.UserPool, id SessionID, update func(*Session) error) error
	// EndSession ends a session if it exists.
	EndSession(ctx context.Context, p *userpool.UserPool, id SessionID) error
	// ExpireSignIns deletes sessions, challenges and codes that ended before a moment, and
	// attempts from before another one.
	ExpireSignIns(ctx context.Context, ended, tried time.Time) error
}

// Effects are changes in the same transaction as a change of a user.
type Effects struct {
	Use         *Challenge        // is used; it must not have been used before
	Begin       *Session          // begins
	EndSessions bool              // end all of the user's sessions, before Begin
	Clear       []Count           // counts to delete
	Send        *Code             // replaces the code for the same purpose
	TakeCode    *Code             // is used
	Remember    int               // number of earlier credentials to keep, including the one before the change; 0 for none
	Messages    []*outbox.Message // go to the outbox
}

// Count identifies a count of attempts.
type Count struct {
	Of   Subject
	Kind Attempt
}

// Subject is what attempts are counted for: a MAC of a user's sub or of a name.
type Subject [16]byte

// Attempt is a kind of attempt.
type Attempt int

// The kinds of attempts. The numbers are stored.
const (
	PasswordAttempt Attempt = 1 // wrong passwords
	AppCodeAttempt  Attempt = 2 // wrong codes of an authenticator app
	SendAttempt     Attempt = 3 // codes that were requested
	CodeAttempt     Attempt = 4 // codes that were answered
	ChangeAttempt   Attempt = 5 // password changes
)

// Attempts says how often something was tried; zero means never.
type Attempts struct {
	Count       int
	First, Last time.Time
}

// Forget says which attempts no longer count: all, if the first was before one moment or the
// last before another.
type Forget struct{ FirstBefore, LastBefore time.Time }

// Purpose is the purpose of a code. The numbers are stored.
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

// Challenge is a challenge that a user was given. It is valid once.
type Challenge struct {
	ID   [16]byte
	Ends time.Time // when its record can be deleted
}

// SessionID is the ID of a session. It is no secret: tokens carry it as a UUID.
type SessionID [16]byte

// Session is a lasting sign-in, which a refresh token belongs to. It does not affect the life
// of its tokens.
type Session struct {
	ID       SessionID
	Sub      string // of the user
	ClientID string
	// Hash is the SHA-256 of the refresh token's secret. Previous is that of the token
	// before, which was replaced at Rotated, or nil.
	Hash, Previous []byte
	Rotated        time.Time
	// Device and Address are the user agent and the IP address at the beginning of the
	// session.
	Device, Address   string
	Begun, Used, Ends time.Time
}
