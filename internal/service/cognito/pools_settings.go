package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// configure sets the settings of a request to create or update a pool. It does not check
// whether Amazon would accept what they need, such as a role for sending text messages: that
// has no use here.
func configure(p *userpool.UserPool, in *cognitoapi.UserPoolSettings) error {
	if err := apply(p, in); err != nil {
		return err
	}
	return checkSettings(p, in)
}

// apply sets the settings of a request. Settings that the request leaves out return to their
// defaults (API Reference, UpdateUserPool). By measurement of the real service, policies, MFA,
// tier, tags and UserAttributeUpdateSettings stay unchanged instead.
func apply(p *userpool.UserPool, in *cognitoapi.UserPoolSettings) error {
	updates := p.Settings.AttributeUpdates
	p.Settings = poolSettings(in)
	if p.Settings.AttributeUpdates == nil {
		p.Settings.AttributeUpdates = updates
	}
	completePairs(&p.Settings)
	p.AutoVerified = service.Strings(in.AutoVerifiedAttributes)
	p.DeletionProtected = in.DeletionProtection == cognitoapi.DeletionProtectionTypeActive
	if in.UserPoolTier != "" {
		p.Tier = string(in.UserPoolTier)
	}
	if in.UserPoolTags != nil {
		p.Tags = in.UserPoolTags
	}
	setMFA(p, in.MfaConfiguration)
	return setPolicies(p, in)
}

// completePairs completes settings that the API has under two names, if a request has only one:
// the real service answers both.
func completePairs(s *userpool.PoolSettings) {
	pair(&s.SMSVerificationMessage, &s.VerificationTemplate.SMSMessage)
	pair(&s.EmailVerificationMessage, &s.VerificationTemplate.EmailMessage)
	pair(&s.EmailVerificationSubject, &s.VerificationTemplate.EmailSubject)
	switch t := &s.Triggers; {
	case t.PreTokenGenerationConfig != nil:
		pair(&t.PreTokenGeneration, &t.PreTokenGenerationConfig.ARN)
	case t.PreTokenGeneration != "":
		t.PreTokenGenerationConfig = &userpool.VersionedFunction{
			ARN: t.PreTokenGeneration, Version: string(cognitoapi.PreTokenGenerationLambdaVersionTypeV10),
		}
	}
}

func pair(a, b *string) {
	if *a == "" {
		*a = *b
	} else if *b == "" {
		*b = *a
	}
}

// checkSettings applies the rules that concern several settings.
func checkSettings(p *userpool.UserPool, in *cognitoapi.UserPoolSettings) error {
	for _, attribute := range service.Value(p.Settings.AttributeUpdates).VerifyFirst {
		if !p.AutoVerifies(attribute) {
			return userpool.Errorf(userpool.InvalidParameter,
				"All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
		}
	}
	if err := checkTags(in.UserPoolTags, userpool.TaggingRefused); err != nil {
		return err
	}
	if err := checkTier(p); err != nil {
		return err
	}
	if err := checkRegistration(p); err != nil {
		return err
	}
	if err := checkLevels(p.Settings.Levels); err != nil {
		return err
	}
	return checkFirstFactors(p)
}
