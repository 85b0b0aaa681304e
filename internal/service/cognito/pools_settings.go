package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// configure sets what a request to create or update a pool asks for. Whether
// Amazon would have what it takes to do that, such as a role to send text
// messages with, is not asked: it would be of no use here.
func configure(p *userpool.UserPool, in *cognitoapi.UserPoolSettings) error {
	if err := apply(p, in); err != nil {
		return err
	}
	return checkSettings(p, in)
}

// apply sets the settings of a request. What the request leaves out returns to
// its default (API Reference, UpdateUserPool), save what was measured on the
// real service to stay as it is: policies, MFA, tier, tags and
// UserAttributeUpdateSettings.
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

// completePairs fills settings that the API has twice, when a request has one
// of the two: the real service answers both.
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

// checkSettings applies the rules that hold between settings.
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
