package signin

import (
	"context"
	"errors"
	"strings"

	"poolhouse/internal/userpool"
)

// SignOut ends all sessions of the holder of an access token (GlobalSignOut).
func (s *Service) SignOut(ctx context.Context, by Caller, access string) error {
	h, err := s.Holder(ctx, by, access)
	if err != nil {
		return err
	}
	return s.endAll(ctx, h.Pool, h.User.Sub)
}

// SignOutUser ends all sessions of a user (AdminUserGlobalSignOut).
func (s *Service) SignOutUser(ctx context.Context, by Caller, poolID, username string) error {
	p, u, err := s.ofUser(ctx, by, poolID, username)
	if err != nil {
		return err
	}
	return s.endAll(ctx, p, u.Sub)
}

func (s *Service) endAll(ctx context.Context, p *userpool.UserPool, sub string) error {
	return s.Store.ChangeUser(ctx, p, sub, func(*userpool.User) (Effects, error) { return Effects{EndSessions: true}, nil })
}

// Revocation is a call of RevokeToken.
type Revocation struct {
	Caller
	ClientID, ClientSecret, Token string
}

// Revoke ends the session of a refresh token. A session that has ended is no error (RFC
// 7009).
func (s *Service) Revoke(ctx context.Context, in Revocation) error {
	a, err := s.enter(ctx, in.Caller, "", in.ClientID)
	switch {
	case isKind(err, userpool.ResourceNotFound):
		return userpool.Errorf(userpool.Unauthorized, "The app client %s does not exist.", in.ClientID)
	case err != nil:
		return err
	case provesSecret(a.client, in.ClientSecret) != nil:
		return userpool.Errorf(userpool.Unauthorized, "The secret of the app client is wrong or missing.")
	case !a.client.Settings.TokenRevocation:
		return userpool.Errorf(userpool.UnsupportedOperation, "Token revocation is not enabled for this client.")
	}
	id, _, ok := s.refreshToken(in.Token)
	if !ok {
		if strings.Count(in.Token, ".") == 2 {
			return userpool.Errorf(userpool.UnsupportedToken, "Access tokens and ID tokens cannot be revoked: revoke the refresh token.")
		}
		return userpool.Errorf(userpool.InvalidParameter, "Invalid refresh token")
	}
	session, u, err := s.Store.Session(ctx, a.pool, id)
	switch {
	case errors.Is(err, ErrNoSession):
		return nil
	case err != nil:
		return err
	case session.ClientID != a.client.ID:
		return userpool.Errorf(userpool.InvalidParameter, "Invalid refresh token")
	}
	in.known(a.pool, u)
	return s.Store.EndSession(ctx, a.pool, id)
}
