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

// ID is by what a store knows a session: the hash of its token.
type ID [sha256.Size]byte

// Token is the secret that a browser has of a session: 256 random bits. It is
// written out only by a conversion to string.
type Token string

// NewToken returns a random token, which no other session has.
func NewToken() Token {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails: the program would end
	return Token(base64.RawURLEncoding.EncodeToString(random))
}

// ID returns the id of the token's session.
func (t Token) ID() ID { return sha256.Sum256([]byte(t)) }

// String does not return the token.
func (Token) String() string { return "[token]" }

// GoString does not return the token.
func (Token) GoString() string { return "[token]" }

// Session is a browser that is signed in. A store keeps all of it.
type Session struct {
	ID ID
	// Owner is the unique id of who signed in: of the root, a user, or the session
	// of a role.
	Owner       string
	AccessKeyID string       // with which they signed in
	Secret      []byte       // a MAC under the key's secret, nil for the key of a role's session
	Role        *iam.Session // the session of a role that the key is of, nil for none
	Begun       time.Time
	Used        time.Time // the last time, about to [useEvery]
	Ends        time.Time // at the latest
}

// How a session ended, or that there is none.
var (
	ErrNone  = errors.New("session: there is no session of that token")
	ErrIdle  = errors.New("session: it was not used for too long")
	ErrEnded = errors.New("session: its time is over")
)

// useEvery is how much later a use must be to be noted: else every request would
// write.
const useEvery = time.Minute

// Keeper begins sessions, finds them and ends them.
type Keeper struct {
	Store Store
	Idle  time.Duration // after which a session ends that is not used
	Most  time.Duration // that a session lasts
	Now   func() time.Time
}

// Begin keeps a new session. The session of a role lasts no longer than the
// role's session itself.
func (k *Keeper) Begin(ctx context.Context, t Token, s Session) (*Session, error) {
	now := k.Now().UTC().Truncate(time.Millisecond)
	s.ID, s.Begun, s.Used, s.Ends = t.ID(), now, now, now.Add(k.Most)
	if s.Role != nil && s.Role.Expires.Before(s.Ends) {
		s.Ends = s.Role.Expires
	}
	return &s, k.Store.Begin(ctx, &s)
}

// Resume returns the session of a token, and notes that it is used. It returns
// [ErrNone] if there is none. A session that it finds over is ended, and
// [ErrIdle] or [ErrEnded] says why.
func (k *Keeper) Resume(ctx context.Context, t Token) (*Session, error) {
	s, err := k.Look(ctx, t)
	if err != nil {
		return nil, err
	}
	if now := k.Now(); now.Sub(s.Used) >= min(useEvery, k.Idle/2) {
		return s, k.Store.Use(ctx, s.ID, now)
	}
	return s, nil
}

// Look is [Keeper.Resume] for what a page asks by itself: it is no use of the
// session.
func (k *Keeper) Look(ctx context.Context, t Token) (*Session, error) {
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

// GoesOn reports whether there is a session of a token that is not over. It is no
// use of it.
func (k *Keeper) GoesOn(ctx context.Context, t Token) (bool, error) {
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

// Expire deletes the sessions that are over.
func (k *Keeper) Expire(ctx context.Context, now time.Time) error {
	return k.Store.Expire(ctx, now, now.Add(-k.Idle))
}
