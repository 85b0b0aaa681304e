package signin

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"poolhouse/internal/userpool"
)

// Holder is whom an access token belongs to.
type Holder struct {
	Pool    *userpool.UserPool
	User    *userpool.User
	Session *Session
}

// Holder returns whom an access token belongs to. The session must not have ended, and the user must
// be one who may sign in.
func (s *Service) Holder(ctx context.Context, access string) (*Holder, error) {
	if s.Key == nil {
		return nil, errKey()
	}
	p, claims, err := s.Tokens.VerifyAccess(ctx, access, s.Store.Pool)
	if err != nil {
		return nil, err
	}
	id, err := uuid.Parse(claims.SessionID)
	if err != nil {
		return nil, userpool.Errorf(userpool.NotAuthorized, "Invalid Access Token")
	}
	session, u, err := s.Store.Session(ctx, p, SessionID(id))
	if errors.Is(err, ErrNoSession) {
		return nil, s.ended(ctx, p, claims.Username)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case u.Sub != claims.Sub:
		return nil, userpool.Errorf(userpool.NotAuthorized, "Invalid Access Token")
	case !u.Enabled:
		return nil, disabled()
	case u.Status == userpool.ResetRequired:
		return nil, resetRequired()
	case u.Status == userpool.Unconfirmed:
		return nil, notConfirmed()
	}
	return &Holder{Pool: p, User: u, Session: session}, nil
}

// ended says why there is no session: the user is gone, or was signed out.
func (s *Service) ended(ctx context.Context, p *userpool.UserPool, username string) error {
	if _, err := s.Store.User(ctx, p, username); err != nil {
		return err
	}
	return userpool.Errorf(userpool.NotAuthorized, "Access Token has been revoked")
}
