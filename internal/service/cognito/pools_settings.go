package cognitoservice

import (
	"encoding/json"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// poolRequest is what CreateUserPool and UpdateUserPool have in common.
type poolRequest struct {
	poolSettings
	Policies               *cognitoapi.UserPoolPolicyType
	DeletionProtection     cognitoapi.DeletionProtectionType
	AutoVerifiedAttributes []string
	MfaConfiguration       cognitoapi.UserPoolMfaType
	UserPoolTags           map[string]string
	UserPoolTier           cognitoapi.UserPoolTierType
}

// poolSettings is that part of it which is kept and returned as it is.
type poolSettings struct {
	LambdaConfig                *cognitoapi.LambdaConfigType                `json:",omitzero"`
	SmsVerificationMessage      string                                      `json:",omitzero"`
	EmailVerificationMessage    string                                      `json:",omitzero"`
	EmailVerificationSubject    string                                      `json:",omitzero"`
	VerificationMessageTemplate *cognitoapi.VerificationMessageTemplateType `json:",omitzero"`
	SmsAuthenticationMessage    string                                      `json:",omitzero"`
	UserAttributeUpdateSettings *cognitoapi.UserAttributeUpdateSettingsType `json:",omitzero"`
	DeviceConfiguration         *cognitoapi.DeviceConfigurationType         `json:",omitzero"`
	EmailConfiguration          *cognitoapi.EmailConfigurationType          `json:",omitzero"`
	SmsConfiguration            *cognitoapi.SmsConfigurationType            `json:",omitzero"`
	AdminCreateUserConfig       *cognitoapi.AdminCreateUserConfigType       `json:",omitzero"`
	UserPoolAddOns              *cognitoapi.UserPoolAddOnsType              `json:",omitzero"`
	AccountRecoverySetting      *cognitoapi.AccountRecoverySettingType      `json:",omitzero"`
	KeyConfiguration            *cognitoapi.KeyConfigurationType            `json:",omitzero"`
	IssuerConfiguration         *cognitoapi.IssuerConfigurationType         `json:",omitzero"`
	DcrConfiguration            *cognitoapi.DcrConfigurationType            `json:",omitzero"`
	AcrConfiguration            map[string]cognitoapi.AcrLevelConfigType    `json:",omitzero"`
}

// settingsOf returns the settings that are kept with a pool.
func settingsOf(p *userpool.UserPool) (poolSettings, error) {
	if len(p.Settings) == 0 {
		return poolSettings{}, nil
	}
	return convert[poolSettings](p.Settings)
}

func (s *poolSettings) keep(p *userpool.UserPool) (err error) {
	p.Settings, err = json.Marshal(s)
	return err
}

// configure sets what a request to create or update a pool asks for. Whether
// Amazon would have what it takes to do that, such as a role to send text
// messages with, is not asked: it would be of no use here.
//
// What the request leaves out returns to its default (API Reference,
// UpdateUserPool), save what was measured on the real service to stay as it
// is: policies, MFA, tier, tags and UserAttributeUpdateSettings.
func configure(p *userpool.UserPool, in any) error {
	r, err := convert[poolRequest](in)
	if err != nil {
		return err
	}
	before, err := settingsOf(p)
	if err != nil {
		return err
	}
	if r.UserAttributeUpdateSettings == nil {
		r.UserAttributeUpdateSettings = before.UserAttributeUpdateSettings
	}
	r.completePairs()
	p.AutoVerified = r.AutoVerifiedAttributes
	p.DeletionProtected = r.DeletionProtection == cognitoapi.DeletionProtectionTypeActive
	if r.UserPoolTier != "" {
		p.Tier = string(r.UserPoolTier)
	}
	if r.UserPoolTags != nil {
		p.Tags = r.UserPoolTags
	}
	if err := setPolicies(p, &r); err != nil {
		return err
	}
	if err := setMFA(p, r.MfaConfiguration); err != nil {
		return err
	}
	if err := r.check(p); err != nil {
		return err
	}
	return r.keep(p)
}

// completePairs fills settings that the API has twice, when a request has one
// of the two: the real service answers both.
func (s *poolSettings) completePairs() {
	if t := s.VerificationMessageTemplate; t != nil || s.SmsVerificationMessage+s.EmailVerificationMessage+s.EmailVerificationSubject != "" {
		template := service.Value(t)
		pair(&s.SmsVerificationMessage, &template.SmsMessage)
		pair(&s.EmailVerificationMessage, &template.EmailMessage)
		pair(&s.EmailVerificationSubject, &template.EmailSubject)
		s.VerificationMessageTemplate = &template
	}
	if l := s.LambdaConfig; l != nil && l.PreTokenGenerationConfig == nil && l.PreTokenGeneration != "" {
		l.PreTokenGenerationConfig = &cognitoapi.PreTokenGenerationVersionConfigType{
			LambdaArn: l.PreTokenGeneration, LambdaVersion: cognitoapi.PreTokenGenerationLambdaVersionTypeV10,
		}
	} else if l != nil && l.PreTokenGenerationConfig != nil {
		pair(&l.PreTokenGeneration, &l.PreTokenGenerationConfig.LambdaArn)
	}
}

func pair(a, b *string) {
	if *a == "" {
		*a = *b
	} else if *b == "" {
		*b = *a
	}
}

// check applies the rules that hold between settings.
func (r *poolRequest) check(p *userpool.UserPool) error {
	for _, attribute := range service.Value(r.UserAttributeUpdateSettings).AttributesRequireVerificationBeforeUpdate {
		if !p.AutoVerifies(string(attribute)) {
			return userpool.Errorf(userpool.InvalidParameter,
				"All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
		}
	}
	if err := checkTags(r.UserPoolTags, userpool.TaggingRefused); err != nil {
		return err
	}
	if err := checkTier(p); err != nil {
		return err
	}
	if err := r.checkRegistration(p); err != nil {
		return err
	}
	if err := r.checkLevels(); err != nil {
		return err
	}
	return checkFirstFactors(p)
}
