package signin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// scopeOfUsers is the scope of operations on the user's own account.
const scopeOfUsers = "aws.cognito.signin.user.admin"

// Holder is the user that an access token belongs to, and the app client.
type Holder struct {
	Pool    *userpool.UserPool
	Client  *userpool.Client // the client that the user signed in with
	User    *userpool.User
	Session *Session
}

// Readable returns the user with only the attributes that the app client may read.
func (h *Holder) Readable() *userpool.User {
	u := *h.User
	u.Attributes = nil
	for _, a := range h.User.Attributes {
		if h.Client.Settings.MayRead(a.Name) {
			u.Attributes = append(u.Attributes, a)
		}
	}
	return &u
}

// Holder returns the holder of an access token. The session must not have ended, and the user
// must be allowed to sign in.
func (s *Service) Holder(ctx context.Context, by Caller, access string) (*Holder, error) {
	if s.Key == nil {
		return nil, errKey()
	}
	claims, err := s.Tokens.VerifyAccess(ctx, s.Store, access)
	switch {
	case errors.Is(err, token.ErrExpired):
		return nil, userpool.Errorf(userpool.NotAuthorized, "Access Token has expired")
	case errors.Is(err, token.ErrInvalid):
		return nil, userpool.Errorf(userpool.NotAuthorized, "Invalid Access Token")
	case err != nil:
		return nil, err
	case !slices.Contains(strings.Fields(claims.Scope), scopeOfUsers):
		return nil, userpool.Errorf(userpool.NotAuthorized, "Access Token does not have required scopes")
	}
	p := claims.Pool
	// The tokens of a deleted client are invalid.
	_, client, err := s.Store.ClientOf(ctx, claims.ClientID)
	if isKind(err, userpool.ResourceNotFound) {
		return nil, userpool.Errorf(userpool.NotAuthorized, "Invalid Access Token")
	}
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
	by.known(p, u)
	return &Holder{Pool: p, Client: client, User: u, Session: session}, nil
}

// ended returns why there is no session: the user was deleted or signed out.
func (s *Service) ended(ctx context.Context, p *userpool.UserPool, username string) error {
	if _, err := s.Store.User(ctx, p, username); err != nil {
		return err
	}
	return userpool.Errorf(userpool.NotAuthorized, "Access Token has been revoked")
}
