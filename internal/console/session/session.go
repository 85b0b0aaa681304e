package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"poolhouse/internal/iam"
)

// ID identifies a session in a store. It is the hash of the session's token.
type ID [sha256.Size]byte

// Token is the browser's secret for a session: 256 random bits. Only a conversion to string
// reveals it.
type Token string

// NewToken returns a new random token.
func NewToken() Token {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails: crypto/rand ends the program instead
	return Token(base64.RawURLEncoding.EncodeToString(random))
}

// ID returns the ID of the token's session.
func (t Token) ID() ID { return sha256.Sum256([]byte(t)) }

// String hides the token.
func (Token) String() string { return "[token]" }

// GoString hides the token.
func (Token) GoString() string { return "[token]" }

// Session is the session of one signed-in browser. A store keeps all of its fields.
type Session struct {
	ID ID
	// Owner is the unique ID of the principal who signed in: root, a user, or a role's
	// session.
	Owner       string
	AccessKeyID string       // the key used to sign in
	Secret      []byte       // a MAC under the key's secret; nil for the key of a role's session
	Role        *iam.Session // the role's session that the key belongs to; nil for other keys
	Begun       time.Time
	Used        time.Time // time of the last use, accurate to useEvery
	Ends        time.Time // end of the session, even if it is used
}

// The errors of a token without a valid session.
var (
	ErrNone  = errors.New("session: no session has this token")
	ErrIdle  = errors.New("session: idle for too long")
	ErrEnded = errors.New("session: at its end")
)

// useEvery is the least time between two noted uses. Without it, every request would write
// to the store.
const useEvery = time.Minute

// Keeper begins, finds and ends sessions.
type Keeper struct {
	Store  Store
	Idle   time.Duration // a session ends after this time without use
	MaxAge time.Duration // a session ends after this time in any case
	Now    func() time.Time
}

// Begin stores a new session. A session signed in as a role ends no later than the role's
// session.
func (k *Keeper) Begin(ctx context.Context, t Token, s Session) (*Session, error) {
	now := k.Now().UTC().Truncate(time.Millisecond)
	s.ID, s.Begun, s.Used, s.Ends = t.ID(), now, now, now.Add(k.MaxAge)
	if s.Role != nil && s.Role.Expires.Before(s.Ends) {
		s.Ends = s.Role.Expires
	}
	return &s, k.Store.Begin(ctx, &s)
}

// Resume returns the session of a token and notes its use. It returns [ErrNone] if there is
// none. It deletes an expired session and returns [ErrIdle] or [ErrEnded].
func (k *Keeper) Resume(ctx context.Context, t Token) (*Session, error) {
	s, err := k.Peek(ctx, t)
	if err != nil {
		return nil, err
	}
	if now := k.Now(); now.Sub(s.Used) >= min(useEvery, k.Idle/2) {
		return s, k.Store.Use(ctx, s.ID, now)
	}
	return s, nil
}

// Peek is [Keeper.Resume] for requests that a page makes by itself: it does not note a use.
func (k *Keeper) Peek(ctx context.Context, t Token) (*Session, error) {
	s, err := k.Store.Find(ctx, t.ID())
	if err != nil {
		return nil, err
	}
	now := k.Now()
	switch {
	case !now.Before(s.Ends):
		return nil, errors.Join(ErrEnded, k.Store.End(ctx, s.ID))
	case now.Sub(s.Used) >= k.Idle:
		return nil, errors.Join(ErrIdle, k.Store.End(ctx, s.ID))
	}
	return s, nil
}

// Active reports whether the token's session exists and has not expired. It does not note a
// use.
func (k *Keeper) Active(ctx context.Context, t Token) (bool, error) {
	s, err := k.Store.Find(ctx, t.ID())
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now := k.Now()
	return now.Before(s.Ends) && now.Sub(s.Used) < k.Idle, nil
}

// Expire deletes expired sessions.
func (k *Keeper) Expire(ctx context.Context, now time.Time) error {
	return k.Store.Expire(ctx, now, now.Add(-k.Idle))
}
