package cognitoservice

import (
	"cmp"
	"context"
	"encoding/json"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// mfaSettings is what only SetUserPoolMfaConfig sets, kept and returned as it
// is. The settings of text messages are the pool's own (see poolSettings).
type mfaSettings struct {
	SoftwareTokenMfaConfiguration *cognitoapi.SoftwareTokenMfaConfigType `json:",omitzero"`
	EmailMfaConfiguration         *cognitoapi.EmailMfaConfigType         `json:",omitzero"`
	WebAuthnConfiguration         *cognitoapi.WebAuthnConfigurationType  `json:",omitzero"`
}

func mfaOf(p *userpool.UserPool) (mfaSettings, error) {
	if len(p.MFASettings) == 0 {
		return mfaSettings{}, nil
	}
	return convert[mfaSettings](p.MFASettings)
}

func (m *mfaSettings) keep(p *userpool.UserPool) (err error) {
	p.MFASettings, err = json.Marshal(m)
	return err
}

// fill takes what is missing from the settings that the pool has.
func (m *mfaSettings) fill(p *userpool.UserPool) error {
	before, err := mfaOf(p)
	if err != nil {
		return err
	}
	m.SoftwareTokenMfaConfiguration = cmp.Or(m.SoftwareTokenMfaConfiguration, before.SoftwareTokenMfaConfiguration)
	m.EmailMfaConfiguration = cmp.Or(m.EmailMfaConfiguration, before.EmailMfaConfiguration)
	m.WebAuthnConfiguration = cmp.Or(m.WebAuthnConfiguration, before.WebAuthnConfiguration)
	return nil
}

// any reports whether users can have a second factor at all.
func (m *mfaSettings) any(s *poolSettings) bool {
	return s.SmsConfiguration != nil || service.Value(service.Value(m.SoftwareTokenMfaConfiguration).Enabled) || m.EmailMfaConfiguration != nil
}

// setMFA sets a pool's MFA, "" leaves it as it is. Without MFA there are no
// second factors. Passkeys are none.
func setMFA(p *userpool.UserPool, to cognitoapi.UserPoolMfaType) error {
	if to == "" {
		return nil
	}
	p.MFA = userpool.MFA(to)
	if p.MFA != userpool.MFAOff {
		return nil
	}
	m, err := mfaOf(p)
	if err != nil {
		return err
	}
	m.SoftwareTokenMfaConfiguration, m.EmailMfaConfiguration = nil, nil
	return m.keep(p)
}

func (s *Service) getUserPoolMfaConfig(ctx context.Context, in *cognitoapi.GetUserPoolMfaConfigRequest) (*cognitoapi.GetUserPoolMfaConfigResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out, err := mfaConfig(p)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.GetUserPoolMfaConfigResponse{UserPoolMfaSettings: *out}, nil
}

// setUserPoolMfaConfig replaces the pool's MFA settings as a whole when the
// request says the mode. A running
// import relies on them as it relies on the other settings; the model has
// another exception for that here.
func (s *Service) setUserPoolMfaConfig(ctx context.Context, in *cognitoapi.SetUserPoolMfaConfigRequest) (*cognitoapi.SetUserPoolMfaConfigResponse, error) {
	p, err := s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if importing {
			return userpool.Errorf(userpool.ConcurrentModification,
				"User pool %s has an active import job: wait for its end, or stop it.", p.ID)
		}
		p.Modified = wallClock()
		return configureMFA(p, in)
	})
	if err != nil {
		return nil, err
	}
	out, err := mfaConfig(p)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.SetUserPoolMfaConfigResponse{UserPoolMfaSettings: *out}, nil
}

// configureMFA follows what was measured on the real service: OFF goes with no
// factor's settings, not even those of a factor that is not enabled. What an
// absent MfaConfiguration means there is not known; here it keeps the mode, and
// with it the settings that the request leaves out.
func configureMFA(p *userpool.UserPool, in *cognitoapi.SetUserPoolMfaConfigRequest) error {
	m := mfaSettings{in.SoftwareTokenMfaConfiguration, in.EmailMfaConfiguration, in.WebAuthnConfiguration}
	if in.MfaConfiguration != "" {
		p.MFA = userpool.MFA(in.MfaConfiguration)
	} else if err := m.fill(p); err != nil {
		return err
	}
	settings, err := settingsOf(p)
	if err != nil {
		return err
	}
	if sms := in.SmsMfaConfiguration; sms != nil {
		settings.SmsAuthenticationMessage = sms.SmsAuthenticationMessage
		if sms.SmsConfiguration != nil {
			settings.SmsConfiguration = sms.SmsConfiguration
		}
	}
	given := in.SmsMfaConfiguration != nil || in.SoftwareTokenMfaConfiguration != nil || in.EmailMfaConfiguration != nil
	switch {
	case p.MFA == userpool.MFAOff && given:
		return userpool.Errorf(userpool.InvalidParameter,
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	case p.MFA != userpool.MFAOff && !m.any(&settings):
		return userpool.Errorf(userpool.InvalidParameter,
			"Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	}
	if err := checkFirstFactors(p); err != nil {
		return err
	}
	if err := settings.keep(p); err != nil {
		return err
	}
	return m.keep(p)
}

// mfaConfig tells of a pool's MFA. The settings of text messages are those
// that DescribeUserPool tells of; without MFA they serve to verify only.
func mfaConfig(p *userpool.UserPool) (*cognitoapi.UserPoolMfaSettings, error) {
	m, err := mfaOf(p)
	if err != nil {
		return nil, err
	}
	settings, err := settingsOf(p)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.UserPoolMfaSettings{
		MfaConfiguration: cognitoapi.UserPoolMfaType(p.MFA), WebAuthnConfiguration: m.WebAuthnConfiguration,
		SoftwareTokenMfaConfiguration: m.SoftwareTokenMfaConfiguration, EmailMfaConfiguration: m.EmailMfaConfiguration,
	}
	if p.MFA != userpool.MFAOff && settings.SmsConfiguration != nil {
		out.SmsMfaConfiguration = &cognitoapi.SmsMfaConfigType{
			SmsAuthenticationMessage: settings.SmsAuthenticationMessage, SmsConfiguration: settings.SmsConfiguration,
		}
	}
	return out, nil
}
