package signin

import (
	"context"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// newCredential returns the credential for a new password. The password must meet the pool's
// policy and must not be an earlier one of the user.
func (s *Service) newCredential(ctx context.Context, p *userpool.UserPool, u *userpool.User, text string) (c userpool.Credential, err error) {
	if err := p.PasswordPolicy.Check(text); err != nil {
		return c, err
	}
	if err := s.checkHistory(ctx, p, u, text); err != nil {
		return c, err
	}
	return userpool.Credential{Scheme: password.SRP, Secret: password.NewVerifier(p.ID, u.Username, text)}, nil
}

// checkHistory refuses the user's present password, and as many earlier ones as the pool
// remembers.
func (s *Service) checkHistory(ctx context.Context, p *userpool.UserPool, u *userpool.User, text string) error {
	size := int(p.PasswordPolicy.HistorySize)
	if size == 0 {
		return nil
	}
	earlier, err := s.Store.History(ctx, p, u.Sub, size-1)
	if err != nil {
		return err
	}
	for _, c := range append([]userpool.Credential{u.Credential}, earlier...) {
		if c.Scheme == "" {
			continue
		}
		switch same, err := s.fits(ctx, p, u, c, text); {
		case err != nil:
			return err
		case same:
			return userpool.Errorf(userpool.PasswordUsedBefore, "Password has previously been used. Choose one that is not among the last %d.", size)
		}
	}
	return nil
}

// SetPassword is AdminSetUserPassword. A password that is not permanent must be changed at
// the next sign-in.
func (s *Service) SetPassword(ctx context.Context, by Caller, poolID, username, text string, permanent bool) error {
	if s.Key == nil {
		return errKey()
	}
	p, u, err := s.ofUser(ctx, by, poolID, username)
	if err != nil {
		return err
	}
	c, err := s.newCredential(ctx, p, u, text)
	if err != nil {
		return err
	}
	at := now()
	status := userpool.Confirmed
	if !permanent {
		status = userpool.ForceChangePassword
		c.Expires = at.AddDate(0, 0, int(p.PasswordPolicy.TemporaryDays))
	}
	return s.Store.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (Effects, error) {
		u.Credential, u.Status, u.Modified = c, status, at
		return Effects{Remember: int(p.PasswordPolicy.HistorySize)}, nil
	})
}

// PasswordChange is a call of ChangePassword.
type PasswordChange struct {
	Caller
	Access, Previous, Proposed string
}

// ChangePassword changes the password of the holder of an access token. A user without a
// password needs no previous one.
func (s *Service) ChangePassword(ctx context.Context, in PasswordChange) error {
	h, err := s.Holder(ctx, in.Caller, in.Access)
	if err != nil {
		return err
	}
	at, had := now(), h.User.Credential
	if err := s.limited(ctx, h.Pool, s.subject(h.Pool, "sub", h.User.Sub), ChangeAttempt, at); err != nil {
		return err
	}
	var forget []Count
	if had.Scheme != "" {
		if in.Previous == "" {
			return missing("PreviousPassword")
		}
		check := func() (bool, error) { return s.fits(ctx, h.Pool, h.User, had, in.Previous) }
		if forget, err = s.guarded(ctx, h.Pool, s.subject(h.Pool, "sub", h.User.Sub), PasswordAttempt, at, check, incorrect); err != nil {
			return err
		}
	}
	c, err := s.newCredential(ctx, h.Pool, h.User, in.Proposed)
	if err != nil {
		return err
	}
	return s.Store.ChangeUser(ctx, h.Pool, h.User.Sub, func(u *userpool.User) (Effects, error) {
		if u.Credential != had || !u.Enabled {
			return Effects{}, changed()
		}
		u.Credential, u.Modified = c, at
		return Effects{Remember: int(h.Pool.PasswordPolicy.HistorySize), Clear: forget}, nil
	})
}
