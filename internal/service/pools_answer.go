package service

import (
	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

// userPool tells of a pool. Settings that were not given are left out, save
// those for which the real service answers a default.
func userPool(p *userpool.UserPool) (*api.UserPoolType, error) {
	out, err := convert[api.UserPoolType](p.Settings)
	if err != nil {
		return nil, err
	}
	out.Id, out.Name, out.Arn = p.ID, p.Name, p.ARN
	out.CreationDate, out.LastModifiedDate = timestamp(p.Created), timestamp(p.Modified)
	out.SchemaAttributes = wireSchema(p.Schema)
	out.AutoVerifiedAttributes = enums[api.VerifiedAttributeType](p.AutoVerified)
	out.AliasAttributes = enums[api.AliasAttributeType](p.AliasAttributes)
	out.UsernameAttributes = enums[api.UsernameAttributeType](p.UsernameAttributes)
	if p.UsernameConfigured {
		out.UsernameConfiguration = &api.UsernameConfigurationType{CaseSensitive: !p.CaseInsensitive}
	}
	out.Policies = wirePolicies(p)
	out.MfaConfiguration = api.UserPoolMfaType(p.MFA)
	out.UserPoolTier = api.UserPoolTierType(p.Tier)
	out.EstimatedNumberOfUsers = new(int32(p.Users))
	out.DeletionProtection = api.DeletionProtectionTypeInactive
	if p.DeletionProtected {
		out.DeletionProtection = api.DeletionProtectionTypeActive
	}
	out.UserPoolTags = p.Tags
	fillDefaults(p, &out)
	return &out, nil
}

func wirePolicies(p *userpool.UserPool) *api.UserPoolPolicyType {
	policy := p.PasswordPolicy
	password := &api.PasswordPolicyType{
		MinimumLength: &policy.MinimumLength, RequireUppercase: &policy.RequireUppercase,
		RequireLowercase: &policy.RequireLowercase, RequireNumbers: &policy.RequireNumbers,
		RequireSymbols: &policy.RequireSymbols, TemporaryPasswordValidityDays: &policy.TemporaryDays,
	}
	if policy.HistorySize > 0 {
		password.PasswordHistorySize = &policy.HistorySize
	}
	return &api.UserPoolPolicyType{
		PasswordPolicy: password,
		SignInPolicy:   &api.SignInPolicyType{AllowedFirstAuthFactors: enums[api.AuthFactorType](p.FirstFactors)},
	}
}

// fillDefaults fills what the real service answers though it was not given.
func fillDefaults(p *userpool.UserPool, out *api.UserPoolType) {
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	out.LambdaConfig = orEmpty(out.LambdaConfig)
	out.EmailConfiguration = orEmpty(out.EmailConfiguration)
	if out.EmailConfiguration.EmailSendingAccount == "" {
		out.EmailConfiguration.EmailSendingAccount = api.EmailSendingAccountTypeCognitoDefault
	}
	out.VerificationMessageTemplate = orEmpty(out.VerificationMessageTemplate)
	if out.VerificationMessageTemplate.DefaultEmailOption == "" {
		out.VerificationMessageTemplate.DefaultEmailOption = api.DefaultEmailOptionTypeConfirmWithCode
	}
	out.AdminCreateUserConfig = orEmpty(out.AdminCreateUserConfig)
	out.AdminCreateUserConfig.AllowAdminCreateUserOnly = &p.AdminCreateUserOnly
	out.AdminCreateUserConfig.UnusedAccountValidityDays = &p.UnusedAccountDays
}
