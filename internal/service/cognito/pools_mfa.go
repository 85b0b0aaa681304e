package cognitoservice

import (
	"cmp"
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// mfaSettings returns a request's factors. The settings of text messages are among the pool's
// other settings.
func mfaSettings(in *cognitoapi.UserPoolMfaSettings) userpool.MFASettings {
	m := userpool.MFASettings{
		SoftwareToken: (*userpool.SoftwareToken)(in.SoftwareTokenMfaConfiguration),
		Email:         (*userpool.EmailMessage)(in.EmailMfaConfiguration),
	}
	if w := in.WebAuthnConfiguration; w != nil {
		m.Passkeys = &userpool.PasskeySettings{
			RelyingPartyID: w.RelyingPartyId, UserVerification: string(w.UserVerification), FactorConfiguration: string(w.FactorConfiguration),
		}
	}
	return m
}

// wireMFASettings returns a pool's MFA in the API's form. The settings of text messages are the
// same as in DescribeUserPool. Without MFA they serve only for verification.
func wireMFASettings(p *userpool.UserPool) cognitoapi.UserPoolMfaSettings {
	m := &p.MFASettings
	out := cognitoapi.UserPoolMfaSettings{
		MfaConfiguration:              cognitoapi.UserPoolMfaType(p.MFA),
		SoftwareTokenMfaConfiguration: (*cognitoapi.SoftwareTokenMfaConfigType)(m.SoftwareToken),
		EmailMfaConfiguration:         (*cognitoapi.EmailMfaConfigType)(m.Email),
	}
	if k := m.Passkeys; k != nil {
		out.WebAuthnConfiguration = &cognitoapi.WebAuthnConfigurationType{
			RelyingPartyId: k.RelyingPartyID, UserVerification: cognitoapi.UserVerificationType(k.UserVerification),
			FactorConfiguration: cognitoapi.WebAuthnFactorConfigurationType(k.FactorConfiguration),
		}
	}
	if p.MFA != userpool.MFAOff && p.Settings.SMS != nil {
		out.SmsMfaConfiguration = &cognitoapi.SmsMfaConfigType{
			SmsAuthenticationMessage: p.Settings.SMSAuthenticationMessage, SmsConfiguration: mapped(p.Settings.SMS, wireSMSSettings),
		}
	}
	return out
}

// setMFA sets a pool's MFA mode; "" leaves it unchanged. The mode OFF removes the second
// factors. Passkeys are not second factors.
func setMFA(p *userpool.UserPool, to cognitoapi.UserPoolMfaType) {
	if to == "" {
		return
	}
	p.MFA = userpool.MFA(to)
	if p.MFA == userpool.MFAOff {
		p.MFASettings.SoftwareToken, p.MFASettings.Email = nil, nil
	}
}

func (s *Service) getUserPoolMfaConfig(ctx context.Context, in *cognitoapi.GetUserPoolMfaConfigRequest) (*cognitoapi.GetUserPoolMfaConfigResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.GetUserPoolMfaConfigResponse{UserPoolMfaSettings: wireMFASettings(p)}, nil
}

// setUserPoolMfaConfig replaces all of the pool's MFA settings if the request has the mode. A
// running import relies on them as on other settings. For that case, the model of this operation
// has another exception than that of UpdateUserPool.
func (s *Service) setUserPoolMfaConfig(ctx context.Context, in *cognitoapi.SetUserPoolMfaConfigRequest) (*cognitoapi.SetUserPoolMfaConfigResponse, error) {
	p, err := s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if importing {
			return userpool.Errorf(userpool.ConcurrentModification,
				"User pool %s has an active import job: wait for its end, or stop it.", p.ID)
		}
		p.Modified = wallClock()
		return configureMFA(p, &in.UserPoolMfaSettings)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.SetUserPoolMfaConfigResponse{UserPoolMfaSettings: wireMFASettings(p)}, nil
}

// configureMFA follows measurements of the real service. OFF excludes the settings of every
// factor, even of one that is not enabled. The real service's treatment of an absent
// MfaConfiguration is unknown. Here it keeps the mode and the settings that the request leaves
// out.
func configureMFA(p *userpool.UserPool, in *cognitoapi.UserPoolMfaSettings) error {
	before := p.MFASettings
	p.MFASettings = mfaSettings(in)
	if in.MfaConfiguration != "" {
		p.MFA = userpool.MFA(in.MfaConfiguration)
	} else {
		p.MFASettings.SoftwareToken = cmp.Or(p.MFASettings.SoftwareToken, before.SoftwareToken)
		p.MFASettings.Email = cmp.Or(p.MFASettings.Email, before.Email)
		p.MFASettings.Passkeys = cmp.Or(p.MFASettings.Passkeys, before.Passkeys)
	}
	if sms := in.SmsMfaConfiguration; sms != nil {
		p.Settings.SMSAuthenticationMessage = sms.SmsAuthenticationMessage
		if sms.SmsConfiguration != nil {
			p.Settings.SMS = mapped(sms.SmsConfiguration, smsSettings)
		}
	}
	given := in.SmsMfaConfiguration != nil || in.SoftwareTokenMfaConfiguration != nil || in.EmailMfaConfiguration != nil
	switch {
	case p.MFA == userpool.MFAOff && given:
		return userpool.Errorf(userpool.InvalidParameter,
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	case p.MFA != userpool.MFAOff && !secondFactor(p):
		return userpool.Errorf(userpool.InvalidParameter,
			"Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	}
	return checkFirstFactors(p)
}

// secondFactor reports whether the pool's users can have a second factor.
func secondFactor(p *userpool.UserPool) bool {
	return p.Settings.SMS != nil || service.Value(service.Value(p.MFASettings.SoftwareToken).Enabled) || p.MFASettings.Email != nil
}
