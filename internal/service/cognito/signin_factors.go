package cognitoservice

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

func (s *Service) registerFactors(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.AssociateSoftwareToken, s.associateSoftwareToken)
	dispatch.HandleCall(d, cognitoapi.VerifySoftwareToken, s.verifySoftwareToken)
	dispatch.HandleCall(d, cognitoapi.SetUserMFAPreference, s.setUserMFAPreference)
	dispatch.HandleCall(d, cognitoapi.AdminSetUserMFAPreference, s.adminSetUserMFAPreference)
	dispatch.HandleCall(d, cognitoapi.AdminDeleteSoftwareToken, s.adminDeleteSoftwareToken)
	dispatch.HandleCall(d, cognitoapi.GetUserAuthFactors, s.getUserAuthFactors)
	dispatch.Handle(d, cognitoapi.AdminGetUserAuthFactors, s.adminGetUserAuthFactors)
}

const softwareToken = "SOFTWARE_TOKEN_MFA"

// wireFactors returns a user's second factors, and the preferred one.
func wireFactors(u *userpool.User) (preferred string, all []string) {
	if u.Factors.TOTPEnabled {
		all = append(all, softwareToken)
	}
	if u.Factors.TOTPPreferred {
		preferred = softwareToken
	}
	return preferred, all
}

// firstFactors returns the factors with which a user can begin a sign-in.
func firstFactors(u *userpool.User) (all []cognitoapi.AuthFactorType) {
	if u.Credential.Scheme != "" {
		all = append(all, cognitoapi.AuthFactorTypePassword)
	}
	return all
}

func (s *Service) associateSoftwareToken(ctx context.Context, c *dispatch.Call, in *cognitoapi.AssociateSoftwareTokenRequest) (*cognitoapi.AssociateSoftwareTokenResponse, error) {
	secret, session, err := s.SignIn.Associate(ctx, signin.Association{Caller: caller(c), Access: in.AccessToken, Session: in.Session})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.AssociateSoftwareTokenResponse{SecretCode: secret, Session: session}, nil
}

func (s *Service) verifySoftwareToken(ctx context.Context, c *dispatch.Call, in *cognitoapi.VerifySoftwareTokenRequest) (*cognitoapi.VerifySoftwareTokenResponse, error) {
	session, err := s.SignIn.Verify(ctx, signin.Association{Caller: caller(c), Access: in.AccessToken, Session: in.Session, Code: in.UserCode, Device: in.FriendlyDeviceName})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.VerifySoftwareTokenResponse{Status: cognitoapi.VerifySoftwareTokenResponseTypeSuccess, Session: session}, nil
}

// factor has the members that the settings of all factors share.
func factor(enabled, preferred *bool) *signin.FactorPreference {
	return &signin.FactorPreference{Enabled: service.Value(enabled), Preferred: service.Value(preferred)}
}

func preference(app *cognitoapi.SoftwareTokenMfaSettingsType, sms *cognitoapi.SMSMfaSettingsType, email *cognitoapi.EmailMfaSettingsType) (p signin.Preference) {
	if app != nil {
		p.SoftwareToken = factor(app.Enabled, app.PreferredMfa)
	}
	if sms != nil {
		p.SMS = factor(sms.Enabled, sms.PreferredMfa)
	}
	if email != nil {
		p.Email = factor(email.Enabled, email.PreferredMfa)
	}
	return p
}

// noPasskeys refuses to turn on passkeys, which this version lacks.
func noPasskeys(in *cognitoapi.WebAuthnMfaSettingsType) error {
	if in != nil && service.Value(in.Enabled) {
		return userpool.Errorf(userpool.InvalidParameter, "User does not have delivery config set to turn on WEB_AUTHN").Detailed("this version has no passkeys")
	}
	return nil
}

func (s *Service) setUserMFAPreference(ctx context.Context, c *dispatch.Call, in *cognitoapi.SetUserMFAPreferenceRequest) (*cognitoapi.SetUserMFAPreferenceResponse, error) {
	if err := noPasskeys(in.WebAuthnMfaSettings); err != nil {
		return nil, err
	}
	return nil, s.SignIn.SetPreference(ctx, caller(c), in.AccessToken, preference(in.SoftwareTokenMfaSettings, in.SMSMfaSettings, in.EmailMfaSettings))
}

func (s *Service) adminSetUserMFAPreference(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminSetUserMFAPreferenceRequest) (*cognitoapi.AdminSetUserMFAPreferenceResponse, error) {
	if err := noPasskeys(in.WebAuthnMfaSettings); err != nil {
		return nil, err
	}
	return nil, s.SignIn.SetUserPreference(ctx, caller(c), in.UserPoolId, in.Username, preference(in.SoftwareTokenMfaSettings, in.SMSMfaSettings, in.EmailMfaSettings))
}

func (s *Service) adminDeleteSoftwareToken(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminDeleteSoftwareTokenRequest) (*cognitoapi.AdminDeleteSoftwareTokenResponse, error) {
	return nil, s.SignIn.DeleteApp(ctx, caller(c), in.UserPoolId, in.Username)
}

func (s *Service) getUserAuthFactors(ctx context.Context, c *dispatch.Call, in *cognitoapi.GetUserAuthFactorsRequest) (*cognitoapi.GetUserAuthFactorsResponse, error) {
	h, err := s.SignIn.Holder(ctx, caller(c), in.AccessToken)
	if err != nil {
		return nil, err
	}
	preferred, factors := wireFactors(h.User)
	return &cognitoapi.GetUserAuthFactorsResponse{Username: h.User.Username, PreferredMfaSetting: preferred, UserMFASettingList: factors, ConfiguredUserAuthFactors: firstFactors(h.User)}, nil
}

func (s *Service) adminGetUserAuthFactors(ctx context.Context, in *cognitoapi.AdminGetUserAuthFactorsRequest) (*cognitoapi.AdminGetUserAuthFactorsResponse, error) {
	_, u, err := s.Store.UserIn(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	preferred, factors := wireFactors(u)
	return &cognitoapi.AdminGetUserAuthFactorsResponse{Username: u.Username, PreferredMfaSetting: preferred, UserMFASettingList: factors, ConfiguredUserAuthFactors: firstFactors(u)}, nil
}
