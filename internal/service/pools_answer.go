package service

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

// userPool tells of a pool. Settings that were not given are left out, save
// those for which the real service answers a default.
func userPool(p *userpool.UserPool) (*cognitoapi.UserPoolType, error) {
	out, err := convert[cognitoapi.UserPoolType](p.Settings)
	if err != nil {
		return nil, err
	}
	out.Id, out.Name, out.Arn = p.ID, p.Name, p.ARN
	out.CreationDate, out.LastModifiedDate = timestamp(p.Created), timestamp(p.Modified)
	out.SchemaAttributes = wireSchema(p.Schema)
	out.AutoVerifiedAttributes = enums[cognitoapi.VerifiedAttributeType](p.AutoVerified)
	out.AliasAttributes = enums[cognitoapi.AliasAttributeType](p.AliasAttributes)
	out.UsernameAttributes = enums[cognitoapi.UsernameAttributeType](p.UsernameAttributes)
	if p.UsernameConfigured {
		out.UsernameConfiguration = &cognitoapi.UsernameConfigurationType{CaseSensitive: !p.CaseInsensitive}
	}
	out.Policies = wirePolicies(p)
	out.MfaConfiguration = cognitoapi.UserPoolMfaType(p.MFA)
	out.UserPoolTier = cognitoapi.UserPoolTierType(p.Tier)
	out.EstimatedNumberOfUsers = new(int32(p.Users))
	out.DeletionProtection = cognitoapi.DeletionProtectionTypeInactive
	if p.DeletionProtected {
		out.DeletionProtection = cognitoapi.DeletionProtectionTypeActive
	}
	out.UserPoolTags = p.Tags
	fillDefaults(p, &out)
	return &out, nil
}

func wirePolicies(p *userpool.UserPool) *cognitoapi.UserPoolPolicyType {
	policy := p.PasswordPolicy
	password := &cognitoapi.PasswordPolicyType{
		MinimumLength: &policy.MinimumLength, RequireUppercase: &policy.RequireUppercase,
		RequireLowercase: &policy.RequireLowercase, RequireNumbers: &policy.RequireNumbers,
		RequireSymbols: &policy.RequireSymbols, TemporaryPasswordValidityDays: &policy.TemporaryDays,
	}
	if policy.HistorySize > 0 {
		password.PasswordHistorySize = &policy.HistorySize
	}
	return &cognitoapi.UserPoolPolicyType{
		PasswordPolicy: password,
		SignInPolicy:   &cognitoapi.SignInPolicyType{AllowedFirstAuthFactors: enums[cognitoapi.AuthFactorType](p.FirstFactors)},
	}
}

// fillDefaults fills what the real service answers though it was not given.
func fillDefaults(p *userpool.UserPool, out *cognitoapi.UserPoolType) {
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	out.LambdaConfig = orEmpty(out.LambdaConfig)
	out.EmailConfiguration = orEmpty(out.EmailConfiguration)
	if out.EmailConfiguration.EmailSendingAccount == "" {
		out.EmailConfiguration.EmailSendingAccount = cognitoapi.EmailSendingAccountTypeCognitoDefault
	}
	out.VerificationMessageTemplate = orEmpty(out.VerificationMessageTemplate)
	if out.VerificationMessageTemplate.DefaultEmailOption == "" {
		out.VerificationMessageTemplate.DefaultEmailOption = cognitoapi.DefaultEmailOptionTypeConfirmWithCode
	}
	out.AdminCreateUserConfig = orEmpty(out.AdminCreateUserConfig)
	out.AdminCreateUserConfig.AllowAdminCreateUserOnly = &p.AdminCreateUserOnly
	out.AdminCreateUserConfig.UnusedAccountValidityDays = &p.UnusedAccountDays
}
