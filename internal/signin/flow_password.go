package signin

import (
	"context"
	"errors"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// byPassword is USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the client sends the
// password.
func (a *attempt) byPassword(ctx context.Context) (*Result, error) {
	text, err := a.param("PASSWORD")
	if err != nil {
		return nil, err
	}
	err = a.guarded(ctx, a.byName(), PasswordAttempt, func() (bool, error) { return a.fits(ctx, text) }, incorrect)
	if err != nil {
		return nil, err
	}
	return a.proceed(ctx)
}

// fits reports whether a password is the user's. The first time that it matches an imported
// hash, the hash is replaced with a verifier of the pool's own.
func (a *attempt) fits(ctx context.Context, text string) (bool, error) {
	had := a.user.Credential
	if a.simulated || a.user.Status == userpool.ResetRequired {
		had = userpool.Credential{}
	}
	good, err := a.Service.fits(ctx, a.pool, a.user, had, text)
	if good && had.Scheme != password.SRP {
		native := userpool.Credential{Scheme: password.SRP, Secret: password.NewVerifier(a.pool.ID, a.user.Username, text)}
		return true, a.change(func(u *userpool.User) error {
			u.Credential = native
			return nil
		})
	}
	return good, err
}

// fits reports whether a password matches a credential of a user. A user without a credential
// has no right password, and the check takes as long.
func (s *Service) fits(ctx context.Context, p *userpool.UserPool, u *userpool.User, c userpool.Credential, text string) (bool, error) {
	switch c.Scheme {
	case "":
		password.Verify(p.ID, u.Username, text, password.Simulated(s.mac, p.ID, u.Username))
		return false, nil
	case password.SRP:
		return password.Verify(p.ID, u.Username, text, c.Secret), nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.HashTime)
	defer cancel()
	good, err := s.Hashes.Matches(ctx, c.Scheme, c.Secret, text)
	if errors.Is(err, context.DeadlineExceeded) {
		return false, busy()
	}
	return good, err
}
