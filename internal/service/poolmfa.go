package service

import (
	"context"
	"encoding/json"

	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

// mfaSettings is what SetUserPoolMfaConfig sets besides the configuration,
// kept and returned as it is.
type mfaSettings struct {
	SmsMfaConfiguration           *api.SmsMfaConfigType           `json:",omitzero"`
	SoftwareTokenMfaConfiguration *api.SoftwareTokenMfaConfigType `json:",omitzero"`
	EmailMfaConfiguration         *api.EmailMfaConfigType         `json:",omitzero"`
	WebAuthnConfiguration         *api.WebAuthnConfigurationType  `json:",omitzero"`
}

func (s *Service) getUserPoolMfaConfig(ctx context.Context, in *api.GetUserPoolMfaConfigRequest) (*api.GetUserPoolMfaConfigResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out, err := mfaConfig[api.GetUserPoolMfaConfigResponse](p)
	if err != nil {
		return nil, err
	}
	out.MfaConfiguration = api.UserPoolMfaType(p.MFA)
	return &out, nil
}

// mfaConfig returns the settings in an answer's type.
func mfaConfig[To any](p *userpool.UserPool) (to To, err error) {
	if len(p.MFASettings) == 0 {
		return to, nil
	}
	return convert[To](p.MFASettings)
}

// setUserPoolMfaConfig sets the pool's MFA. A running import relies on it as
// it relies on the other settings; the model has another exception for that
// here.
func (s *Service) setUserPoolMfaConfig(ctx context.Context, in *api.SetUserPoolMfaConfigRequest) (*api.SetUserPoolMfaConfigResponse, error) {
	settings, err := convert[mfaSettings](in)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) (err error) {
		if importing {
			return userpool.Errorf(userpool.ConcurrentModification,
				"User pool %s has an active import job: wait for its end, or stop it.", p.ID)
		}
		if in.MfaConfiguration != "" {
			p.MFA = userpool.MFA(in.MfaConfiguration)
		}
		p.Modified = wallClock()
		p.MFASettings, err = json.Marshal(settings)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := mfaConfig[api.SetUserPoolMfaConfigResponse](p)
	if err != nil {
		return nil, err
	}
	out.MfaConfiguration = api.UserPoolMfaType(p.MFA)
	return &out, nil
}
