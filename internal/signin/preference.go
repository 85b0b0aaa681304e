package signin

import (
	"context"

	"poolhouse/internal/userpool"
)

// Preference is a change of a user's second factors. nil does not change a factor.
type Preference struct {
	SoftwareToken *FactorPreference
	SMS, Email    *FactorPreference
}

// FactorPreference says whether the user uses a factor, and whether it is preferred.
type FactorPreference struct{ Enabled, Preferred bool }

// SetPreference is SetUserMFAPreference.
func (s *Service) SetPreference(ctx context.Context, by Caller, access string, in Preference) error {
	h, err := s.Holder(ctx, by, access)
	if err != nil {
		return err
	}
	return s.prefer(ctx, h.Pool, h.User.Sub, in)
}

// SetUserPreference is AdminSetUserMFAPreference.
func (s *Service) SetUserPreference(ctx context.Context, by Caller, poolID, username string, in Preference) error {
	p, u, err := s.ofUser(ctx, by, poolID, username)
	if err != nil {
		return err
	}
	return s.prefer(ctx, p, u.Sub, in)
}

// ofUser finds a user for an administrator's call.
func (s *Service) ofUser(ctx context.Context, by Caller, poolID, username string) (*userpool.UserPool, *userpool.User, error) {
	p, err := s.Store.Pool(ctx, poolID)
	if err != nil {
		return nil, nil, err
	}
	u, err := s.Store.User(ctx, p, username)
	if err != nil {
		return nil, nil, err
	}
	by.known(p, u)
	return p, u, nil
}

func (s *Service) prefer(ctx context.Context, p *userpool.UserPool, sub string, in Preference) error {
	return s.Store.ChangeUser(ctx, p, sub, func(u *userpool.User) (Effects, error) {
		for name, f := range map[string]*FactorPreference{"SMS_MFA": in.SMS, "EMAIL_OTP": in.Email} {
			if f != nil && (f.Enabled || f.Preferred) {
				return Effects{}, userpool.Errorf(userpool.InvalidParameter, "User does not have delivery config set to turn on %s", name)
			}
		}
		if in.SMS != nil {
			u.SMSMFA = false
		}
		if err := preferApp(u, in.SoftwareToken); err != nil {
			return Effects{}, err
		}
		u.Modified = now()
		return Effects{}, nil
	})
}

func preferApp(u *userpool.User, f *FactorPreference) error {
	if f == nil {
		return nil
	}
	if f.Enabled && u.Factors.TOTPSecret == "" {
		return userpool.Errorf(userpool.InvalidParameter, "User has not verified software token mfa")
	}
	if f.Preferred && !f.Enabled {
		return userpool.Errorf(userpool.InvalidParameter, "The preferred MFA must be an enabled one.")
	}
	u.Factors.TOTPEnabled, u.Factors.TOTPPreferred = f.Enabled, f.Preferred
	return nil
}

// DeleteApp is AdminDeleteSoftwareToken: it removes the user's authenticator app.
func (s *Service) DeleteApp(ctx context.Context, by Caller, poolID, username string) error {
	p, u, err := s.ofUser(ctx, by, poolID, username)
	if err != nil {
		return err
	}
	return s.Store.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (Effects, error) {
		if u.Factors.TOTPSecret == "" {
			return Effects{}, userpool.Errorf(userpool.InvalidParameter, "The user has no software token.")
		}
		u.Factors, u.Modified = userpool.Factors{}, now()
		return Effects{}, nil
	})
}
