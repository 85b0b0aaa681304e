package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/google/uuid"

	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// proceed continues after a password or a challenge was proved, with the next challenge or
// with tokens. All changes are stored in one transaction before anything is answered.
func (a *attempt) proceed(ctx context.Context) (*Result, error) {
	if a.simulated {
		return nil, incorrect() // never reached, because no password matches
	}
	a.proved = true
	if err := a.stands(); err != nil {
		return nil, err
	}
	if a.challenge != nil {
		a.effects.Use = a.challenge.use()
	}
	next, err := a.next()
	if err != nil {
		return nil, err
	}
	if next == nil {
		return a.grant(ctx)
	}
	if len(a.changes) > 0 || a.effects.Use != nil || len(a.effects.Clear) > 0 {
		if err := a.commit(ctx); err != nil {
			return nil, err
		}
	}
	return next(a, ctx)
}

// next returns the function that asks for the next challenge, or nil.
func (a *attempt) next() (func(*attempt, context.Context) (*Result, error), error) {
	switch {
	case a.user.Status == userpool.ForceChangePassword:
		if ends := a.user.Credential.Expires; !ends.IsZero() && !a.at.Before(ends) {
			return nil, userpool.Errorf(userpool.NotAuthorized, "Temporary password has expired and must be reset by an administrator.")
		}
		return (*attempt).askNewPassword, nil
	case a.secondOK:
		return nil, nil
	}
	return a.secondFactor()
}

// commit stores the changes of the call. If the user's credential is no longer the one that
// was proved, the call is repeated.
func (a *attempt) commit(ctx context.Context) error {
	before := a.found
	err := a.Store.ChangeUser(ctx, a.pool, a.user.Sub, func(u *userpool.User) (Effects, error) {
		if u.Credential != before.Credential || u.Status != before.Status || u.Enabled != before.Enabled {
			return Effects{}, errChanged
		}
		for _, change := range a.changes {
			if err := change(u); err != nil {
				return Effects{}, err
			}
		}
		if len(a.changes) > 0 {
			u.Modified = a.at
		}
		a.found, a.user = u, u
		return a.effects, nil
	})
	if errors.Is(err, ErrUsed) {
		return usedSession()
	}
	if err == nil {
		a.changes, a.effects = nil, Effects{}
	}
	return err
}

// grant signs the user in: it begins a session and issues its tokens.
func (a *attempt) grant(ctx context.Context) (*Result, error) {
	s := &Session{Sub: a.user.Sub, ClientID: a.client.ID, Device: clip(a.Agent), Address: a.Address, Begun: a.at, Used: a.at, Ends: a.at.Add(a.client.Settings.TokenLives().Refresh)}
	rand.Read(s.ID[:]) // never fails
	s.ID = SessionID(version4(s.ID))
	secret := make([]byte, refreshSecretSize)
	rand.Read(secret)
	hash := sha256.Sum256(secret)
	s.Hash = hash[:]
	a.effects.Begin = s
	if err := a.commit(ctx); err != nil {
		return nil, err
	}
	granted, err := a.issue(ctx, s)
	if err != nil {
		return nil, err
	}
	granted.Refresh = a.refreshText(s.ID, secret)
	return &Result{Tokens: granted}, nil
}

// issue issues the ID token and the access token of a session.
func (a *attempt) issue(ctx context.Context, s *Session) (*Granted, error) {
	t, err := a.Tokens.Issue(ctx, a.pool, a.client, a.user, token.Session{ID: uuid.UUID(s.ID).String(), AuthTime: s.Begun})
	if err != nil {
		return nil, err
	}
	return &Granted{ID: t.ID, Access: t.Access, ExpiresIn: t.ExpiresIn}, nil
}

// version4 marks random bytes as a UUID of version 4.
func version4(id [16]byte) [16]byte {
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// maxDevice bounds a stored user agent or device name, in bytes.
const maxDevice = 256

func clip(agent string) string {
	for len(agent) > maxDevice {
		agent = agent[:maxDevice]
	}
	return toValid(agent)
}
