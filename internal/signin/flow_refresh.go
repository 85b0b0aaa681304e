package signin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// A refresh token has the ID of its session, a secret, and a MAC of both. So a forged token
// is detected without the database.
const (
	refreshSecretSize = 32
	refreshMACSize    = 16
	refreshSize       = 16 + refreshSecretSize + refreshMACSize
)

func (s *Service) refreshText(id SessionID, secret []byte) string {
	raw := append(append([]byte{}, id[:]...), secret...)
	return base64.RawURLEncoding.EncodeToString(append(raw, s.sum("refresh", string(raw))[:refreshMACSize]...))
}

// refreshToken parses the result of refreshText.
func (s *Service) refreshToken(text string) (id SessionID, secret []byte, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != refreshSize {
		return id, nil, false
	}
	signed, mac := raw[:refreshSize-refreshMACSize], raw[refreshSize-refreshMACSize:]
	if subtle.ConstantTimeCompare(mac, s.sum("refresh", string(signed))[:refreshMACSize]) != 1 {
		return id, nil, false
	}
	copy(id[:], signed)
	return id, signed[len(id):], true
}

func rotates(c *userpool.Client) bool {
	r := c.Settings.RefreshRotation
	return r != nil && r.Feature == "ENABLED"
}

// byRefreshToken is REFRESH_TOKEN_AUTH. A client whose refresh tokens rotate cannot use it.
func (a *attempt) byRefreshToken(ctx context.Context) (*Result, error) {
	text, err := a.param("REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	if rotates(a.client) {
		return nil, userpool.Errorf(userpool.InvalidParameter, "REFRESH_TOKEN_AUTH flow not enabled for this client").
			Detailed("the refresh tokens of the app client rotate: call GetTokensFromRefreshToken")
	}
	return a.refresh(ctx, text, func(u *userpool.User) error {
		return a.provesClient(a.params["SECRET_HASH"], u.Username, u.Sub)
	})
}

// Refresh is a call of GetTokensFromRefreshToken.
type Refresh struct {
	Caller
	ClientID, ClientSecret, Token string
}

// Refresh issues tokens for a refresh token, and a new refresh token if they rotate.
func (s *Service) Refresh(ctx context.Context, in Refresh) (*Result, error) {
	a, err := s.enter(ctx, in.Caller, "", in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := provesSecret(a.client, in.ClientSecret); err != nil {
		return nil, err
	}
	if !rotates(a.client) && !allows(a.client, "ALLOW_REFRESH_TOKEN_AUTH") {
		return nil, userpool.Errorf(userpool.NotAuthorized, "Refresh tokens are not enabled for this client")
	}
	return a.refresh(ctx, in.Token, func(*userpool.User) error { return nil })
}

// refresh issues tokens for the session of a refresh token. The steps are those of
// [Service.Begin], except that the session names the user.
func (a *attempt) refresh(ctx context.Context, text string, proves func(*userpool.User) error) (*Result, error) {
	refused := func(why string) error { return userpool.Errorf(userpool.NotAuthorized, "%s", why) }
	id, secret, ok := a.refreshToken(text)
	if !ok {
		return nil, refused("Invalid Refresh Token")
	}
	session, u, err := a.Store.Session(ctx, a.pool, id)
	if errors.Is(err, ErrNoSession) {
		return nil, refused("Refresh Token has been revoked")
	}
	if err != nil {
		return nil, err
	}
	switch {
	case session.ClientID != a.client.ID:
		return nil, refused("Invalid Refresh Token")
	case !a.at.Before(session.Ends):
		return nil, refused("Refresh Token has expired")
	}
	if err := proves(u); err != nil {
		return nil, err
	}
	a.known(a.pool, u)
	a.user, a.proved = u, true
	if err := a.stands(); err != nil {
		return nil, err
	}
	fresh, err := a.renew(ctx, id, secret)
	if err != nil {
		return nil, err
	}
	granted, err := a.issue(ctx, session)
	if err != nil {
		return nil, err
	}
	if fresh != nil {
		granted.Refresh = a.refreshText(id, fresh)
	}
	return &Result{Tokens: granted}, nil
}

// renew records the use of a session. It returns the secret of the next refresh token, or nil
// if they do not rotate. The next secret is derived from the last one. So a client that
// retries, because it did not get the answer, gets the same token. Using a replaced token
// after its grace period ends the session, because one of its two holders has stolen it (RFC
// 9700, section 4.14).
func (a *attempt) renew(ctx context.Context, id SessionID, secret []byte) (fresh []byte, err error) {
	hash := sha256.Sum256(secret)
	is := func(kept []byte) bool { return subtle.ConstantTimeCompare(hash[:], kept) == 1 }
	reused := false
	err = a.Store.UpdateSession(ctx, a.pool, id, func(s *Session) error {
		fresh, reused = nil, false
		s.Used = a.at
		switch {
		case is(s.Hash) && !rotates(a.client):
			return nil
		case is(s.Hash):
			fresh = a.sum("rotate", string(id[:]), string(secret))
			next := sha256.Sum256(fresh)
			s.Previous, s.Hash, s.Rotated = s.Hash, next[:], a.at
			return nil
		case is(s.Previous) && a.at.Before(s.Rotated.Add(a.grace())):
			fresh = a.sum("rotate", string(id[:]), string(secret))
			return nil
		}
		reused = true
		return userpool.Errorf(userpool.RefreshTokenReused, "Refresh token has already been used. Sign in again.")
	})
	if reused {
		return nil, errors.Join(err, a.Store.EndSession(ctx, a.pool, id))
	}
	if errors.Is(err, ErrNoSession) {
		return nil, userpool.Errorf(userpool.NotAuthorized, "Refresh Token has been revoked")
	}
	return fresh, err
}

// grace returns how long a replaced refresh token remains valid.
func (a *attempt) grace() time.Duration {
	if r := a.client.Settings.RefreshRotation; r != nil && r.RetryGraceSeconds != nil {
		return time.Duration(*r.RetryGraceSeconds) * time.Second
	}
	return 0
}

// toValid converts a text so that every database can store it.
func toValid(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, string(utf8.RuneError)), "\x00", "")
}
