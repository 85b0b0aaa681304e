package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
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
	out.CreationDate, out.LastModifiedDate = service.Timestamp(p.Created), service.Timestamp(p.Modified)
	out.SchemaAttributes = wireSchema(p.Schema)
	out.AutoVerifiedAttributes = service.Enums[cognitoapi.VerifiedAttributeType](p.AutoVerified)
	out.AliasAttributes = service.Enums[cognitoapi.AliasAttributeType](p.AliasAttributes)
	out.UsernameAttributes = service.Enums[cognitoapi.UsernameAttributeType](p.UsernameAttributes)
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
		SignInPolicy:   &cognitoapi.SignInPolicyType{AllowedFirstAuthFactors: service.Enums[cognitoapi.AuthFactorType](p.FirstFactors)},
	}
}

// fillDefaults fills what the real service answers though it was not given.
func fillDefaults(p *userpool.UserPool, out *cognitoapi.UserPoolType) {
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	out.LambdaConfig = service.OrEmpty(out.LambdaConfig)
	out.EmailConfiguration = service.OrEmpty(out.EmailConfiguration)
	if out.EmailConfiguration.EmailSendingAccount == "" {
		out.EmailConfiguration.EmailSendingAccount = cognitoapi.EmailSendingAccountTypeCognitoDefault
	}
	out.VerificationMessageTemplate = service.OrEmpty(out.VerificationMessageTemplate)
	if out.VerificationMessageTemplate.DefaultEmailOption == "" {
		out.VerificationMessageTemplate.DefaultEmailOption = cognitoapi.DefaultEmailOptionTypeConfirmWithCode
	}
	out.AdminCreateUserConfig = service.OrEmpty(out.AdminCreateUserConfig)
	out.AdminCreateUserConfig.AllowAdminCreateUserOnly = &p.AdminCreateUserOnly
	out.AdminCreateUserConfig.UnusedAccountValidityDays = &p.UnusedAccountDays
}
