package signin

import (
	"context"
	"errors"
	"time"

	"poolhouse/internal/totp"
	"poolhouse/internal/userpool"
)

// Association is a call of AssociateSoftwareToken or VerifySoftwareToken. It has the access
// token of a signed-in user, or the session of the challenge MFA_SETUP.
type Association struct {
	Caller
	Access, Session string
	Code, Device    string // only in VerifySoftwareToken
}

// check checks that exactly one of the two is given, and that the device name is not too
// long.
func (in Association) check() error {
	switch {
	case (in.Access == "") == (in.Session == ""):
		return userpool.Errorf(userpool.InvalidParameter, "Either AccessToken or Session must be given.")
	case len(in.Device) > maxDevice:
		return userpool.Errorf(userpool.InvalidParameter, "FriendlyDeviceName must have at most %d bytes.", maxDevice)
	}
	return nil
}

// ofSession returns the attempt that a session of MFA_SETUP belongs to. The session names the
// pool and the client.
func (s *Service) ofSession(ctx context.Context, in Association) (*attempt, error) {
	if s.Key == nil {
		return nil, errKey()
	}
	c, _, err := s.opened(in.Session, now())
	if err != nil {
		return nil, err
	}
	a, err := s.enter(ctx, in.Caller, "", c.ClientID)
	if isKind(err, userpool.ResourceNotFound) {
		return nil, wrongSession()
	}
	if err != nil {
		return nil, err
	}
	if err := a.take(in.Session, mfaSetup); err != nil {
		return nil, err
	}
	if err := a.findAgain(ctx); err != nil {
		return nil, err
	}
	return a, a.stands()
}

// Associate returns a new secret for an authenticator app. The app becomes a factor only
// after it has shown that it has the secret.
func (s *Service) Associate(ctx context.Context, in Association) (secret, session string, err error) {
	if err := in.check(); err != nil {
		return "", "", err
	}
	secret = totp.NewSecret()
	if in.Access != "" {
		return secret, "", s.associateHolder(ctx, in, secret)
	}
	a, err := s.ofSession(ctx, in)
	if err != nil {
		return "", "", err
	}
	if a.user.Factors.TOTPSecret != "" || !UsesApps(a.pool) {
		return "", "", noApps()
	}
	c := *a.challenge
	c.TOTPSecret, c.SetUp = secret, false
	a.effects.Use = a.challenge.use()
	c.renew()
	if err := a.commit(ctx); err != nil {
		return "", "", err
	}
	r, err := a.ask(&c, nil)
	if err != nil {
		return "", "", err
	}
	return secret, r.Session, nil
}

func noApps() error {
	return userpool.Errorf(userpool.SoftwareTokenNotFound, "Software Token MFA has not been enabled by the userPool.")
}

func (s *Service) associateHolder(ctx context.Context, in Association, secret string) error {
	h, err := s.Holder(ctx, in.Caller, in.Access)
	if err != nil {
		return err
	}
	if !UsesApps(h.Pool) {
		return noApps()
	}
	return s.Store.ChangeUser(ctx, h.Pool, h.User.Sub, func(u *userpool.User) (Effects, error) {
		u.Factors.TOTPPending = secret
		return Effects{}, nil
	})
}

// Verify accepts an authenticator app that shows a valid code. For a session it returns the
// session that answers MFA_SETUP.
func (s *Service) Verify(ctx context.Context, in Association) (session string, err error) {
	if err := in.check(); err != nil {
		return "", err
	}
	if in.Access != "" {
		return "", s.verifyHolder(ctx, in)
	}
	a, err := s.ofSession(ctx, in)
	if err != nil {
		return "", err
	}
	secret := a.challenge.TOTPSecret
	if secret == "" || a.user.Factors.TOTPSecret != "" {
		return "", noApps()
	}
	step, forget, err := s.checkApp(ctx, a.pool, a.user, secret, in.Code, a.at)
	if err != nil {
		return "", err
	}
	err = a.change(func(u *userpool.User) error {
		if u.Factors.TOTPSecret != "" {
			return wrongSession()
		}
		takeApp(u, secret, in.Device, step, true)
		return nil
	})
	if err != nil {
		return "", err
	}
	a.effects.Use, a.effects.Clear = a.challenge.use(), forget
	if err := a.commit(ctx); err != nil {
		return "", again(err)
	}
	c := *a.challenge
	c.SetUp, c.TOTPSecret = true, ""
	c.renew()
	r, err := a.ask(&c, nil)
	if err != nil {
		return "", err
	}
	return r.Session, nil
}

// again turns errChanged into the error for the client.
func again(err error) error {
	if errors.Is(err, errChanged) {
		return changed()
	}
	return err
}

func (s *Service) verifyHolder(ctx context.Context, in Association) error {
	h, err := s.Holder(ctx, in.Caller, in.Access)
	if err != nil {
		return err
	}
	secret, at := h.User.Factors.TOTPPending, now()
	if secret == "" || !UsesApps(h.Pool) {
		return noApps()
	}
	step, forget, err := s.checkApp(ctx, h.Pool, h.User, secret, in.Code, at)
	if err != nil {
		return err
	}
	return s.Store.ChangeUser(ctx, h.Pool, h.User.Sub, func(u *userpool.User) (Effects, error) {
		if u.Factors.TOTPPending != secret {
			return Effects{}, changed()
		}
		takeApp(u, secret, in.Device, step, h.Pool.MFA == userpool.MFAOn)
		u.Modified = at
		return Effects{Clear: forget}, nil
	})
}

// checkApp checks the code of an app that has a secret.
func (s *Service) checkApp(ctx context.Context, p *userpool.UserPool, u *userpool.User, secret, code string, at time.Time) (step int64, forget []Count, err error) {
	fits := func() (ok bool, err error) {
		step, ok = totp.Check(secret, code, at, 0)
		return ok, nil
	}
	mismatch := func() error {
		return userpool.Errorf(userpool.SoftwareTokenRefused, "Code mismatch and fail enable Software Token MFA")
	}
	forget, err = s.guarded(ctx, p, s.subject(p, "sub", u.Sub), AppCodeAttempt, at, fits, mismatch)
	return step, forget, err
}

// takeApp makes an app a factor of the user, and uses up the code that was shown.
func takeApp(u *userpool.User, secret, device string, step int64, enable bool) {
	f := &u.Factors
	f.TOTPSecret, f.TOTPDevice, f.TOTPPending, f.TOTPStep = secret, toValid(device), "", step
	if enable {
		f.TOTPEnabled, f.TOTPPreferred = true, true
	}
}
